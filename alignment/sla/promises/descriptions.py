"""PURE. Targets and quotas described in words, for pages and mail."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from fractions import Fraction

from alignment.leads.event_kinds import HANDOFF_KINDS, RETURN_ANSWER_KINDS, TOUCH_KINDS, EventKind
from alignment.leads.money import format_money
from alignment.sla.promises.dates_and_durations import duration_in_words
from alignment.sla.promises.quotas import Measure, Quota
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.targets import (
    EscalationStep,
    HoursSource,
    OpenTime,
    RecipientRole,
    Target,
)

NO_NAMES: Mapping[int, str] = {}

CLOCKS = {
    HoursSource.OWNER_TEAM: "in the hours of the team that owes it",
    HoursSource.LEAD_REGION: "in the hours of the lead's region",
    HoursSource.ALWAYS: "day and night",
}
OPERATORS = {
    Operator.IN: "is",
    Operator.NOT_IN: "is not",
    Operator.AT_LEAST: "is at least",
    Operator.AT_MOST: "is at most",
    Operator.IS_EMPTY: "is empty",
}
RECIPIENTS = {
    RecipientRole.OWNER: "the owner hears of it",
    RecipientRole.OWNERS_MANAGER: "the owner's manager hears of it",
    RecipientRole.BOTH_LEADS: "the leads of both teams hear of it",
    RecipientRole.NEXT_AVAILABLE: "the lead goes to the next person who is there",
}
GROUPS = (
    (HANDOFF_KINDS, "handed off or fixed"),
    (TOUCH_KINDS, "touched"),
    (RETURN_ANSWER_KINDS, "answered"),
)
"""Happenings that people name together."""
MEASURES = {
    Measure.VOLUME: "leads handed off",
    Measure.VALUE: "worth of leads handed off",
    Measure.ACCEPTANCE_RATE: "of the leads decided on are accepted",
    Measure.OPPORTUNITY_RATE: "of the leads handed off become opportunities",
    Measure.COMPLETENESS_RATE: "of the leads handed off are complete",
}


def describe_promise(promise: Target | Quota) -> str:
    """ "4 hours of open time, in the hours of the team that owes it", or the goal of a period."""
    return (
        describe_goal(promise)
        if isinstance(promise, Quota)
        else f"{describe_allowed_time(promise)}, {CLOCKS[promise.clock_of]}"
    )


def describe_allowed_time(target: Target) -> str:
    """ "4 hours of open time", or "2 working days"."""
    if isinstance(target.allowed, OpenTime):
        return f"{duration_in_words(target.allowed.length)} of open time"
    days = target.allowed.days
    return f"{days} working day{'s'[: days > 1]}"


def percent_in_words(share: Fraction) -> str:
    """ "75 %", or "66.7 %"."""
    return f"{float(share * 100):.3g} %"


def describe_segment(segment_described: Segment) -> str:
    """ "source is Fair or Congress and score is at least 80", or "all leads"."""
    return " and ".join(map(describe_condition, segment_described.conditions)) or "all leads"


def describe_condition(condition_described: Condition) -> str:
    """ "source is Fair or Congress"; amounts are kept in hundredths and said in whole money."""
    what = (
        " or ".join(condition_described.values)
        if condition_described.values
        else condition_described.number
    )
    if condition_described.fact == "amount" and condition_described.number is not None:
        what = f"{condition_described.number / 100:,.2f}"
    return " ".join(
        str(x)
        for x in (condition_described.fact, OPERATORS[condition_described.operator], what)
        if x is not None
    )


def describe_event_kinds(kinds: Collection[EventKind]) -> str:
    """ "handed off or fixed, accepted", in the order of a lead's life; "nothing" for none."""
    left, said = set(kinds), list[tuple[EventKind, str]]()
    for group, words in GROUPS:
        if group <= left:
            said.append((min(group, key=_order), words))
            left -= group
    said += [(kind, kind.replace("_", " ")) for kind in left]
    return ", ".join(words for _, words in sorted(said, key=lambda x: _order(x[0]))) or "nothing"


def describe_fields(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def describe_times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def describe_pause_limit(limit: timedelta | None) -> str:
    return "without limit" if limit is None else f"{duration_in_words(limit)} of open time in all"


def describe_pause_reasons(names: Collection[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in sorted(names)) or "any reason"


def describe_people(ids: Collection[int], names: Mapping[int, str]) -> str:
    """By name; somebody whose name nobody gave is called by number."""
    return ", ".join(sorted(_person(person_id, names) for person_id in ids)) or "anybody"


def describe_escalation(
    steps: Iterable[EscalationStep], names: Mapping[int, str] = NO_NAMES
) -> str:
    return (
        "; ".join(describe_step(escalation_step, names) for escalation_step in steps)
        or "nobody else hears of it"
    )


def describe_step(escalation_step: EscalationStep, names: Mapping[int, str] = NO_NAMES) -> str:
    """ "4 hours after due the owner hears of it"."""
    if escalation_step.person_id is not None:
        return (
            f"{_when(escalation_step.when)} {_person(escalation_step.person_id, names)} hears of it"
        )
    return f"{_when(escalation_step.when)} {RECIPIENTS[escalation_step.to]}"


def describe_goal(quota: Quota) -> str:
    """ "at least 100 leads handed off per month", or "at least 75 % of the leads … per quarter"."""
    amount = f"{quota.goal:,}"
    if quota.is_rate:
        amount = f"{quota.goal} %"
    elif quota.measure is Measure.VALUE:
        amount = format_money(quota.goal, quota.currency)
    return f"at least {amount} {MEASURES[quota.measure]} per {quota.per}"


def describe_amount(quota: Quota, amount: int) -> str:
    """ "1,200", or "12,000.00 EUR" where money is promised."""
    return format_money(amount, quota.currency) if quota.measure is Measure.VALUE else f"{amount:,}"


def describe_result(quota: Quota, actual: int, whole: int | None = None) -> str:
    """ "9 of 10 leads handed off", or "60 % of the leads …, 75 % promised"."""
    if quota.is_rate:
        share = percent_in_words(Fraction(actual, whole)) if whole else "none"
        return f"{share} {MEASURES[quota.measure]}, {quota.goal} % promised"
    came, goal = describe_amount(quota, actual), describe_amount(quota, quota.goal)
    return f"{came} of {goal} {MEASURES[quota.measure]}"


def _when(when: Fraction | timedelta) -> str:
    if isinstance(when, Fraction):
        return f"at {percent_in_words(when)} of the time"
    return f"{duration_in_words(when)} after due" if when else "when due"


def _person(person_id: int, names: Mapping[int, str]) -> str:
    return names.get(person_id, f"person {person_id}")


def _order(kind: EventKind) -> int:
    return list(EventKind).index(kind)
