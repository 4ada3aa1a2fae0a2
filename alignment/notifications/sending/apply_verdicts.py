"""Run the stages on one recipient queue and write their verdicts into its deliveries. Only what is
about to leave is checked; when one is dropped, the stages decide again about the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts.models import id_of
from alignment.notifications.causes import WaitCause
from alignment.notifications.formatting import format_wall_time
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.outcomes import settle
from alignment.notifications.sending.checks import (
    LeavingDelivery,
    PreparedDelivery,
    check_and_prepare,
)
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.reader_zone import reader_zone
from alignment.notifications.sending.recipient_queue import RecipientBatch, RecipientQueue
from alignment.notifications.sending.stages import decide
from alignment.notifications.sending.verdicts import (
    Drop,
    QueuedDelivery,
    QueueState,
    Send,
    Verdict,
    Wait,
)

RATE_LIMIT_WORDS = "Held by the brake on storms"


@dataclass(frozen=True, kw_only=True)
class QueueRun:
    """The stages at work on one queue."""

    session: Session
    queue: RecipientQueue
    batch: RecipientBatch
    context: DeliveryContext
    now: datetime
    rows: dict[int, Delivery] = field(default_factory=dict)
    waiting: dict[int, QueuedDelivery] = field(default_factory=dict)
    """What the stages decide about: every row but those that were dropped."""
    prepared: dict[int, PreparedDelivery] = field(default_factory=dict)
    """What was checked and still matters."""

    def groups_to_send(self) -> list[Sequence[PreparedDelivery]]:
        """What leaves now, each group as one message of which the first is the one that is sent;
        everything else waits or is settled, with a reason.
        """
        for row in self.queue.rows:
            self._add(row, self.batch.queued(row, self.queue, now=self.now))
        verdicts = self._decide()
        while unchecked := [row_id for row_id in _leaving(verdicts) if row_id not in self.prepared]:
            for row_id in unchecked:
                if not self._check(self.rows[row_id]):
                    del self.waiting[row_id]
                    self._promote_member(self.rows[row_id])
            verdicts = self._decide()
        return [group for verdict in verdicts for group in self._apply(verdict)]

    def _add(self, row: Delivery, queued: QueuedDelivery) -> None:
        self.rows[id_of(row)], self.waiting[id_of(row)] = row, queued

    def _decide(self) -> list[Verdict]:
        if not self.waiting:
            return []
        recent = self.queue.recent
        sent = [delivery.at for delivery in recent]
        return decide(
            QueueState(
                waiting=list(self.waiting.values()),
                recent=recent,
                is_rate_limited=self.batch.rate_limit.is_exceeded(sent, now=self.now),
                now=self.now,
            )
        )

    def _check(self, row: Delivery) -> bool:
        """Whether it may leave; what may not is settled with the reason."""
        checked = check_and_prepare(
            LeavingDelivery(
                session=self.session,
                delivery=row,
                recipient=self.queue.recipient,
                has_mutes=self.queue.has_mutes,
                lateness=self.batch.lateness(row),
                context=self.context,
                now=self.now,
            )
        )
        if isinstance(checked, Drop):
            outcome = Outcome.RETRY if checked.is_retried else Outcome.SUPPRESSED
            settle(row, outcome, checked.reason, now=self.now)
            return False
        self.prepared[id_of(row)] = checked
        return True

    def _promote_member(self, summary: Delivery) -> None:
        """When a summary is dropped, send its next member instead, under the same Message-ID, since
        the summary may already have been sent.
        """
        members = self.batch.merged.pop(id_of(summary), [])
        if summary.outcome is Outcome.RETRY or not members:
            return
        promoted, *rest = members
        promoted.outcome, promoted.merged_into_id = Outcome.PENDING, None
        promoted.settled_at, promoted.next_attempt_at = None, self.now
        promoted.message_id, promoted.attempts = summary.message_id, summary.attempts
        for member in rest:
            member.merged_into_id = id_of(promoted)
        self.batch.merged[id_of(promoted)] = rest
        queued = self.batch.queued(promoted, self.queue, now=self.now)
        self._add(promoted, replace(queued, deferral=None, may_have_left=True))

    def _apply(self, verdict: Verdict) -> Iterator[Sequence[PreparedDelivery]]:
        if isinstance(verdict, Send):
            yield self._merge(verdict)
        elif isinstance(verdict, Wait):
            for row_id in verdict.ids:
                self._postpone(self.rows[row_id], verdict)

    def _merge(self, verdict: Send) -> Sequence[PreparedDelivery]:
        """Those it is told with, and those it told before as far as they still matter."""
        summary, *members = (self.prepared[row_id] for row_id in verdict.ids)
        for member in members:
            reason = _merge_reason(member, count=len(verdict.ids))
            settle(member.delivery, Outcome.MERGED, reason, now=self.now)
            member.delivery.merged_into_id = id_of(summary.delivery)
        merged_before = self.batch.merged.get(id_of(summary.delivery), [])
        still_told = [self.prepared[id_of(row)] for row in merged_before if self._check(row)]
        return [summary, *members, *still_told]

    def _postpone(self, row: Delivery, verdict: Wait) -> None:
        row.next_attempt_at, row.wait_cause = verdict.until, verdict.cause
        row.reason = verdict.obstacle or _wait_reason(verdict, zone=self._zone)

    @property
    def _zone(self) -> str:
        return reader_zone(self.session, self.queue.rows[0], self.queue.recipient)


def _leaving(verdicts: Sequence[Verdict]) -> list[int]:
    return [row_id for verdict in verdicts if isinstance(verdict, Send) for row_id in verdict.ids]


def _merge_reason(prepared: PreparedDelivery, *, count: int) -> str:
    if prepared.is_counted:
        return "More than a day late, so it was counted in another message."
    others = "another one" if count == 2 else f"{count - 1} others"
    return f"Told in one message with {others}."


def _wait_reason(verdict: Wait, *, zone: str) -> str:
    until = format_wall_time(verdict.until.astimezone(ZoneInfo(zone)))
    together = f"waits until {until} to be told together with others."
    if verdict.cause is WaitCause.RATE_LIMIT:
        return f"{RATE_LIMIT_WORDS}: {together}"
    return together.capitalize()
