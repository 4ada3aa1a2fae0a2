"""Write notices into the outbox, in the transaction of the change that caused them: one delivery
for each route to the recipient, each cause once.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy.sql.dml import Insert
from sqlmodel import Session, col

from alignment.db import insert_unless_present
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.formatting import to_json_values
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.notice_kinds import KINDS
from alignment.notifications.outbox import team_copies
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.preferences import effective
from alignment.notifications.preferences.effective import Route

INSERT_BATCH = 1_000
"""Letters made ready before they are written, however many there are."""
EMAIL_ROUTE = Route(channel=ChannelKind.EMAIL)


def enqueue(
    session: Session, notice: Notice, *, now: datetime, not_before: datetime | None = None
) -> bool:
    """Send this letter soon, or from ``not_before`` on; False when its cause was already told."""
    return enqueue_many(session, [notice], now=now, not_before=not_before) == 1


def enqueue_many(
    session: Session,
    notices: Iterable[Notice],
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> int:
    """As ``enqueue``, for many at once; how many of them are new."""
    remaining = iter(notices)
    session.flush()
    new = 0
    while batch := list(islice(remaining, INSERT_BATCH)):
        new += _enqueue_batch(session, batch, now=now, not_before=not_before or now)
    return new


def _enqueue_batch(
    session: Session, notices: Sequence[Notice], *, now: datetime, not_before: datetime
) -> int:
    """Each by the first way to its reader, and by the others if its cause is new."""
    row_of = partial(_delivery_row, words=_stored_words(notices), now=now, not_before=not_before)
    first_rows, copy_rows = [], []
    for notice, (first, *others) in zip(notices, _routes(session, notices), strict=True):
        first_rows.append(row_of(notice, first, key=notice.key))
        for route in others:
            # ``endpoints.copy_suffix`` knows a copy by this ending.
            key = f"{notice.key}:{route.channel}:{route.endpoint_id}"
            copy_rows.append(row_of(notice, route, key=key))
    team_copies_and_routes = team_copies.team_copies(session, notices)
    if team_copies_and_routes:
        rows = [row_of(notice, route, key=notice.key) for notice, route in team_copies_and_routes]
        session.connection().execute(_insert_new_only(session), rows)
    if not copy_rows:
        return session.connection().execute(_insert_new_only(session), first_rows).rowcount
    known_keys = {row["key"] for row in first_rows} - _inserted_keys(session, first_rows)
    new_copies = [row for row in copy_rows if row["key"].rsplit(":", 2)[0] not in known_keys]
    if new_copies:
        session.connection().execute(_insert_new_only(session), new_copies)
    return len(first_rows) - len(known_keys)


def _stored_words(letters: Iterable[Notice]) -> Mapping[int, Any]:
    """The words of each letter as they are stored, by their identity: many share the same."""
    distinct = {id(letter.words): letter.words for letter in letters}
    return {number: to_json_values(words) for number, words in distinct.items()}


def _routes(session: Session, letters: Sequence[Notice]) -> list[Sequence[Route]]:
    """The ways of each letter; who has no account here has only the address."""
    recipients_by_kind: dict[tuple[int, str], set[int]] = {}
    for notice in letters:
        if notice.recipient_id is not None:
            recipients_by_kind.setdefault((notice.workspace_id, notice.kind), set()).add(
                notice.recipient_id
            )
    routes = {
        workspace_and_kind: effective.routes_for(session, *workspace_and_kind, recipient_ids)
        for workspace_and_kind, recipient_ids in recipients_by_kind.items()
    }
    return [
        (EMAIL_ROUTE,)
        if notice.recipient_id is None
        else routes[notice.workspace_id, notice.kind][notice.recipient_id]
        for notice in letters
    ]


def _inserted_keys(session: Session, rows: list[dict[str, Any]]) -> set[str]:
    insert = _insert_new_only(session).returning(col(Delivery.key))
    return set(session.connection().execute(insert, rows).scalars())


def _delivery_row(
    letter: Notice,
    way: Route,
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
        "deliver_by_at": letter.deliver_by_at,
        "next_attempt_at": min(due_at, not_before),
        "outcome": Outcome.PENDING,
        "reason": "",
        "attempts": 0,
        "subject": "",
        "text": "",
        "html": "",
    }


def _insert_new_only(session: Session) -> Insert:
    return insert_unless_present(session, Delivery).execution_options(preserve_rowcount=True)
