"""PURE. What one person is told now of each kind: at once, grouped, or with something else.

The rules of a kind are in ``kinds``.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from alignment.notifications.decisions import (
    Decision,
    Earlier,
    Merge,
    Send,
    Wait,
    Waiting,
    ids_of,
    together,
)
from alignment.notifications.kinds import How, Kind


def by_kind(
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
        return [together(lane)]
    return [Wait(ids=ids_of(lane), until=_free_again(lately, kind) + kind.group_wait)]


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
    return [Wait(ids=ids_of(lane), until=until) if now < until else together(lane)]


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
            all_told = together([x for x in rest if x.id in told or x in joining])
            return [*decisions[:place], all_told, *decisions[place + 1 :]]
    until = min(one.due_at + one.kind.group_interval for one in joining)
    return [
        *decisions,
        Wait(ids=ids_of(joining), until=until) if now < until else together(joining),
    ]
