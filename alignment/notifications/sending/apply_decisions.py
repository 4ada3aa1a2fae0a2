"""Apply the delivery rules to one recipient queue: defer, suppress, merge or release each delivery.
Only what is about to leave is asked whether it still matters; when one drops out, the rules are
applied again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts.models import Workspace, id_of
from alignment.notifications.actions.buttons import ActionButtons
from alignment.notifications.downtime.lateness import Lateness
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.outcomes import settle
from alignment.notifications.sending import rate_limit
from alignment.notifications.sending.action_buttons import action_buttons_of
from alignment.notifications.sending.decisions import Decision, Merge, Send, Wait
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.delivery_rules import plan_queue
from alignment.notifications.sending.recipient_queue import RecipientBatch, RecipientQueue
from alignment.notifications.sending.suppression import (
    CheckFailed,
    send_time_words,
    suppression_reason,
)


@dataclass(frozen=True, kw_only=True)
class PreparedDelivery:
    """A delivery that passed the checks, with what is made only at send time: secret words,
    lateness, buttons.
    """

    delivery: Delivery
    send_time_words: Mapping[str, str] = field(default_factory=dict)
    lateness: Lateness | None = None
    buttons: ActionButtons | None = None

    @property
    def is_counted(self) -> bool:
        return self.lateness is not None and self.lateness.is_too_late


@dataclass(frozen=True, kw_only=True)
class SendableGroup:
    """Deliveries that leave now as one message: the first is the one that is sent, the others are
    merged into it.
    """

    items: Sequence[PreparedDelivery]

    @property
    def delivery(self) -> Delivery:
        return self.items[0].delivery


def select_sendable(
    session: Session,
    queue: RecipientQueue,
    batch: RecipientBatch,
    context: DeliveryContext,
    *,
    now: datetime,
) -> list[SendableGroup]:
    """What leaves for this reader now; everything else waits or is settled, with a reason."""
    queue_decisions = _QueueDecisions(
        session=session, queue=queue, batch=batch, context=context, now=now
    )
    sendable = {id_of(row): row for row in queue.rows if not queue_decisions.defer(row)}
    decisions = queue_decisions.plan(sendable.values())
    while unchecked := [
        sendable[delivery_id]
        for delivery_id in _ids_to_send(decisions)
        if delivery_id not in queue_decisions.prepared
    ]:
        for row in unchecked:
            if not queue_decisions.prepare_or_settle(row):
                del sendable[id_of(row)]
                promoted = queue_decisions.promote_member(row)
                sendable |= {id_of(promoted): promoted} if promoted else {}
        decisions = queue_decisions.plan(sendable.values())
    return [group for decision in decisions for group in queue_decisions.apply(decision, sendable)]


@dataclass(frozen=True, kw_only=True)
class _QueueDecisions:
    session: Session
    queue: RecipientQueue
    batch: RecipientBatch
    context: DeliveryContext
    now: datetime
    prepared: dict[int, PreparedDelivery] = field(default_factory=dict)
    """What was asked and still matters."""

    def plan(self, rows: Iterable[Delivery]) -> list[Decision]:
        sent = [one.at for one in self.queue.recent]
        return plan_queue(
            [self.batch.queued(row) for row in rows],
            self.queue.recent,
            is_rate_limited=self.batch.rate_limit.is_exceeded(sent, now=self.now),
            now=self.now,
        )

    def defer(self, row: Delivery) -> bool:
        wait = self.queue.deferral(row, now=self.now)
        if wait is not None:
            row.next_attempt_at, row.reason = wait.until, wait.reason
        return wait is not None

    def prepare_or_settle(self, row: Delivery) -> bool:
        """Ask whether it still matters; what does not is settled with the reason."""
        try:
            why_not = suppression_reason(self.session, row, self.queue, self.context, now=self.now)
            words = {} if why_not else send_time_words(self.session, row, self.context)
        except CheckFailed as error:
            settle(row, Outcome.RETRY, str(error), now=self.now)
            return False
        if why_not:
            settle(row, Outcome.SUPPRESSED, why_not, now=self.now)
            return False
        late = self.batch.lateness(row)
        offer = action_buttons_of(self.session, row, self.context, now=self.now)
        self.prepared[id_of(row)] = PreparedDelivery(
            delivery=row, send_time_words=words, lateness=late, buttons=offer
        )
        return True

    def promote_member(self, carrier: Delivery) -> Delivery | None:
        """Who tells the others when their carrier drops out; with its identity, as it may have
        left already."""
        members = self.batch.merged.pop(id_of(carrier), [])
        if carrier.outcome is Outcome.RETRY or not members:
            return None
        heir, *rest = members
        heir.outcome, heir.merged_into_id, heir.settled_at = Outcome.PENDING, None, None
        heir.message_id, heir.attempts = carrier.message_id, carrier.attempts
        heir.next_attempt_at, heir.lease_token = self.now, "inherited"
        for member in rest:
            member.merged_into_id = id_of(heir)
        self.batch.merged[id_of(heir)] = rest
        return heir

    def apply(self, decision: Decision, rows: Mapping[int, Delivery]) -> list[SendableGroup]:
        if isinstance(decision, Wait):
            for number in decision.ids:
                _postpone(rows[number], decision, zone=self._zone)
            return []
        if isinstance(decision, Merge):
            return [self._merged(decision)]
        members = self.batch.merged.get(decision.id, [])
        still = [self.prepared[id_of(row)] for row in members if self.prepare_or_settle(row)]
        return [SendableGroup(items=(self.prepared[decision.id], *still))]

    def _merged(self, decision: Merge) -> SendableGroup:
        members = [self.prepared[number] for number in decision.members]
        for one in members:
            _merge(one, decision.summary, count=len(members) + 1, now=self.now)
        return SendableGroup(items=(self.prepared[decision.summary], *members))

    @property
    def _zone(self) -> str:
        recipient = self.queue.recipient
        if recipient:
            return recipient.zone
        return self.session.get_one(Workspace, self.queue.rows[0].workspace_id).zone


def _ids_to_send(decisions: Iterable[Decision]) -> list[int]:
    ids: list[int] = []
    for decision in decisions:
        if isinstance(decision, Send):
            ids.append(decision.id)
        elif isinstance(decision, Merge):
            ids += (decision.summary, *decision.members)
    return ids


def _merge(prepared: PreparedDelivery, carrier_id: int, *, count: int, now: datetime) -> None:
    settle(prepared.delivery, Outcome.MERGED, _merge_reason(prepared, count=count), now=now)
    prepared.delivery.merged_into_id = carrier_id


def _merge_reason(prepared: PreparedDelivery, *, count: int) -> str:
    if prepared.is_counted:
        return "More than a day late, so it was counted in another message."
    others = "another one" if count == 2 else f"{count - 1} others"
    return f"Told in one message with {others}."


def _postpone(row: Delivery, wait: Wait, *, zone: str) -> None:
    until = f"{wait.until.astimezone(ZoneInfo(zone)):%H:%M}"
    together = f"waits until {until} to be told together with others."
    row.next_attempt_at = wait.until
    row.reason = (
        f"{rate_limit.RATE_LIMIT_REASON}: {together}"
        if wait.is_rate_limited
        else together.capitalize()
    )
