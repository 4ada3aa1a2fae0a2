"""Claim deliveries under a lease (a random token and an end) and record the outcome only while the
lease still holds.
"""

import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, update
from sqlmodel import Session, col

from alignment import db
from alignment.accounts.models import User, Workspace, id_of
from alignment.notifications import queries as notifications_queries
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.downtime import heartbeat
from alignment.notifications.downtime.lateness import Lateness, lateness_of
from alignment.notifications.endpoints import lifecycle
from alignment.notifications.models import Delivery, Endpoint, Outcome
from alignment.notifications.outbox import queries as outbox_queries
from alignment.notifications.outbox.outcomes import attempt_result, result_columns
from alignment.notifications.outbox.templates import Reader, Rendered
from alignment.notifications.sending.action_buttons import action_buttons_of
from alignment.notifications.sending.apply_decisions import (
    PreparedDelivery,
    SendableGroup,
    select_sendable,
)
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.recipient_queue import next_batch
from alignment.notifications.sending.suppression import send_time_words

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""Who dies with a claim in hand delays it by so much."""
_UPDATE_WHILE_LEASED = update(Delivery).where(
    col(Delivery.id) == bindparam("claimed_id"),
    col(Delivery.lease_token) == bindparam("claimed_token"),
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A message that is ours until the lease ends; only its token may mark it."""

    delivery: Delivery
    token: str
    reader: Reader
    items: Sequence[PreparedDelivery]
    """What it tells: itself first, and every other message that goes with it."""
    endpoint: Mapping[str, str] = field(default_factory=dict)

    @property
    def send_time_words(self) -> Mapping[str, str]:
        return self.items[0].send_time_words

    @property
    def lateness(self) -> Lateness | None:
        """The standstill that made it, or the first of what it tells, late."""
        return next((one.lateness for one in self.items if one.lateness), None)


def claim(
    engine: Engine,
    context: DeliveryContext,
    *,
    workspace_id: int,
    channel: ChannelKind,
    limit: int,
    now: datetime,
) -> list[Claim] | None:
    """Take what is to leave now; what waits longer, or no longer matters, is written down here.

    None when nothing was there to decide about, since others have it.
    """
    with db.async_commit_transaction(engine) as session:
        batch = next_batch(session, workspace_id, channel, limit=limit, now=now)
        if batch is None:
            return None
        workspace = session.get_one(Workspace, workspace_id)
        return [
            _lease(session, sendable, workspace, queue.recipient, context, now=now)
            for queue in batch.queues
            for sendable in select_sendable(session, queue, batch, context, now=now)
        ]


def record_outcome(
    engine: Engine,
    claimed: Claim,
    outcome: Outcome,
    reason: str,
    *,
    copy: Rendered | None = None,
    retry_after: timedelta | None = None,
    now: datetime,
) -> bool:
    """Write down how a try ended, unless the lease was lost: then somebody else will."""
    with db.async_commit_transaction(engine) as session:
        connection = session.connection()
        return record_outcome_by(
            connection, claimed, outcome, reason, copy=copy, retry_after=retry_after, now=now
        )


def record_outcome_by(
    connection: Connection,
    claimed: Claim,
    outcome: Outcome,
    reason: str,
    *,
    copy: Rendered | None = None,
    retry_after: timedelta | None = None,
    now: datetime,
) -> bool:
    """As ``mark``, by one statement of a transaction that somebody else began."""
    delivery = claimed.delivery
    result = attempt_result(
        outcome,
        reason,
        delivery_id=id_of(delivery),
        attempts=delivery.attempts,
        retry_after=retry_after,
        now=now,
    )
    rendered_columns = (
        {"subject": copy.subject, "text": copy.text, "html": copy.html} if copy else {}
    )
    values = (
        result_columns(result, now=now) | rendered_columns | {"address": claimed.reader.address}
    )
    updated = connection.execute(_UPDATE_WHILE_LEASED, values | _lease_parameters(claimed))
    still_leased = updated.rowcount == 1
    if not still_leased:
        logger.warning("The lease of message %s was lost while it was sent", delivery.id)
    return still_leased


def release(engine: Engine, claims: Iterable[Claim], *, now: datetime) -> None:
    """Let others have what was claimed and not begun."""
    releases = [
        {"lease_token": None, "next_attempt_at": now, **_lease_parameters(claimed)}
        for claimed in claims
    ]
    if not releases:
        return
    with db.async_commit_transaction(engine) as session:
        session.connection().execute(_UPDATE_WHILE_LEASED, releases)


def preview_claim(
    session: Session, delivery: Delivery, context: DeliveryContext, *, now: datetime
) -> Claim:
    """Everything to write the message with, and no right to send or mark it."""
    recipient = _recipient(session, delivery)
    workspace = session.get_one(Workspace, delivery.workspace_id)
    merged = outbox_queries.merged_into(session, delivery.workspace_id, [id_of(delivery)])
    downtimes = heartbeat.recent_downtimes(session, now=now)
    return Claim(
        delivery=delivery,
        token="",
        reader=_reader(delivery, workspace, recipient),
        items=[
            PreparedDelivery(
                delivery=row,
                send_time_words=send_time_words(session, row, context),
                lateness=lateness_of(row.due_at, row.due_at, downtimes),
                buttons=action_buttons_of(session, row, context, now=now),
            )
            for row in [delivery, *merged.get(id_of(delivery), [])]
        ],
    )


def _lease(
    session: Session,
    sendable: SendableGroup,
    workspace: Workspace,
    recipient: User | None,
    context: DeliveryContext,
    *,
    now: datetime,
) -> Claim:
    delivery, token = sendable.delivery, secrets.token_hex(16)
    delivery.lease_token, delivery.next_attempt_at = token, now + LEASE
    return Claim(
        delivery=delivery,
        token=token,
        reader=_reader(delivery, workspace, recipient),
        items=sendable.items,
        endpoint=_endpoint(session, delivery, context),
    )


def _endpoint(session: Session, delivery: Delivery, office: DeliveryContext) -> Mapping[str, str]:
    """Where it goes beside mail; nothing, where that can no longer be read."""
    if delivery.endpoint_id is None:
        return {}
    return lifecycle.decrypted_address(
        session.get_one(Endpoint, delivery.endpoint_id), office.secret
    )


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
    return notifications_queries.find_person(session, delivery.workspace_id, delivery.recipient_id)


def _lease_parameters(claimed: Claim) -> dict[str, object]:
    return {"claimed_id": claimed.delivery.id, "claimed_token": claimed.token}
