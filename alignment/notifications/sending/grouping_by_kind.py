"""PURE. Group the queue of one recipient by notice kind: at once up to a burst, grouped after a
wait, or joined to the next summary.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from alignment.notifications.notice_kinds import GroupingMode, NoticeKind
from alignment.notifications.sending.decisions import (
    Decision,
    Merge,
    QueuedDelivery,
    RecentDelivery,
    Send,
    Wait,
    ids_of,
    merge_all,
)


def decide_by_kind(
    deliveries: Sequence[QueuedDelivery], recent: Sequence[RecentDelivery], *, now: datetime
) -> list[Decision]:
    decisions: list[Decision] = []
    joining = [
        delivery for delivery in deliveries if delivery.kind.grouping is GroupingMode.JOINING
    ]
    others = sorted(
        (delivery for delivery in deliveries if delivery not in joining),
        key=lambda delivery: delivery.kind.name,
    )
    for name, same_kind in groupby(others, key=lambda delivery: delivery.kind.name):
        deliveries_of_kind, recent_of_kind = (
            list(same_kind),
            [delivery for delivery in recent if delivery.kind == name],
        )
        is_instant = deliveries_of_kind[0].kind.grouping is GroupingMode.INSTANT
        decisions += (_instant if is_instant else _grouped)(
            deliveries_of_kind, recent_of_kind, now=now
        )
    return _join_to_summary(decisions, joining, deliveries, now=now) if joining else decisions


def _instant(
    deliveries: Sequence[QueuedDelivery], recent: Sequence[RecentDelivery], *, now: datetime
) -> list[Decision]:
    """Each at once while that is few; else one summary, and after it silence for a while.

    What had to wait already is told together, however few they are.
    """
    kind = deliveries[0].kind
    in_window = [delivery for delivery in recent if delivery.at > now - kind.group_wait]
    room = 0 if any(delivery.is_summary for delivery in in_window) else kind.burst - len(in_window)
    has_waited = any(delivery.turn_at > delivery.due_at for delivery in deliveries)
    if len(deliveries) <= room and not has_waited:
        return [Send(id=delivery.id) for delivery in deliveries]
    if room > 0:
        return [merge_all(deliveries)]
    return [Wait(ids=ids_of(deliveries), until=_window_start(in_window, kind) + kind.group_wait)]


def _window_start(in_window: Sequence[RecentDelivery], kind: NoticeKind) -> datetime:
    """The message that must be long enough ago before the next one may go."""
    last_summary = max((delivery.at for delivery in in_window if delivery.is_summary), default=None)
    oldest_of_the_burst = sorted(delivery.at for delivery in in_window)[-kind.burst :][0]
    return max(last_summary or oldest_of_the_burst, oldest_of_the_burst)


def _grouped(
    deliveries: Sequence[QueuedDelivery], recent: Sequence[RecentDelivery], *, now: datetime
) -> list[Decision]:
    """All that came within the wait, no more often than the interval."""
    kind = deliveries[0].kind
    until = min(delivery.due_at for delivery in deliveries) + kind.group_wait
    if recent:
        until = max(until, max(delivery.at for delivery in recent) + kind.group_interval)
    return [Wait(ids=ids_of(deliveries), until=until) if now < until else merge_all(deliveries)]


def _join_to_summary(
    decisions: list[Decision],
    joining: Sequence[QueuedDelivery],
    deliveries: Sequence[QueuedDelivery],
    *,
    now: datetime,
) -> list[Decision]:
    """With the first summary that goes; without one, together after their interval."""
    for place, decision in enumerate(decisions):
        if isinstance(decision, Merge):
            merged_ids = {decision.summary, *decision.members}
            merged = merge_all(
                [
                    delivery
                    for delivery in deliveries
                    if delivery.id in merged_ids or delivery in joining
                ]
            )
            return [*decisions[:place], merged, *decisions[place + 1 :]]
    until = min(decision.due_at + decision.kind.group_interval for decision in joining)
    return [
        *decisions,
        Wait(ids=ids_of(joining), until=until) if now < until else merge_all(joining),
    ]
