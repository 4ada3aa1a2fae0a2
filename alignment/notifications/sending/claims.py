"""Claim deliveries under a lease: a random token and an end. Only that token records an outcome."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User, Workspace, id_of
from alignment.notifications import queries as people
from alignment.notifications.downtime import heartbeat
from alignment.notifications.downtime.lateness import Lateness, lateness_of
from alignment.notifications.endpoints import lifecycle
from alignment.notifications.models import Delivery, Endpoint
from alignment.notifications.outbox import queries as outbox_queries
from alignment.notifications.outbox.templates import Reader
from alignment.notifications.sending.action_buttons import action_buttons_of
from alignment.notifications.sending.apply_verdicts import QueueRun
from alignment.notifications.sending.checks import PreparedDelivery, send_time_words
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.queries import Partition
from alignment.notifications.sending.reader_zone import reader_zone
from alignment.notifications.sending.recipient_queue import next_batch

LEASE = timedelta(seconds=60)
"""Who dies with a claim in hand delays it by so much."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A message that is ours until the lease ends."""

    token: str
    reader: Reader
    items: Sequence[PreparedDelivery]
    """What it tells: the delivery that is sent first, and every other one that goes with it."""
    endpoint: Mapping[str, str] = field(default_factory=dict)

    @property
    def delivery(self) -> Delivery:
        return self.items[0].delivery

    @property
    def send_time_words(self) -> Mapping[str, str]:
        return self.items[0].send_time_words

    @property
    def lateness(self) -> Lateness | None:
        """The downtime that made it, or the first of what it tells, late."""
        return next((item.lateness for item in self.items if item.lateness), None)


def claim(
    engine: Engine,
    context: DeliveryContext,
    partition: Partition,
    *,
    limit: int,
    now: datetime,
) -> list[Claim] | None:
    """Take what is to leave now; what waits longer, or no longer matters, is written down here.

    None when nothing was there to decide about, since others have it.
    """
    with db.async_commit_transaction(engine) as session:
        batch = next_batch(session, partition, limit=limit, now=now)
        if batch is None:
            return None
        workspace = session.get_one(Workspace, partition.workspace_id)
        return [
            _lease(
                session,
                items,
                _reader(session, items, queue.recipient, workspace),
                context,
                now=now,
            )
            for queue in batch.queues
            for items in QueueRun(
                session=session, queue=queue, batch=batch, context=context, now=now
            ).groups_to_send()
        ]


def preview_claim(
    session: Session, delivery: Delivery, context: DeliveryContext, *, now: datetime
) -> Claim:
    """Everything to write the message with, and no right to send it or to record its outcome."""
    merged = outbox_queries.merged_into(session, delivery.workspace_id, [id_of(delivery)])
    downtimes = heartbeat.recent_downtimes(session, now=now)
    items = [
        PreparedDelivery(
            delivery=row,
            send_time_words=send_time_words(session, row, context),
            lateness=lateness_of(row.due_at, row.due_at, downtimes),
            buttons=action_buttons_of(session, row, context, now=now),
        )
        for row in [delivery, *merged.get(id_of(delivery), [])]
    ]
    workspace = session.get_one(Workspace, delivery.workspace_id)
    reader = _reader(session, items, _recipient(session, delivery), workspace)
    return Claim(token="", reader=reader, items=items)


def _lease(
    session: Session,
    items: Sequence[PreparedDelivery],
    reader: Reader,
    context: DeliveryContext,
    *,
    now: datetime,
) -> Claim:
    delivery, token = items[0].delivery, secrets.token_hex(16)
    delivery.lease_token, delivery.next_attempt_at = token, now + LEASE
    return Claim(
        token=token,
        reader=reader,
        items=items,
        endpoint=_endpoint(session, delivery, context),
    )


def _endpoint(session: Session, delivery: Delivery, context: DeliveryContext) -> Mapping[str, str]:
    """Where it goes beside mail; nothing, where that can no longer be read."""
    if delivery.endpoint_id is None:
        return {}
    return lifecycle.decrypted_address(
        session.get_one(Endpoint, delivery.endpoint_id), context.secret
    )


def _reader(
    session: Session,
    items: Sequence[PreparedDelivery],
    recipient: User | None,
    workspace: Workspace,
) -> Reader:
    """Who reads it: the person as known now, or just the address of somebody not yet here."""
    return Reader(
        name=recipient.name if recipient else "",
        address=recipient.email if recipient else items[0].delivery.address,
        zone=reader_zone(session, items[0].delivery, recipient),
        workspace=workspace.name,
    )


def _recipient(session: Session, delivery: Delivery) -> User | None:
    if delivery.recipient_id is None:
        return None
    return people.find_person(session, delivery.workspace_id, delivery.recipient_id)
