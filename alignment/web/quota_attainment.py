"""Quotas on the pages of agreements and the board: what came, the goal and the pace, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from alignment.accounts.roles import Side
from alignment.sla.promises.descriptions import (
    MEASURES,
    describe_amount,
    describe_fields,
    describe_goal,
    describe_segment,
)
from alignment.sla.promises.quotas import Measure, Quota, QuotaAttainment
from alignment.sla.quotas.attainment import PeriodAttainment, Rate

NOTHING = "–"
ON_PACE = Fraction(1)
NOT_COUNTED_NOTES = {
    Measure.ACCEPTANCE_RATE: "not decided yet",
    Measure.VALUE: "without a worth in {currency}",
}


@dataclass(frozen=True, kw_only=True)
class PeriodResult:
    """One period of one promise."""

    attained: PeriodAttainment
    actual: str
    """ "42", "12,000.00 EUR", "75 %", or a dash where there is nothing to tell by."""
    percent: int | None
    """Of the goal, at most 100, for the bar; None draws none."""
    remarks: tuple[str, ...]
    """Pace and where it is heading, and what does not count yet."""
    state: str


@dataclass(frozen=True, kw_only=True)
class QuotaSummary:
    name: str
    goal: str
    """ "At least 100 leads handed off per month"."""
    leads: str
    """Which leads, where not all of them count; empty else."""
    needs: str
    """Which fields make a lead complete; empty where that is not asked."""
    results: tuple[PeriodResult, ...]


def quota_summaries(
    quotas: Iterable[Quota], attained: Sequence[PeriodAttainment], side: Side
) -> tuple[QuotaSummary, ...]:
    """What this side promises; without attainments, as long as it is a draft, the words alone."""
    lines = {
        quota: tuple(map(period_result, periods))
        for quota, periods in groupby(attained, key=lambda one: one.quota)
    }
    return tuple(
        _promise(promised_quota, lines.get(promised_quota, ()))
        for promised_quota in quotas
        if promised_quota.owed_by is side
    )


def _promise(quota: Quota, lines: tuple[PeriodResult, ...]) -> QuotaSummary:
    said = describe_goal(quota)
    return QuotaSummary(
        name=quota.name,
        goal=said[0].upper() + said[1:],
        leads=describe_segment(quota.segment) if quota.segment.conditions else "",
        needs=describe_fields(quota.required_fields) if quota.required_fields else "",
        results=lines,
    )


def period_result(attained: PeriodAttainment) -> PeriodResult:
    """One period in words: what came, and how it goes."""
    return PeriodResult(
        attained=attained,
        actual=_actual(attained),
        percent=_percent(attained),
        remarks=tuple(_remarks(attained)),
        state=_state(attained),
    )


def _actual(attained: PeriodAttainment) -> str:
    if isinstance(attained.result, QuotaAttainment):
        return describe_amount(attained.quota, attained.result.actual)
    return NOTHING if attained.result.share is None else _percents(attained.result.share)


def _percent(attained: PeriodAttainment) -> int | None:
    share = attained.result.share
    if share is None:
        return None
    of_goal = (
        share if isinstance(attained.result, QuotaAttainment) else share * 100 / attained.quota.goal
    )
    return min(100, int(of_goal * 100))


def _remarks(attained: PeriodAttainment) -> Iterable[str]:
    if isinstance(attained.result, Rate):
        whole = MEASURES[attained.quota.measure].partition(" are ")[0].partition(" become ")[0]
        what = whole.removeprefix("of the ")
        yield f"{attained.result.part:,} of {attained.result.whole:,} {what}"
    elif attained.is_running:
        yield from _pace(attained.quota, attained.result)
    if attained.left_out:
        note = NOT_COUNTED_NOTES[attained.quota.measure].format(currency=attained.quota.currency)
        yield f"{attained.left_out:,} {note}"
    if not attained.is_whole:
        yield "this version held for a part of it"


def _pace(quota: Quota, came: QuotaAttainment) -> Iterable[str]:
    if came.expected is None or came.heading_for is None or came.pace is None:
        yield "no working day has passed yet"
        return
    yield f"{describe_amount(quota, round(came.expected))} should have come by now"
    yield f"pace {_percents(came.pace)}"
    yield f"heading for {describe_amount(quota, round(came.heading_for))}"


def _state(attained: PeriodAttainment) -> str:
    if attained.is_reached is None:
        return "no data"
    if attained.is_reached:
        return (
            "reached"
            if isinstance(attained.result, QuotaAttainment) or not attained.is_running
            else "on goal"
        )
    if not attained.is_running:
        return "not reached"
    if isinstance(attained.result, QuotaAttainment):
        return _by_pace(attained.result)
    return "below the goal"


def _by_pace(came: QuotaAttainment) -> str:
    if came.pace is None:
        return "just begun"
    return "on pace" if came.pace >= ON_PACE else "behind pace"


def _percents(share: Fraction) -> str:
    return f"{float(share):.0%}".replace("%", " %")
