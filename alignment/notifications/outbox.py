"""Putting a letter into the outbox, in the transaction of the change that caused it."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert
from sqlmodel import Session, col

from alignment.errors import Refused
from alignment.notifications import preferences, team_channels
from alignment.notifications.kinds import KINDS
from alignment.notifications.models import GIVEN_UP, WAITING, ChannelKind, Delivery, Outcome
from alignment.notifications.preferences import Way
from alignment.notifications.wording import storable

AT_ONCE = 1_000
"""Letters made ready before they are written, however many there are."""
BY_MAIL = Way(channel=ChannelKind.EMAIL)


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
    due_at: datetime | None = None
    """When it should have been written, where that is found out later: what fell due while no
    scheduler ran is told as late. None means now."""


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
    waiting = iter(letters)
    session.flush()
    new = 0
    while batch := list(islice(waiting, AT_ONCE)):
        new += _enqueue_some(session, batch, now=now, not_before=not_before or now)
    return new


def send_again(delivery: Delivery, *, now: datetime) -> None:
    """Try once more what was given up, with the same Message-ID and a fresh schedule."""
    if delivery.outcome not in GIVEN_UP:
        state = "still waiting" if delivery.outcome in WAITING else delivery.outcome.value
        raise Refused(f"This message is {state}. Only a message given up can be sent again.")
    delivery.outcome, delivery.reason = Outcome.PENDING, "An administrator sends it again."
    delivery.attempts, delivery.settled_at = 0, None
    delivery.due_at = delivery.next_attempt_at = now


def _enqueue_some(
    session: Session, letters: Sequence[Letter], *, now: datetime, not_before: datetime
) -> int:
    """Each by the first way to its reader, and by the others if its cause is new."""
    row_of = partial(_row, words=_stored_words(letters), now=now, not_before=not_before)
    firsts, copies = [], []
    for letter, (first, *others) in zip(letters, _ways(session, letters), strict=True):
        firsts.append(row_of(letter, first, key=letter.key))
        for way in others:
            # ``endpoints.copy_suffix`` knows a copy by this ending.
            key = f"{letter.key}:{way.channel}:{way.endpoint_id}"
            copies.append(row_of(letter, way, key=key))
    for_teams = team_channels.for_teams(session, letters)
    if for_teams:
        rows = [row_of(letter, way, key=letter.key) for letter, way in for_teams]
        session.connection().execute(_insert(session), rows)
    if not copies:
        return session.connection().execute(_insert(session), firsts).rowcount
    told = {row["key"] for row in firsts} - _new_keys(session, firsts)
    wanted = [row for row in copies if row["key"].rsplit(":", 2)[0] not in told]
    if wanted:
        session.connection().execute(_insert(session), wanted)
    return len(firsts) - len(told)


def _stored_words(letters: Iterable[Letter]) -> Mapping[int, Any]:
    """The words of each letter as they are stored, by their identity: many share the same."""
    distinct = {id(letter.words): letter.words for letter in letters}
    return {number: storable(words) for number, words in distinct.items()}


def _ways(session: Session, letters: Sequence[Letter]) -> list[Sequence[Way]]:
    """The ways of each letter; who has no account here has only the address."""
    people: dict[tuple[int, str], set[int]] = {}
    for one in letters:
        if one.recipient_id is not None:
            people.setdefault((one.workspace_id, one.kind), set()).add(one.recipient_id)
    ways = {
        about: preferences.ways_for(session, *about, recipient_ids)
        for about, recipient_ids in people.items()
    }
    return [
        (BY_MAIL,)
        if one.recipient_id is None
        else ways[one.workspace_id, one.kind][one.recipient_id]
        for one in letters
    ]


def _new_keys(session: Session, rows: list[dict[str, Any]]) -> set[str]:
    insert = _insert(session).returning(col(Delivery.key))
    return set(session.connection().execute(insert, rows).scalars())


def _row(
    letter: Letter,
    way: Way,
    *,
    key: str,
    words: Mapping[int, Any],
    now: datetime,
    not_before: datetime,
) -> dict[str, Any]:
    due_at = letter.due_at or not_before
    return {
        "workspace_id": letter.workspace_id,
        "key": key,
        "kind": KINDS[letter.kind].name,
        "channel": way.channel,
        "endpoint_id": way.endpoint_id,
        "recipient_id": letter.recipient_id,
        "address": letter.address,
        "subject_id": letter.subject_id,
        "words": words[id(letter.words)],
        "thread": letter.thread,
        "message_id": f"{letter.kind}.{secrets.token_hex(16)}",
        "created_at": now,
        "due_at": due_at,
        "next_attempt_at": min(due_at, not_before),
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
