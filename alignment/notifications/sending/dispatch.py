"""Run the outbox. For each partition (a workspace and a channel) with due deliveries claim a batch,
which runs the stages (``stages.STAGES``) and the checks (``checks.CHECKS``) in one transaction;
then, outside of any transaction, render, send and record each message. Delivery is at least once,
with the same Message-ID.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine

from alignment import db
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import (
    Channel,
    DeliveryError,
    OpenChannel,
    OutgoingMessage,
    Sent,
)
from alignment.notifications.models import Outcome
from alignment.notifications.outbox.outcomes import Attempt
from alignment.notifications.outbox.templates import Rendered, RenderError
from alignment.notifications.sending import queries, recording
from alignment.notifications.sending.claims import Claim, claim
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.queries import Partition
from alignment.notifications.sending.rendering import render_message

logger = logging.getLogger(__name__)

BATCH_SIZE = 50
"""As many messages are looked at in one turn; a death in between delays no more than these."""
DISPATCH_SECONDS = 8.0
"""Seconds after which no further round is begun; the next tick goes on."""
BATCH_SECONDS = 15.0
"""Seconds after which no further message of a batch is begun: four answers of at most ten seconds
each must still fit into the lease."""


def dispatch(
    engine: Engine, context: DeliveryContext, *, clock: Callable[[], datetime]
) -> Counter[Outcome]:
    """Send what is due, each batch at its own instant; how many messages came to which outcome.

    A channel that is down is left alone until the next tick, one that refuses us until its hold
    ends; the others go on.
    """
    stop_at = time.monotonic() + DISPATCH_SECONDS
    with closing(OpenChannels(context.channels)) as channels:
        run = DispatchRun(engine=engine, context=context, channels=channels, clock=clock)
        while time.monotonic() < stop_at and run.serve_all_once():
            pass
    return run.outcomes


class OpenChannels:
    """The channels of one run: each is opened on first use and kept open; ``down`` are those of
    which no more is expected in this tick.
    """

    def __init__(self, channels: Mapping[ChannelKind, Channel]) -> None:
        self._channels = channels
        self._open: dict[ChannelKind, OpenChannel] = {}
        self.down: set[ChannelKind] = set()

    @property
    def available(self) -> list[ChannelKind]:
        return [channel for channel in self._channels if channel not in self.down]

    def open_error(self, channel: ChannelKind) -> DeliveryError | None:
        """Open the channel unless it is; what keeps it from opening."""
        if channel not in self._open:
            try:
                self._open[channel] = self._channels[channel].open()
            except DeliveryError as error:
                return error
        return None

    def send(self, channel: ChannelKind, message: OutgoingMessage) -> Sent:
        return self._open[channel].send(message)

    def close(self) -> None:
        for open_channel in self._open.values():
            open_channel.close()


@dataclass(frozen=True, kw_only=True)
class DispatchRun:
    """One run of the outbox, and what became of its messages so far."""

    engine: Engine
    context: DeliveryContext
    channels: OpenChannels
    clock: Callable[[], datetime]
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def serve_all_once(self) -> bool:
        """One batch for every partition with work; False when nothing came of it."""
        has_progress = False
        for partition in self._due_partitions(now=self.clock()):
            if partition.channel in self.channels.down:
                continue
            attempts = self._send_batch(partition)
            has_progress |= attempts is not None
            self.outcomes.update(attempt.outcome for attempt in attempts or ())
            if any(attempt.is_channel_down for attempt in attempts or ()):
                self.channels.down.add(partition.channel)
        return has_progress

    def _due_partitions(self, *, now: datetime) -> list[Partition]:
        with db.read_only_session(self.engine) as session:
            open_kinds = [
                channel
                for channel in self.channels.available
                if not queries.channel_hold(session, now=now, channel=channel)
            ]
            return queries.due_partitions(session, open_kinds, now=now)

    def _send_batch(self, partition: Partition) -> list[Attempt] | None:
        """Open first, claim then: a slow greeting costs no lease. None when others have it all."""
        open_error = self.channels.open_error(partition.channel)
        now = self.clock()
        claims = claim(self.engine, self.context, partition, limit=BATCH_SIZE, now=now)
        if claims is None:
            return None
        if open_error is not None:
            logger.warning("Messages by %s wait: %s", partition.channel, open_error.reason)
            return [self._fail(claimed, open_error, now=now) for claimed in claims]
        return self._send_claims(claims, now=now)

    def _send_claims(self, claims: list[Claim], *, now: datetime) -> list[Attempt]:
        stop_at = time.monotonic() + BATCH_SECONDS
        attempts: list[Attempt] = []
        with db.autocommit_statements(self.engine) as connection:
            while claims and time.monotonic() < stop_at:
                attempts.append(self._send_one(connection, claims.pop(0), now=now))
                if attempts[-1].is_channel_down:
                    break
        recording.release(self.engine, claims, now=now)
        return attempts

    def _send_one(self, connection: Connection, claimed: Claim, *, now: datetime) -> Attempt:
        try:
            rendered = render_message(claimed, self.context, now=now)
        except RenderError as error:
            with db.async_commit_transaction(self.engine) as session:
                return recording.record_unwritable(session, claimed, error, now=now)
        try:
            sent = self.channels.send(claimed.delivery.channel, rendered.message)
        except DeliveryError as error:
            return self._fail(claimed, error, copy=rendered.copy, now=now)
        except Exception as error:
            logger.exception("Message %s could not be sent", claimed.delivery.id)
            failure = DeliveryError(f"Could not be sent: {error!r}", outcome=Outcome.RETRY)
            return self._fail(claimed, failure, copy=rendered.copy, now=now)
        attempt = Attempt(outcome=sent.outcome, reason=sent.reason, copy=rendered.copy)
        recording.record_sent(self.engine, connection, claimed, attempt, now=now)
        return attempt

    def _fail(
        self,
        claimed: Claim,
        error: DeliveryError,
        *,
        copy: Rendered | None = None,
        now: datetime,
    ) -> Attempt:
        attempt = Attempt(
            outcome=error.outcome,
            reason=error.reason,
            copy=copy,
            retry_after=error.retry_after,
            is_channel_down=error.is_down,
            disables_endpoint=error.disables,
        )
        with db.async_commit_transaction(self.engine) as session:
            recording.record_failure(session, claimed, attempt, now=now)
        return attempt
