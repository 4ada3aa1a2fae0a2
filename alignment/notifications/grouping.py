"""PURE. What one person is told now by one channel, what is told together, and what still waits.

The rules are those of ``kinds``; after a time without scheduler, and above the brakes, everything
that waits for a person becomes one message. Nothing is ever dropped here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from alignment.notifications.kinds import How, Kind

ONE_HOUR = timedelta(hours=1)
NORMAL = timedelta(minutes=15)
"""Who is no later than this is not late."""
TOO_LATE = timedelta(hours=24)
"""What is later is no longer told by itself, only counted."""
SETTLING = timedelta(minutes=3)
"""After a standstill the clocks are read first; only then people are told, once."""


@dataclass(frozen=True, kw_only=True)
class Late:
    """A message that had its turn at ``since``, while no scheduler ran."""

    since: datetime
    from_at: datetime
    until_at: datetime

    @property
    def is_too_late(self) -> bool:
        return self.until_at - self.since > TOO_LATE


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message whose turn may have come."""

    id: int
    kind: Kind
    due_at: datetime
    turn_at: datetime
    is_begun: bool = False
    """It may have left already, or tells others: it goes as it is or not at all."""
    is_braked: bool = False
    """It was held by a brake before."""
    late: Late | None = None


@dataclass(frozen=True, kw_only=True)
class Earlier:
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

    carrier: int
    members: tuple[int, ...] = ()
    counted: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Wait:
    """These wait; ``is_brake`` means that too much was sent already."""

    ids: tuple[int, ...]
    until: datetime
    is_brake: bool = False


Decision = Send | Merge | Wait


def plan(
    waiting: Sequence[Waiting], earlier: Sequence[Earlier], *, is_braked: bool, now: datetime
) -> list[Decision]:
    """What becomes of everything that waits for one person by one channel."""
    decisions: list[Decision] = [Send(id=one.id) for one in waiting if _goes_alone(one)]
    rest = [one for one in waiting if not _goes_alone(one)]
    if not rest:
        return decisions
    if any(one.late for one in rest):
        return decisions + _after_standstill(rest, now=now)
    if any(one.is_braked and one.turn_at <= now for one in rest):
        return [*decisions, _together(rest)]
    if is_braked:
        return [*decisions, Wait(ids=_ids(rest), until=next_hour(now), is_brake=True)]
    return decisions + _by_kind(rest, earlier, now=now)


def lateness(
    due_at: datetime, turn_at: datetime, standstills: Iterable[tuple[datetime, datetime]]
) -> Late | None:
    """Whether a message was due, or had its turn, in one of these times without scheduler."""
    for from_at, until_at in standstills:
        for moment in (due_at, turn_at):
            if from_at <= moment < until_at - NORMAL:
                return Late(since=moment, from_at=from_at, until_at=until_at)
    return None


def next_hour(now: datetime) -> datetime:
    """The next full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + ONE_HOUR


def _goes_alone(one: Waiting) -> bool:
    return one.is_begun or one.kind.how is How.ALONE


def _after_standstill(rest: Sequence[Waiting], *, now: datetime) -> list[Decision]:
    settled_at = max(one.late.until_at for one in rest if one.late) + SETTLING
    return [Wait(ids=_ids(rest), until=settled_at) if now < settled_at else _together(rest)]


def _by_kind(
    rest: Sequence[Waiting], earlier: Sequence[Earlier], *, now: datetime
) -> list[Decision]:
    decisions: list[Decision] = []
    joining = [one for one in rest if one.kind.how is How.JOINING]
    others = sorted((one for one in rest if one not in joining), key=lambda one: one.kind.name)
    for name, some in groupby(others, key=lambda one: one.kind.name):
        lane, before = list(some), [one for one in earlier if one.kind == name]
        is_instant = lane[0].kind.how is How.INSTANT
        decisions += (_instant if is_instant else _grouped)(lane, before, now=now)
    return _joined(decisions, joining, rest, now=now) if joining else decisions


def _instant(
    lane: Sequence[Waiting], before: Sequence[Earlier], *, now: datetime
) -> list[Decision]:
    """Each at once while that is few; else one summary, and after it silence for a while.

    What had to wait already is told together, however few they are.
    """
    kind = lane[0].kind
    lately = [one for one in before if one.at > now - kind.group_wait]
    room = 0 if any(one.is_summary for one in lately) else kind.burst - len(lately)
    has_waited = any(one.turn_at > one.due_at for one in lane)
    if len(lane) <= room and not has_waited:
        return [Send(id=one.id) for one in lane]
    if room > 0:
        return [_together(lane)]
    return [Wait(ids=_ids(lane), until=_free_again(lately, kind) + kind.group_wait)]


def _free_again(lately: Sequence[Earlier], kind: Kind) -> datetime:
    """The message that must be long enough ago before the next one may go."""
    last_summary = max((one.at for one in lately if one.is_summary), default=None)
    oldest_of_the_burst = sorted(one.at for one in lately)[-kind.burst :][0]
    return max(last_summary or oldest_of_the_burst, oldest_of_the_burst)


def _grouped(
    lane: Sequence[Waiting], before: Sequence[Earlier], *, now: datetime
) -> list[Decision]:
    """All that came within the wait, no more often than the interval."""
    kind = lane[0].kind
    until = min(one.due_at for one in lane) + kind.group_wait
    if before:
        until = max(until, max(one.at for one in before) + kind.group_interval)
    return [Wait(ids=_ids(lane), until=until) if now < until else _together(lane)]


def _joined(
    decisions: list[Decision],
    joining: Sequence[Waiting],
    rest: Sequence[Waiting],
    *,
    now: datetime,
) -> list[Decision]:
    """With the first summary that goes; without one, together after their interval."""
    for place, one in enumerate(decisions):
        if isinstance(one, Merge):
            told = {one.carrier, *one.members}
            together = _together([x for x in rest if x.id in told or x in joining])
            return [*decisions[:place], together, *decisions[place + 1 :]]
    until = min(one.due_at + one.kind.group_interval for one in joining)
    return [*decisions, Wait(ids=_ids(joining), until=until) if now < until else _together(joining)]


def _together(some: Iterable[Waiting]) -> Decision:
    """One message for all of them; a single one goes as it is, unless it may only be counted."""
    worst_first = sorted(some, key=lambda x: (_is_counted(x), x.kind.rank, x.due_at, x.id))
    counted = frozenset(one.id for one in worst_first if _is_counted(one))
    carrier, *members = _ids(worst_first)
    if not members and not counted:
        return Send(id=carrier)
    return Merge(carrier=carrier, members=tuple(members), counted=counted)


def _is_counted(one: Waiting) -> bool:
    return one.late is not None and one.late.is_too_late


def _ids(some: Iterable[Waiting]) -> tuple[int, ...]:
    return tuple(one.id for one in some)
