"""Promises over a period as the contract shows them: what came, the goal, the pace, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from alignment.accounts.roles import Side
from alignment.leads.money import written
from alignment.sla.attainment import Attained, Rate
from alignment.sla.promise_phrases import MEASURES, fields, goal, segment
from alignment.sla.quotas import Attainment, Measure, Quota

NOTHING = "–"
ON_PACE = Fraction(1)
APART = {
    Measure.ACCEPTANCE_RATE: "not decided yet",
    Measure.VALUE: "without a worth in {currency}",
}


@dataclass(frozen=True, kw_only=True)
class PeriodLine:
    """One period of one promise."""

    attained: Attained
    actual: str
    """ "42", "12,000.00 EUR", "75 %", or a dash where there is nothing to tell by."""
    percent: int | None
    """Of the goal, at most 100, for the bar; None draws none."""
    remarks: tuple[str, ...]
    """Pace and where it is heading, and what does not count yet."""
    state: str


@dataclass(frozen=True, kw_only=True)
class PeriodPromise:
    name: str
    goal: str
    """ "At least 100 leads handed off per month"."""
    leads: str
    """Which leads, where not all of them count; empty else."""
    needs: str
    """Which fields make a lead complete; empty where that is not asked."""
    lines: tuple[PeriodLine, ...]


def promises_over_periods(
    quotas: Iterable[Quota], attained: Sequence[Attained], side: Side
) -> tuple[PeriodPromise, ...]:
    """What this side promises; without attainments, as long as it is a draft, the words alone."""
    lines = {
        quota: tuple(map(_line, found))
        for quota, found in groupby(attained, key=lambda one: one.quota)
    }
    return tuple(_promise(x, lines.get(x, ())) for x in quotas if x.owed_by is side)


def _promise(quota: Quota, lines: tuple[PeriodLine, ...]) -> PeriodPromise:
    said = goal(quota)
    return PeriodPromise(
        name=quota.name,
        goal=said[0].upper() + said[1:],
        leads=segment(quota.segment) if quota.segment.conditions else "",
        needs=fields(quota.required_fields) if quota.required_fields else "",
        lines=lines,
    )


def _line(one: Attained) -> PeriodLine:
    return PeriodLine(
        attained=one,
        actual=_actual(one),
        percent=_percent(one),
        remarks=tuple(_remarks(one)),
        state=_state(one),
    )


def _actual(one: Attained) -> str:
    if isinstance(one.came, Attainment):
        return _amount(one.quota, one.came.actual)
    return NOTHING if one.came.share is None else _percents(one.came.share)


def _percent(one: Attained) -> int | None:
    share = one.came.share
    if share is None:
        return None
    of_goal = share if isinstance(one.came, Attainment) else share * 100 / one.quota.goal
    return min(100, int(of_goal * 100))


def _remarks(one: Attained) -> Iterable[str]:
    if isinstance(one.came, Rate):
        whole = MEASURES[one.quota.measure].partition(" are ")[0].partition(" become ")[0]
        yield f"{one.came.part:,} of {one.came.whole:,} {whole.removeprefix('of the ')}"
    elif one.is_running:
        yield from _pace(one.quota, one.came)
    if one.apart:
        yield f"{one.apart:,} {APART[one.quota.measure].format(currency=one.quota.currency)}"
    if not one.is_whole:
        yield "this version held for a part of it"


def _pace(quota: Quota, came: Attainment) -> Iterable[str]:
    if came.expected is None or came.heading_for is None or came.pace is None:
        yield "no working day has passed yet"
        return
    yield f"{_amount(quota, round(came.expected))} should have come by now"
    yield f"pace {_percents(came.pace)}"
    yield f"heading for {_amount(quota, round(came.heading_for))}"


def _state(one: Attained) -> str:
    if one.is_reached is None:
        return "no data"
    if one.is_reached:
        return "reached" if isinstance(one.came, Attainment) or not one.is_running else "on goal"
    if not one.is_running:
        return "not reached"
    if isinstance(one.came, Attainment):
        return _by_pace(one.came)
    return "below the goal"


def _by_pace(came: Attainment) -> str:
    if came.pace is None:
        return "just begun"
    return "on pace" if came.pace >= ON_PACE else "behind pace"


def _amount(quota: Quota, amount: int) -> str:
    return written(amount, quota.currency) if quota.measure is Measure.VALUE else f"{amount:,}"


def _percents(share: Fraction) -> str:
    return f"{float(share):.0%}".replace("%", " %")
