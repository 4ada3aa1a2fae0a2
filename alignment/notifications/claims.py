"""Whose turn it is: claiming messages for a while, and marking how each try ended."""

import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, update
from sqlmodel import Session, col

from alignment import db
from alignment.accounts.models import User, Workspace, id_of
from alignment.notifications import catching_up, endpoints, queries
from alignment.notifications.acting import offer_of
from alignment.notifications.checking import late_words
from alignment.notifications.deciding import Going, Told, decide
from alignment.notifications.lateness import Late, lateness
from alignment.notifications.letters import Reader, Written
from alignment.notifications.models import ChannelKind, Delivery, Endpoint, Outcome
from alignment.notifications.office import Office
from alignment.notifications.outcomes import columns, ending
from alignment.notifications.piles import next_round

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""Who dies with a claim in hand delays it by so much."""
_WHILE_OURS = update(Delivery).where(
    col(Delivery.id) == bindparam("claimed_id"),
    col(Delivery.lease_token) == bindparam("claimed_token"),
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A message that is ours until the lease ends; only its token may mark it."""

    delivery: Delivery
    token: str
    reader: Reader
    told: Sequence[Told]
    """What it tells: itself first, and every other message that goes with it."""
    endpoint: Mapping[str, str] = field(default_factory=dict)

    @property
    def late_words(self) -> Mapping[str, str]:
        return self.told[0].late_words

    @property
    def late(self) -> Late | None:
        """The standstill that made it, or the first of what it tells, late."""
        return next((one.late for one in self.told if one.late), None)


def claim(
    engine: Engine,
    office: Office,
    *,
    workspace_id: int,
    channel: ChannelKind,
    limit: int,
    now: datetime,
) -> list[Claim] | None:
    """Take what is to leave now; what waits longer, or no longer matters, is written down here.

    None when nothing was there to decide about, since others have it.
    """
    with db.light_transaction(engine) as session:
        around = next_round(session, workspace_id, channel, limit=limit, now=now)
        if around is None:
            return None
        workspace = session.get_one(Workspace, workspace_id)
        return [
            _leased(session, one, workspace, pile.recipient, office, now=now)
            for pile in around.piles
            for one in decide(session, pile, around, office, now=now)
        ]


def mark(
    engine: Engine,
    one: Claim,
    outcome: Outcome,
    reason: str,
    *,
    copy: Written | None = None,
    retry_after: timedelta | None = None,
    now: datetime,
) -> bool:
    """Write down how a try ended, unless the lease was lost: then somebody else will."""
    with db.light_transaction(engine) as session:
        connection = session.connection()
        return mark_by(
            connection, one, outcome, reason, copy=copy, retry_after=retry_after, now=now
        )


def mark_by(
    connection: Connection,
    one: Claim,
    outcome: Outcome,
    reason: str,
    *,
    copy: Written | None = None,
    retry_after: timedelta | None = None,
    now: datetime,
) -> bool:
    """As ``mark``, by one statement of a transaction that somebody else began."""
    delivery = one.delivery
    end = ending(
        outcome,
        reason,
        delivery_id=id_of(delivery),
        attempts=delivery.attempts,
        retry_after=retry_after,
        now=now,
    )
    texts = {"subject": copy.subject, "text": copy.text, "html": copy.html} if copy else {}
    changed = columns(end, now=now) | texts | {"address": one.reader.address}
    marked = connection.execute(_WHILE_OURS, changed | _claimed(one))
    is_ours = marked.rowcount == 1
    if not is_ours:
        logger.warning("The lease of message %s was lost while it was sent", delivery.id)
    return is_ours


def give_back(engine: Engine, claims: Iterable[Claim], *, now: datetime) -> None:
    """Let others have what was claimed and not begun."""
    free = [{"lease_token": None, "next_attempt_at": now, **_claimed(one)} for one in claims]
    if not free:
        return
    with db.light_transaction(engine) as session:
        session.connection().execute(_WHILE_OURS, free)


def drafted(session: Session, delivery: Delivery, office: Office, *, now: datetime) -> Claim:
    """Everything to write the message with, and no right to send or mark it."""
    recipient = _recipient(session, delivery)
    workspace = session.get_one(Workspace, delivery.workspace_id)
    carried = queries.carried_by(session, delivery.workspace_id, [id_of(delivery)])
    standstills = catching_up.explaining(session, now=now)
    return Claim(
        delivery=delivery,
        token="",
        reader=_reader(delivery, workspace, recipient),
        told=[
            Told(
                delivery=row,
                late_words=late_words(session, row, office),
                late=lateness(row.due_at, row.due_at, standstills),
                offer=offer_of(session, row, office, now=now),
            )
            for row in [delivery, *carried.get(id_of(delivery), [])]
        ],
    )


def _leased(
    session: Session,
    going: Going,
    workspace: Workspace,
    recipient: User | None,
    office: Office,
    *,
    now: datetime,
) -> Claim:
    delivery, token = going.delivery, secrets.token_hex(16)
    delivery.lease_token, delivery.next_attempt_at = token, now + LEASE
    return Claim(
        delivery=delivery,
        token=token,
        reader=_reader(delivery, workspace, recipient),
        told=going.told,
        endpoint=_endpoint(session, delivery, office),
    )


def _endpoint(session: Session, delivery: Delivery, office: Office) -> Mapping[str, str]:
    """Where it goes beside mail; nothing, where that can no longer be read."""
    if delivery.endpoint_id is None:
        return {}
    return endpoints.address_of(session.get_one(Endpoint, delivery.endpoint_id), office.secret)


def _reader(delivery: Delivery, workspace: Workspace, recipient: User | None) -> Reader:
    """Who reads it: the person as known now, or just the address of somebody not yet here."""
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


def _claimed(one: Claim) -> dict[str, object]:
    return {"claimed_id": one.delivery.id, "claimed_token": one.token}
