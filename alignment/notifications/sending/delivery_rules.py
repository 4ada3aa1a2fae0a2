"""PURE. The delivery rules for one recipient and channel: what goes alone, what is merged after a
downtime or above the rate limit, and what is grouped by kind. Nothing is dropped here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alignment.notifications.notice_kinds import GroupingMode
from alignment.notifications.sending.decisions import (
    Decision,
    QueuedDelivery,
    RecentDelivery,
    Send,
    Wait,
    ids_of,
    merge_all,
)
from alignment.notifications.sending.grouping_by_kind import decide_by_kind

ONE_HOUR = timedelta(hours=1)
WAIT_AFTER_DOWNTIME = timedelta(minutes=3)
"""After a standstill the clocks are read first; only then people are told, once."""


def plan_queue(
    queued: Sequence[QueuedDelivery],
    recent: Sequence[RecentDelivery],
    *,
    is_rate_limited: bool,
    now: datetime,
) -> list[Decision]:
    """What becomes of everything that waits for one person by one channel."""
    decisions: list[Decision] = [
        Send(id=delivery.id) for delivery in queued if _goes_alone(delivery)
    ]
    rest = [delivery for delivery in queued if not _goes_alone(delivery)]
    if not rest:
        return decisions
    if any(delivery.lateness for delivery in rest):
        return decisions + _after_downtime(rest, now=now)
    if any(delivery.was_rate_limited and delivery.turn_at <= now for delivery in rest):
        return [*decisions, merge_all(rest)]
    if is_rate_limited:
        return [*decisions, Wait(ids=ids_of(rest), until=next_full_hour(now), is_rate_limited=True)]
    return decisions + decide_by_kind(rest, recent, now=now)


def next_full_hour(now: datetime) -> datetime:
    """The next full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + ONE_HOUR


def _goes_alone(delivery: QueuedDelivery) -> bool:
    return delivery.may_have_left or delivery.kind.grouping is GroupingMode.ALONE


def _after_downtime(rest: Sequence[QueuedDelivery], *, now: datetime) -> list[Decision]:
    settled_at = (
        max(delivery.lateness.until_at for delivery in rest if delivery.lateness)
        + WAIT_AFTER_DOWNTIME
    )
    return [Wait(ids=ids_of(rest), until=settled_at) if now < settled_at else merge_all(rest)]
