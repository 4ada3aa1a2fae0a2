"""PURE. The delivery pipeline: the stages that decide, in this order, about everything that waits
for one recipient by one channel. Each stage gives verdicts on some of it and leaves the rest to
the next one; nothing is dropped here. What they send is checked once more (``checks.CHECKS``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from alignment.notifications.causes import WaitCause
from alignment.notifications.notice_kinds import GroupingMode, NoticeKind
from alignment.notifications.sending.verdicts import (
    QueuedDelivery,
    QueueState,
    RecentDelivery,
    Send,
    Verdict,
    Wait,
    hold,
    ids_of,
    send_merged,
    wait,
)

ONE_HOUR = timedelta(hours=1)
WAIT_AFTER_DOWNTIME = timedelta(minutes=3)
"""After a downtime the promises are read first; only then people are told, once."""


@dataclass(frozen=True, kw_only=True)
class PipelineStage:
    """One step of the pipeline, and the verdicts that it may give."""

    decide: Callable[[QueueState], Sequence[Verdict]]
    may: frozenset[type[Verdict]]


def decide(queue: QueueState) -> list[Verdict]:
    """A verdict on every delivery of the queue: of the first stage that gives one."""
    verdicts: list[Verdict] = []
    for stage in STAGES:
        if new := stage.decide(queue):
            verdicts += new
            decided = {delivery_id for verdict in new for delivery_id in verdict.ids}
            rest = [delivery for delivery in queue.waiting if delivery.id not in decided]
            if not rest:
                break
            queue = replace(queue, waiting=rest)
    return verdicts


def defer_for_recipient(queue: QueueState) -> list[Wait]:
    """Quiet hours, days off and snoozes: what its recipient does not want now waits."""
    return [
        Wait(
            ids=(delivery.id,),
            until=delivery.deferral.until,
            cause=WaitCause.RECIPIENT,
            obstacle=delivery.deferral.reason,
        )
        for delivery in queue.waiting
        if delivery.deferral
    ]


def send_alone(queue: QueueState) -> list[Send]:
    """What is never grouped, and what may have left already, goes by itself."""
    return [
        Send(ids=(delivery.id,))
        for delivery in queue.waiting
        if delivery.may_have_left or delivery.kind.grouping is GroupingMode.ALONE
    ]


def merge_after_downtime(queue: QueueState) -> list[Verdict]:
    """Where anything is late because no scheduler ran, all is told at once, a little later."""
    ends = [delivery.lateness.until_at for delivery in queue.waiting if delivery.lateness]
    if not ends:
        return []
    until = max(ends) + WAIT_AFTER_DOWNTIME
    if queue.now < until:
        return [wait(queue.waiting, until, WaitCause.DOWNTIME)]
    return [send_merged(queue.waiting)]


def release_rate_limited(queue: QueueState) -> list[Send]:
    """When the hour is over, what the rate limit held goes as one message with all the rest."""
    is_released = any(
        delivery.was_rate_limited and delivery.turn_at <= queue.now for delivery in queue.waiting
    )
    return [send_merged(queue.waiting)] if is_released else []


def hold_at_rate_limit(queue: QueueState) -> list[Verdict]:
    """Above the rate limit everything waits until the next full hour, or until the first of it has
    to go to be in time: then all of it goes as one message.
    """
    if not queue.is_rate_limited:
        return []
    until = next_full_hour(queue.now)
    return [hold(queue.waiting, until, WaitCause.RATE_LIMIT, now=queue.now)]


def group_by_kind(queue: QueueState) -> list[Verdict]:
    """At once up to a burst, grouped after a wait, or joined to the next summary."""
    verdicts: list[Verdict] = []
    joining = [
        delivery for delivery in queue.waiting if delivery.kind.grouping is GroupingMode.JOINING
    ]
    others = sorted(
        (delivery for delivery in queue.waiting if delivery not in joining),
        key=lambda delivery: delivery.kind.name,
    )
    for name, same_kind in groupby(others, key=lambda delivery: delivery.kind.name):
        of_kind = list(same_kind)
        recent = [delivery for delivery in queue.recent if delivery.kind == name]
        is_instant = of_kind[0].kind.grouping is GroupingMode.INSTANT
        verdicts += (_instant if is_instant else _grouped)(of_kind, recent, now=queue.now)
    return _join_to_summary(verdicts, joining, queue) if joining else verdicts


STAGES: tuple[PipelineStage, ...] = (
    PipelineStage(decide=defer_for_recipient, may=frozenset({Wait})),
    PipelineStage(decide=send_alone, may=frozenset({Send})),
    PipelineStage(decide=merge_after_downtime, may=frozenset({Wait, Send})),
    PipelineStage(decide=release_rate_limited, may=frozenset({Send})),
    PipelineStage(decide=hold_at_rate_limit, may=frozenset({Wait, Send})),
    PipelineStage(decide=group_by_kind, may=frozenset({Wait, Send})),
)


def next_full_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + ONE_HOUR


def _instant(
    deliveries: Sequence[QueuedDelivery], recent: Sequence[RecentDelivery], *, now: datetime
) -> Sequence[Verdict]:
    """Each at once while that is few; else one summary, and after it silence for a while.

    What had to wait already is told together, however few they are.
    """
    kind = deliveries[0].kind
    in_window = [delivery for delivery in recent if delivery.at > now - kind.group_wait]
    room = 0 if any(delivery.is_summary for delivery in in_window) else kind.burst - len(in_window)
    has_waited = any(delivery.turn_at > delivery.due_at for delivery in deliveries)
    if len(deliveries) <= room and not has_waited:
        return [Send(ids=(delivery.id,)) for delivery in deliveries]
    if room > 0:
        return [send_merged(deliveries)]
    until = _window_start(in_window, kind) + kind.group_wait
    return [hold(deliveries, until, WaitCause.GROUPING, now=now)]


def _window_start(in_window: Sequence[RecentDelivery], kind: NoticeKind) -> datetime:
    """The message that must be long enough ago before the next one may go."""
    last_summary = max((delivery.at for delivery in in_window if delivery.is_summary), default=None)
    oldest_of_the_burst = sorted(delivery.at for delivery in in_window)[-kind.burst :][0]
    return max(last_summary or oldest_of_the_burst, oldest_of_the_burst)


def _grouped(
    deliveries: Sequence[QueuedDelivery], recent: Sequence[RecentDelivery], *, now: datetime
) -> Sequence[Verdict]:
    """All that came within the wait, no more often than the interval."""
    kind = deliveries[0].kind
    until = min(delivery.due_at for delivery in deliveries) + kind.group_wait
    if recent:
        until = max(until, max(delivery.at for delivery in recent) + kind.group_interval)
    return [hold(deliveries, until, WaitCause.GROUPING, now=now)]


def _join_to_summary(
    verdicts: list[Verdict], joining: Sequence[QueuedDelivery], queue: QueueState
) -> list[Verdict]:
    """With the first summary that goes; without one, together after their interval."""
    joining_ids = ids_of(joining)
    for place, verdict in enumerate(verdicts):
        if isinstance(verdict, Send) and len(verdict.ids) > 1:
            merged_ids = {*verdict.ids, *joining_ids}
            members = [delivery for delivery in queue.waiting if delivery.id in merged_ids]
            return [*verdicts[:place], send_merged(members), *verdicts[place + 1 :]]
    until = min(delivery.due_at + delivery.kind.group_interval for delivery in joining)
    return [*verdicts, hold(joining, until, WaitCause.GROUPING, now=queue.now)]
