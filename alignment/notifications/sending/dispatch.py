"""Run the outbox: for each workspace and channel with due deliveries claim a batch, render each,
hand it to the channel, and record the outcome. Delivery is at least once, with the same Message-ID;
no network call happens inside a transaction.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from alignment import db
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import DeliveryError, Sent
from alignment.notifications.endpoints import lifecycle
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.outbox.templates import FALLBACK_KIND, Rendered, RenderError
from alignment.notifications.sending import queries
from alignment.notifications.sending.claims import (
    Claim,
    claim,
    record_outcome,
    record_outcome_by,
    release,
)
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.open_channels import OpenChannels
from alignment.notifications.sending.rendering import render_message

logger = logging.getLogger(__name__)

BATCH_SIZE = 50
"""As many messages are looked at in one turn; a death in between delays no more than these."""
DISPATCH_SECONDS = 8.0
"""Seconds after which no further round is begun; the next tick goes on."""
BATCH_SECONDS = 15.0
"""Seconds after which no further message of a turn is begun: four answers of at most ten seconds
each must still fit into the lease."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """How one try ended; ``is_down`` means that the next one would end the same way."""

    outcome: Outcome
    is_channel_down: bool = False


def dispatch(
    engine: Engine, context: DeliveryContext, *, clock: Callable[[], datetime]
) -> Counter[Outcome]:
    """Send what is due, each turn at its own instant; how many messages came to which outcome.

    A channel that is down is left alone until the next tick, one that refuses us until its hold
    ends; the others go on.
    """
    outcomes: Counter[Outcome] = Counter()
    stop_at = time.monotonic() + DISPATCH_SECONDS
    with closing(OpenChannels(context.channels)) as open_channels:
        while time.monotonic() < stop_at and _one_round(
            engine, context, open_channels, outcomes, clock=clock
        ):
            pass
    return outcomes


def _one_round(
    engine: Engine,
    context: DeliveryContext,
    open_channels: OpenChannels,
    outcomes: Counter[Outcome],
    *,
    clock: Callable[[], datetime],
) -> bool:
    """One turn for every workspace with work; False when nothing came of it."""
    has_progress = False
    for workspace_id, channel in _due_workspaces(engine, open_channels, now=clock()):
        if channel in open_channels.down:
            continue
        attempts = _send_batch(engine, context, open_channels, workspace_id, channel, clock=clock)
        has_progress |= attempts is not None
        outcomes.update(attempt.outcome for attempt in attempts or ())
        if any(attempt.is_channel_down for attempt in attempts or ()):
            open_channels.down.add(channel)
    return has_progress


def _due_workspaces(
    engine: Engine, open_channels: OpenChannels, *, now: datetime
) -> list[tuple[int, ChannelKind]]:
    with db.read_only_session(engine) as session:
        open_kinds = [
            channel
            for channel in open_channels.available
            if not queries.channel_hold(session, now=now, channel=channel)
        ]
        return queries.due_workspaces(session, open_kinds, now=now)


def _send_batch(
    engine: Engine,
    context: DeliveryContext,
    open_channels: OpenChannels,
    workspace_id: int,
    channel: ChannelKind,
    *,
    clock: Callable[[], datetime],
) -> list[Attempt] | None:
    """Open first, claim then: a slow greeting costs no lease. None when others have it all."""
    open_error = open_channels.open_error(channel)
    now = clock()
    claims = claim(
        engine, context, workspace_id=workspace_id, channel=channel, limit=BATCH_SIZE, now=now
    )
    if claims is None:
        return None
    if open_error is not None:
        logger.warning("Messages by %s wait: %s", channel, open_error.reason)
        return [_record_failure(engine, claim_row, open_error, now=now) for claim_row in claims]
    return _send_claims(engine, context, open_channels, claims, now=now)


def _send_claims(
    engine: Engine,
    context: DeliveryContext,
    open_channels: OpenChannels,
    claims: list[Claim],
    *,
    now: datetime,
) -> list[Attempt]:
    stop_at = time.monotonic() + BATCH_SECONDS
    attempts: list[Attempt] = []
    with db.autocommit_statements(engine) as connection:
        while claims and time.monotonic() < stop_at:
            attempts.append(
                _send_one(engine, connection, context, open_channels, claims.pop(0), now=now)
            )
            if attempts[-1].is_channel_down:
                break
    release(engine, claims, now=now)
    return attempts


def _send_one(
    engine: Engine,
    connection: Connection,
    context: DeliveryContext,
    open_channels: OpenChannels,
    claimed: Claim,
    *,
    now: datetime,
) -> Attempt:
    try:
        rendered = render_message(claimed, context, now=now)
    except RenderError as error:
        return _send_fallback(engine, claimed, error, now=now)
    try:
        sent = open_channels.send(claimed.delivery.channel, rendered.message)
    except DeliveryError as error:
        return _record_failure(engine, claimed, error, copy=rendered.copy, now=now)
    except Exception as error:
        logger.exception("Message %s could not be sent", claimed.delivery.id)
        failure = DeliveryError(f"Could not be sent: {error!r}", outcome=Outcome.RETRY)
        return _record_failure(engine, claimed, failure, copy=rendered.copy, now=now)
    _record_sent(engine, connection, claimed, sent, rendered.copy, now=now)
    return Attempt(outcome=sent.outcome)


def _record_sent(
    engine: Engine,
    connection: Connection,
    claimed: Claim,
    sent: Sent,
    copy: Rendered,
    *,
    now: datetime,
) -> None:
    try:
        with connection.begin():
            record_outcome_by(connection, claimed, sent.outcome, sent.reason, copy=copy, now=now)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # The database was started again while the message went; told twice would be worse.
        record_outcome(engine, claimed, sent.outcome, sent.reason, copy=copy, now=now)
    if claimed.delivery.endpoint_id is not None:
        with db.async_commit_transaction(engine) as session:
            lifecycle.record_success(session, claimed.delivery.endpoint_id, now)


def _record_failure(
    engine: Engine,
    claimed: Claim,
    error: DeliveryError,
    *,
    copy: Rendered | None = None,
    now: datetime,
) -> Attempt:
    """Write down why; an endpoint that is of no use any more is switched off with it."""
    endpoint_id = claimed.delivery.endpoint_id
    with db.async_commit_transaction(engine) as session:
        record_outcome_by(
            session.connection(),
            claimed,
            error.outcome,
            error.reason,
            copy=copy,
            retry_after=error.retry_after,
            now=now,
        )
        if endpoint_id is not None and error.disables:
            lifecycle.disable(session, endpoint_id, reason=error.reason, now=now)
        elif endpoint_id is not None:
            lifecycle.record_failure(session, endpoint_id, now)
    return Attempt(outcome=error.outcome, is_channel_down=error.is_down)


def _send_fallback(engine: Engine, claimed: Claim, error: RenderError, *, now: datetime) -> Attempt:
    """Give the broken letter up, and tell its reader in the built-in words that it exists."""
    with db.async_commit_transaction(engine) as session:
        reason = f"The letter could not be written. {error}"
        still_leased = record_outcome_by(
            session.connection(), claimed, Outcome.DEAD, reason, now=now
        )
        if (
            still_leased
            and claimed.delivery.kind != FALLBACK_KIND
            and not _is_team_channel(claimed.delivery)
        ):
            enqueue(session, _fallback_notice(claimed), now=now)
    return Attempt(outcome=Outcome.DEAD)


def _is_team_channel(delivery: Delivery) -> bool:
    """A team's channel has no mailbox, and its members have letters of their own."""
    return delivery.recipient_id is None and delivery.endpoint_id is not None


def _fallback_notice(claimed: Claim) -> Notice:
    delivery = claimed.delivery
    return Notice(
        workspace_id=delivery.workspace_id,
        key=f"{FALLBACK_KIND}:{delivery.id}",
        kind=FALLBACK_KIND,
        recipient_id=delivery.recipient_id,
        address=delivery.address,
        subject_id=delivery.subject_id,
        words={"about": delivery.kind.replace("_", " ")},
        thread=delivery.thread,
    )
