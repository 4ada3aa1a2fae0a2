"""Whose turn it is: claiming messages for a while, and marking how each try ended."""

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, update
from sqlalchemy.sql.dml import Update
from sqlmodel import Session, col

from alignment import db
from alignment.accounts.models import User, Workspace, id_of
from alignment.notifications import queries
from alignment.notifications.letters import Reader, Written
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.office import Office
from alignment.notifications.outcomes import Ending, ending

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""Who dies with a claim in hand delays it by so much."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A message that is ours until the lease ends; only its token may mark it."""

    delivery: Delivery
    token: str
    reader: Reader
    late_words: Mapping[str, str]


def claim(engine: Engine, office: Office, *, limit: int, now: datetime) -> list[Claim]:
    """Take the messages whose turn it is; those that no longer matter are settled here."""
    with db.transaction(engine) as session:
        waiting = queries.due(session, now=now, limit=limit)
        claims = (_claimed(session, delivery, office, now=now) for delivery in waiting)
        return [one for one in claims if one is not None]


def mark(
    engine: Engine,
    one: Claim,
    outcome: Outcome,
    reason: str,
    *,
    copy: Written | None = None,
    now: datetime,
) -> bool:
    """Write down how a try ended, unless the lease was lost: then somebody else will."""
    with db.transaction(engine) as session:
        return mark_within(session, one, outcome, reason, copy=copy, now=now)


def mark_within(
    session: Session,
    one: Claim,
    outcome: Outcome,
    reason: str,
    *,
    copy: Written | None = None,
    now: datetime,
) -> bool:
    """As ``mark``, as part of a larger change."""
    delivery = one.delivery
    end = _end(delivery, outcome, reason, now=now)
    texts = {"subject": copy.subject, "text": copy.text, "html": copy.html} if copy else {}
    changed = _columns(end, now=now) | texts | {"address": one.reader.address}
    marked = _while_ours(one).values(changed).returning(col(Delivery.id))
    is_ours = session.execute(marked).first() is not None
    if not is_ours:
        logger.warning("The lease of message %s was lost while it was sent", delivery.id)
    return is_ours


def give_back(engine: Engine, claims: Iterable[Claim], *, now: datetime) -> None:
    """Let others have what was claimed and not begun."""
    claims = list(claims)
    if not claims:
        return
    with db.transaction(engine) as session:
        for one in claims:
            session.execute(_while_ours(one).values(lease_token=None, next_attempt_at=now))


def drafted(session: Session, delivery: Delivery, office: Office) -> Claim:
    """Everything to write the message with, and no right to send or mark it."""
    return Claim(
        delivery=delivery,
        token="",
        reader=_reader(session, delivery, _recipient(session, delivery)),
        late_words=_late_words(session, delivery, office),
    )


def _claimed(
    session: Session, delivery: Delivery, office: Office, *, now: datetime
) -> Claim | None:
    recipient = _recipient(session, delivery)
    try:
        with session.begin_nested():
            against = _against(session, delivery, recipient, office, now=now)
            late_words = {} if against else _late_words(session, delivery, office)
    except Exception as error:
        logger.exception("Message %s could not be checked", delivery.id)
        _settle(delivery, Outcome.RETRY, f"Could not be checked: {error!r}", now=now)
        return None
    if against:
        _settle(delivery, Outcome.SUPPRESSED, against, now=now)
        return None
    return _leased(session, delivery, recipient, late_words, now=now)


def _against(
    session: Session, delivery: Delivery, recipient: User | None, office: Office, *, now: datetime
) -> str | None:
    """Why this message should not go after all."""
    if recipient and not recipient.is_active:
        return f"{recipient.name} is no longer active here."
    if recipient and queries.mute_of(session, recipient, delivery.kind):
        return f"{recipient.name} stopped mail of this kind."
    check = office.still_matters.get(delivery.kind)
    return check(session, delivery, now=now) if check else None


def _late_words(session: Session, delivery: Delivery, office: Office) -> Mapping[str, str]:
    words = office.late_words.get(delivery.kind)
    return words(session, delivery, secret=office.secret) if words else {}


def _leased(
    session: Session,
    delivery: Delivery,
    recipient: User | None,
    late_words: Mapping[str, str],
    *,
    now: datetime,
) -> Claim:
    token = secrets.token_hex(16)
    delivery.lease_token, delivery.next_attempt_at = token, now + LEASE
    reader = _reader(session, delivery, recipient)
    return Claim(delivery=delivery, token=token, reader=reader, late_words=late_words)


def _reader(session: Session, delivery: Delivery, recipient: User | None) -> Reader:
    """Who reads it: the person as known now, or just the address of somebody not yet here."""
    workspace = session.get_one(Workspace, delivery.workspace_id)
    return Reader(
        name=recipient.name if recipient else "",
        address=recipient.email if recipient else delivery.address,
        zone=recipient.zone if recipient else workspace.zone,
        workspace=workspace.name,
    )


def _recipient(session: Session, delivery: Delivery) -> User | None:
    if delivery.recipient_id is None:
        return None
    return queries.person(session, delivery.workspace_id, delivery.recipient_id)


def _settle(delivery: Delivery, outcome: Outcome, reason: str, *, now: datetime) -> None:
    for column, value in _columns(_end(delivery, outcome, reason, now=now), now=now).items():
        setattr(delivery, column, value)


def _end(delivery: Delivery, outcome: Outcome, reason: str, *, now: datetime) -> Ending:
    return ending(outcome, reason, delivery_id=id_of(delivery), attempts=delivery.attempts, now=now)


def _columns(end: Ending, *, now: datetime) -> dict[str, object]:
    return {
        "outcome": end.outcome,
        "reason": end.reason,
        "attempts": end.attempts,
        "next_attempt_at": end.next_attempt_at,
        "settled_at": None if end.next_attempt_at else now,
        "lease_token": None,
    }


def _while_ours(one: Claim) -> Update:
    return update(Delivery).where(
        col(Delivery.id) == one.delivery.id, col(Delivery.lease_token) == one.token
    )
