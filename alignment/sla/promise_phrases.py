"""PURE. What promises say, part by part, in the words that pages and mail share."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from fractions import Fraction

from alignment.leads.happenings import ANSWERS, HANDOFFS, TOUCHES, Happening
from alignment.leads.money import written
from alignment.sla.phrases import duration
from alignment.sla.quotas import Measure, Quota
from alignment.sla.segments import Condition, Operator, Segment
from alignment.sla.targets import ClockOf, Listener, OpenTime, Step, Target

NOBODY: Mapping[int, str] = {}

CLOCKS = {
    ClockOf.OWNER_TEAM: "in the hours of the team that owes it",
    ClockOf.LEAD_REGION: "in the hours of the lead's region",
    ClockOf.ALWAYS: "day and night",
}
OPERATORS = {
    Operator.IN: "is",
    Operator.NOT_IN: "is not",
    Operator.AT_LEAST: "is at least",
    Operator.AT_MOST: "is at most",
    Operator.IS_EMPTY: "is empty",
}
LISTENERS = {
    Listener.OWNER: "the owner hears of it",
    Listener.OWNERS_MANAGER: "the owner's manager hears of it",
    Listener.BOTH_LEADS: "the leads of both teams hear of it",
    Listener.NEXT_AVAILABLE: "the lead goes to the next person who is there",
}
GROUPS = ((HANDOFFS, "handed off or fixed"), (TOUCHES, "touched"), (ANSWERS, "answered"))
"""Happenings that people name together."""
MEASURES = {
    Measure.VOLUME: "leads handed off",
    Measure.VALUE: "worth of leads handed off",
    Measure.ACCEPTANCE_RATE: "of the leads decided on are accepted",
    Measure.OPPORTUNITY_RATE: "of the leads handed off become opportunities",
    Measure.COMPLETENESS_RATE: "of the leads handed off are complete",
}


def promised(one: Target | Quota) -> str:
    """ "4 hours of open time, in the hours of the team that owes it", or the goal of a period."""
    return goal(one) if isinstance(one, Quota) else f"{allowed(one)}, {CLOCKS[one.clock_of]}"


def allowed(target: Target) -> str:
    """ "4 hours of open time", or "2 working days"."""
    if isinstance(target.allowed, OpenTime):
        return f"{duration(target.allowed.length)} of open time"
    days = target.allowed.days
    return f"{days} working day{'s'[: days > 1]}"


def percent(share: Fraction) -> str:
    """ "75 %", or "66.7 %"."""
    return f"{float(share * 100):.3g} %"


def segment(of: Segment) -> str:
    """ "source is Fair or Congress and score is at least 80", or "all leads"."""
    return " and ".join(map(condition, of.conditions)) or "all leads"


def condition(one: Condition) -> str:
    """ "source is Fair or Congress"; amounts are kept in hundredths and said in whole money."""
    what = " or ".join(one.values) if one.values else one.number
    if one.fact == "amount" and one.number is not None:
        what = f"{one.number / 100:,.2f}"
    return " ".join(str(x) for x in (one.fact, OPERATORS[one.operator], what) if x is not None)


def happenings(kinds: Collection[Happening]) -> str:
    """ "handed off or fixed, accepted", in the order of a lead's life; "nothing" for none."""
    left, said = set(kinds), list[tuple[Happening, str]]()
    for group, words in GROUPS:
        if group <= left:
            said.append((min(group, key=_order), words))
            left -= group
    said += [(kind, kind.replace("_", " ")) for kind in left]
    return ", ".join(words for _, words in sorted(said, key=lambda x: _order(x[0]))) or "nothing"


def fields(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def pause_limit(limit: timedelta | None) -> str:
    return "without limit" if limit is None else f"{duration(limit)} of open time in all"


def reasons(names: Collection[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in sorted(names)) or "any reason"


def people(ids: Collection[int], names: Mapping[int, str]) -> str:
    """By name; somebody whose name nobody gave is called by number."""
    return ", ".join(sorted(_person(each, names) for each in ids)) or "anybody"


def ladder(steps: Iterable[Step], names: Mapping[int, str] = NOBODY) -> str:
    return "; ".join(step(each, names) for each in steps) or "nobody else hears of it"


def step(one: Step, names: Mapping[int, str] = NOBODY) -> str:
    """ "4 hours after due the owner hears of it"."""
    if one.person_id is not None:
        return f"{_when(one.when)} {_person(one.person_id, names)} hears of it"
    return f"{_when(one.when)} {LISTENERS[one.to]}"


def goal(quota: Quota) -> str:
    """ "at least 100 leads handed off per month", or "at least 75 % of the leads … per quarter"."""
    amount = f"{quota.goal:,}"
    if quota.is_rate:
        amount = f"{quota.goal} %"
    elif quota.measure is Measure.VALUE:
        amount = written(quota.goal, quota.currency)
    return f"at least {amount} {MEASURES[quota.measure]} per {quota.per}"


def _when(when: Fraction | timedelta) -> str:
    if isinstance(when, Fraction):
        return f"at {percent(when)} of the time"
    return f"{duration(when)} after due" if when else "when due"


def _person(person_id: int, names: Mapping[int, str]) -> str:
    return names.get(person_id, f"person {person_id}")


def _order(kind: Happening) -> int:
    return list(Happening).index(kind)
