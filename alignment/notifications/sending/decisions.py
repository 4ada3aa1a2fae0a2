"""PURE. The values the delivery rules work with: a queued delivery, a recent one, and the decisions
send, merge and wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alignment.notifications.downtime.lateness import Lateness
from alignment.notifications.notice_kinds import NoticeKind


@dataclass(frozen=True, kw_only=True)
class QueuedDelivery:
    """A message whose turn may have come."""

    id: int
    kind: NoticeKind
    due_at: datetime
    turn_at: datetime
    may_have_left: bool = False
    """It may have left already, or tells others: it goes as it is or not at all."""
    was_rate_limited: bool = False
    """It was held by a brake before."""
    lateness: Lateness | None = None


@dataclass(frozen=True, kw_only=True)
class RecentDelivery:
    """A message that this person got by this channel not long ago, or is getting now."""

    kind: str
    at: datetime
    is_summary: bool = False


@dataclass(frozen=True, kw_only=True)
class Send:
    """This one goes by itself."""

    id: int


@dataclass(frozen=True, kw_only=True)
class Merge:
    """``carrier`` goes and tells ``members`` too, worst first; ``counted`` are only counted."""

    summary: int
    members: tuple[int, ...] = ()
    only_counted: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Wait:
    """These wait; ``is_brake`` means that too much was sent already."""

    ids: tuple[int, ...]
    until: datetime
    is_rate_limited: bool = False


Decision = Send | Merge | Wait


def merge_all(deliveries: Iterable[QueuedDelivery]) -> Decision:
    """One message for all of them; a single one goes as it is, unless it may only be counted."""
    worst_first = sorted(
        deliveries,
        key=lambda delivery: (
            _is_only_counted(delivery),
            delivery.kind.rank,
            delivery.due_at,
            delivery.id,
        ),
    )
    counted = frozenset(delivery.id for delivery in worst_first if _is_only_counted(delivery))
    summary, *members = ids_of(worst_first)
    if not members and not counted:
        return Send(id=summary)
    return Merge(summary=summary, members=tuple(members), only_counted=counted)


def _is_only_counted(delivery: QueuedDelivery) -> bool:
    return delivery.lateness is not None and delivery.lateness.is_too_late


def ids_of(deliveries: Iterable[QueuedDelivery]) -> tuple[int, ...]:
    return tuple(delivery.id for delivery in deliveries)
