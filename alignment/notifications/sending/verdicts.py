"""PURE. What the stages know of one recipient's queue, and the verdicts they give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alignment.notifications.causes import WaitCause
from alignment.notifications.downtime.lateness import Lateness
from alignment.notifications.notice_kinds import NoticeKind
from alignment.notifications.preferences.quiet_hours import Deferral

HEAD_START = timedelta(minutes=5)
"""How long before its deadline a delivery leaves at the latest, where there was that much time."""


@dataclass(frozen=True, kw_only=True)
class QueuedDelivery:
    """A delivery whose turn may have come."""

    id: int
    kind: NoticeKind
    due_at: datetime
    turn_at: datetime
    deliver_by_at: datetime | None = None
    """Its deadline: before then it must have gone."""
    deferral: Deferral | None = None
    """Until when its recipient is not to be disturbed with it."""
    may_have_left: bool = False
    """It may have left already, or tells others: it goes as it is or not at all."""
    was_rate_limited: bool = False
    """The rate limit held it before."""
    lateness: Lateness | None = None

    @property
    def latest_departure_at(self) -> datetime | None:
        """Until when it may be held to be told with others; at most half of its time."""
        if self.deliver_by_at is None or self.deliver_by_at <= self.due_at:
            return None
        return self.deliver_by_at - min(HEAD_START, (self.deliver_by_at - self.due_at) / 2)

    @property
    def is_only_counted(self) -> bool:
        return self.lateness is not None and self.lateness.is_too_late


@dataclass(frozen=True, kw_only=True)
class RecentDelivery:
    """A delivery that this recipient got by this channel not long ago, or is getting now."""

    kind: str
    at: datetime
    is_summary: bool = False


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """What waits for one recipient by one channel, and what went there within the hour."""

    waiting: Sequence[QueuedDelivery]
    recent: Sequence[RecentDelivery] = ()
    is_rate_limited: bool = False
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Send:
    """The first of these leaves now; the others are merged into it."""

    ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Wait:
    """These wait; ``obstacle`` says why, where the cause alone does not."""

    ids: tuple[int, ...]
    until: datetime
    cause: WaitCause
    obstacle: str = ""


@dataclass(frozen=True, kw_only=True)
class Drop:
    """These do not leave: they no longer matter, or their check broke and is tried again."""

    ids: tuple[int, ...]
    reason: str
    is_retried: bool = False


Verdict = Send | Wait | Drop


def wait(deliveries: Iterable[QueuedDelivery], until: datetime, cause: WaitCause) -> Wait:
    return Wait(ids=ids_of(deliveries), until=until, cause=cause)


def hold(
    deliveries: Sequence[QueuedDelivery], until: datetime, cause: WaitCause, *, now: datetime
) -> Send | Wait:
    """Let these wait to be told together, but none longer than its deadline allows: then all of
    them go.
    """
    departures = [each.latest_departure_at for each in deliveries]
    earliest = min([until, *(at for at in departures if at is not None)])
    return wait(deliveries, earliest, cause) if now < earliest else send_merged(deliveries)


def send_merged(deliveries: Iterable[QueuedDelivery]) -> Send:
    """One message for all of them: the worst leaves, what is only counted comes last."""
    worst_first = sorted(
        deliveries,
        key=lambda delivery: (
            delivery.is_only_counted,
            delivery.kind.rank,
            delivery.due_at,
            delivery.id,
        ),
    )
    return Send(ids=ids_of(worst_first))


def ids_of(deliveries: Iterable[QueuedDelivery]) -> tuple[int, ...]:
    return tuple(delivery.id for delivery in deliveries)
