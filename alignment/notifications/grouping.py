"""PURE. What one person is told now by one channel, what is told together, and what still waits.

The rules are those of ``kinds``; after a time without scheduler, and above the brakes, everything
that waits for a person becomes one message. Nothing is ever dropped here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alignment.notifications.decisions import (
    Decision,
    Earlier,
    Send,
    Wait,
    Waiting,
    ids_of,
    together,
)
from alignment.notifications.kinds import How
from alignment.notifications.lanes import by_kind

ONE_HOUR = timedelta(hours=1)
SETTLING = timedelta(minutes=3)
"""After a standstill the clocks are read first; only then people are told, once."""


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
        return [*decisions, together(rest)]
    if is_braked:
        return [*decisions, Wait(ids=ids_of(rest), until=next_hour(now), is_brake=True)]
    return decisions + by_kind(rest, earlier, now=now)


def next_hour(now: datetime) -> datetime:
    """The next full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + ONE_HOUR


def _goes_alone(one: Waiting) -> bool:
    return one.is_begun or one.kind.how is How.ALONE


def _after_standstill(rest: Sequence[Waiting], *, now: datetime) -> list[Decision]:
    settled_at = max(one.late.until_at for one in rest if one.late) + SETTLING
    return [Wait(ids=ids_of(rest), until=settled_at) if now < settled_at else together(rest)]
