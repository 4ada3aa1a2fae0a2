"""Putting a letter into the outbox, in the transaction of the change that caused it."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert
from sqlmodel import Session

from alignment.errors import Refused
from alignment.notifications.models import GIVEN_UP, WAITING, Delivery, Outcome
from alignment.notifications.wording import storable

AT_ONCE = 500
"""Letters made ready before they are written, however many there are."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message to one person. ``key`` names its cause and the person, and never the wall time.

    ``words`` fills ``templates/notices/<kind>.*``: texts, numbers, instants, dates, and lists of
    them. Links are paths ("/leads/7"). Never a secret, since words are stored.
    """

    workspace_id: int
    key: str
    kind: str
    recipient_id: int | None
    address: str
    subject_id: int
    words: Mapping[str, Any] = field(default_factory=dict)
    thread: str = ""


def enqueue(
    session: Session, letter: Letter, *, now: datetime, not_before: datetime | None = None
) -> bool:
    """Send this letter soon, or from ``not_before`` on; False when its cause was already told."""
    return enqueue_many(session, [letter], now=now, not_before=not_before) == 1


def enqueue_many(
    session: Session,
    letters: Iterable[Letter],
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> int:
    """As ``enqueue``, for many at once; how many of them are new."""
    rows = (_row(letter, now=now, not_before=not_before or now) for letter in letters)
    session.flush()
    new = 0
    while batch := list(islice(rows, AT_ONCE)):
        new += session.connection().execute(_insert(session), batch).rowcount
    return new


def send_again(delivery: Delivery, *, now: datetime) -> None:
    """Try once more what was given up, with the same Message-ID and a fresh schedule."""
    if delivery.outcome not in GIVEN_UP:
        state = "still waiting" if delivery.outcome in WAITING else delivery.outcome.value
        raise Refused(f"This message is {state}. Only a message given up can be sent again.")
    delivery.outcome, delivery.reason = Outcome.PENDING, "An administrator sends it again."
    delivery.attempts, delivery.settled_at = 0, None
    delivery.due_at = delivery.next_attempt_at = now


def _row(letter: Letter, *, now: datetime, not_before: datetime) -> dict[str, Any]:
    return {
        "workspace_id": letter.workspace_id,
        "key": letter.key,
        "kind": letter.kind,
        "recipient_id": letter.recipient_id,
        "address": letter.address,
        "subject_id": letter.subject_id,
        "words": storable(letter.words),
        "thread": letter.thread,
        "message_id": f"{letter.kind}.{secrets.token_hex(16)}",
        "created_at": now,
        "due_at": not_before,
        "next_attempt_at": not_before,
        "outcome": Outcome.PENDING,
        "reason": "",
        "attempts": 0,
        "subject": "",
        "text": "",
        "html": "",
    }


def _insert(session: Session) -> Insert:
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    new_only = insert(Delivery).on_conflict_do_nothing()
    return new_only.execution_options(preserve_rowcount=True)
