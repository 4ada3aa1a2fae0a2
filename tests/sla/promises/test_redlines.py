"""Mona and Sam see what a new wording says that the old one did not."""

from dataclasses import fields, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.sla.promises.quotas import Measure, Per, Quota
from alignment.sla.promises.redlines import ChangeKind, Redline, Wording, redlines
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import (
    DEFAULT_ESCALATION,
    accept_or_return,
    completeness,
    first_touch,
    in_working_days,
)
from alignment.sla.promises.targets import (
    EscalationStep,
    HoursSource,
    OpenTime,
    RecipientRole,
    Target,
)

TOUCH = first_touch(hours=8)
HOT = Segment(
    name="Hot",
    conditions=(
        Condition(fact="score", operator=Operator.AT_LEAST, number=80),
        Condition(fact="source", operator=Operator.IN, values=("Fair", "Webinar")),
    ),
)
VOLUME = Quota(
    key="volume",
    name="Leads",
    owed_by=Side.MARKETING,
    measure=Measure.VOLUME,
    goal=1000,
    per=Per.MONTH,
)


def lines(before: Target | Quota, after: Target | Quota, **given: Any) -> list[str]:
    found = redlines(wording(before), wording(after), **given)
    return [line.sentence for line in found]


def wording(*promises: Target | Quota) -> Wording:
    return Wording(
        targets=tuple(x for x in promises if isinstance(x, Target)),
        quotas=tuple(x for x in promises if isinstance(x, Quota)),
    )


def test_a_shorter_time_stands_beside_the_longer_one() -> None:
    (line,) = redlines(wording(TOUCH), wording(first_touch(hours=4)))

    assert line == Redline(
        change=ChangeKind.CHANGED,
        owed_by=Side.SALES,
        key="first_touch",
        promise="First human touch",
        what="time",
        before="8 hours of open time",
        after="4 hours of open time",
    )
    assert line.sentence == ("First human touch, time: 8 hours of open time → 4 hours of open time")


def test_the_same_wording_has_no_redlines() -> None:
    assert redlines(wording(TOUCH, VOLUME), wording(TOUCH, VOLUME)) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"warn_share": Fraction(1, 2)}, "warns at: 75 % → 50 %"),
        ({"warn_share": Fraction(2, 3)}, "warns at: 75 % → 66.7 %"),
        (
            {"clock_of": HoursSource.ALWAYS},
            "hours: in the hours of the team that owes it → day and night",
        ),
        ({"times": 3}, "needed: once → 3 times"),
        (
            {"pause_limit": timedelta(hours=8)},
            "pauses: without limit → 8 hours of open time in all",
        ),
        ({"pause_reasons": frozenset({"on_leave"})}, "paused for: any reason → on leave"),
        ({"pause_people": frozenset({7, 9})}, "paused by: anybody → Olga, person 9"),
        ({"per_owner": True}, "another owner: gets what is left → gets the whole time"),
        (
            {"stops_on": frozenset({EventKind.MET})},
            "kept when: touched → met",
        ),
        (
            {"steps": DEFAULT_ESCALATION[:1]},
            "when missed: nobody else hears of it → 4 hours after due the owner hears of it",
        ),
        (
            {"steps": (EscalationStep(when=Fraction(1, 2), to=RecipientRole.PERSON, person_id=7),)},
            "when missed: nobody else hears of it → at 50 % of the time Olga hears of it",
        ),
    ],
)
def test_each_part_is_told_in_words(changed: dict[str, Any], said: str) -> None:
    assert lines(TOUCH, replace(TOUCH, **changed), people={7: "Olga"}) == [
        f"First human touch, {said}"
    ]


def test_hours_become_working_days() -> None:
    assert lines(TOUCH, in_working_days(TOUCH, 2)) == [
        "First human touch, time: 8 hours of open time → 2 working days"
    ]


def test_fields_that_a_lead_needs_are_named() -> None:
    before = completeness(required_fields=("phone",), hours=8)

    assert lines(before, replace(before, required_fields=("phone", "region"))) == [
        "Complete at the handoff, required fields: phone → phone, region"
    ]


def test_a_segment_that_is_added_and_one_that_is_gone_are_told_whole() -> None:
    hot = replace(TOUCH, rank=1, segment=HOT, allowed=OpenTime(3600))

    added = redlines(wording(TOUCH), wording(hot, TOUCH))
    removed = redlines(wording(hot, TOUCH), wording(TOUCH))

    said = "First human touch (Hot), 1 hour of open time, in the hours of the team that owes it"
    assert [line.sentence for line in added] == [f"Added: {said}"]
    assert [line.sentence for line in removed] == [f"Removed: {said}"]


def test_other_leads_and_another_name_of_a_segment_are_changes_of_it() -> None:
    hot = replace(TOUCH, segment=HOT)
    warm = replace(TOUCH, segment=Segment(name="Warm", conditions=HOT.conditions[:1]))

    assert lines(hot, warm) == [
        "First human touch (Warm), segment: Hot → Warm",
        (
            "First human touch (Warm), leads: "
            "score is at least 80 and source is Fair or Webinar → score is at least 80"
        ),
    ]


def test_a_promise_of_another_key_is_another_promise() -> None:
    found = redlines(wording(TOUCH), wording(accept_or_return(hours=4)))

    assert [(line.change, line.key) for line in found] == [
        (ChangeKind.ADDED, "accept_or_return"),
        (ChangeKind.REMOVED, "first_touch"),
    ]


def test_promises_over_a_period_are_told_with_their_goals() -> None:
    value = replace(VOLUME, measure=Measure.VALUE, goal=250_000_00, currency="EUR")

    assert lines(VOLUME, replace(VOLUME, goal=1200)) == [
        (
            "Leads, promises: at least 1,000 leads handed off per month → "
            "at least 1,200 leads handed off per month"
        )
    ]
    assert [x.sentence for x in redlines(Wording(), wording(value))] == [
        "Added: Leads, at least 250,000.00 EUR worth of leads handed off per month"
    ]


OTHER_TARGET: dict[str, Any] = {
    "name": "Call",
    "owed_by": Side.MARKETING,
    "starts_on": frozenset({EventKind.ASSIGNED}),
    "stops_on": frozenset({EventKind.MET}),
    "allowed": OpenTime(60),
    "cancels_on": frozenset({EventKind.LOST}),
    "pauses_on": frozenset({EventKind.LOST}),
    "resumes_on": frozenset({EventKind.REOPENED}),
    "rank": 1,
    "segment": HOT,
    "clock_of": HoursSource.LEAD_REGION,
    "warn_share": Fraction(1, 2),
    "times": 2,
    "counts_early": False,
    "per_owner": True,
    "max_restarts": 1,
    "pause_limit": timedelta(hours=1),
    "pause_reasons": frozenset({"holiday"}),
    "pause_people": frozenset({7}),
    "required_fields": ("phone",),
    "steps": DEFAULT_ESCALATION,
    "dated_back_limit_days": 3,
}
OTHER_QUOTA: dict[str, Any] = {
    "name": "MQLs",
    "owed_by": Side.SALES,
    "measure": Measure.OPPORTUNITY_RATE,
    "goal": 20,
    "per": Per.WEEK,
    "segment": HOT,
}


@pytest.mark.parametrize("name", [x.name for x in fields(Target) if x.name != "key"])
def test_no_part_of_a_promise_changes_in_silence(name: str) -> None:
    assert lines(TOUCH, replace(TOUCH, **{name: OTHER_TARGET[name]}))


@pytest.mark.parametrize("name", sorted(OTHER_QUOTA))
def test_no_part_of_a_promise_over_a_period_changes_in_silence(name: str) -> None:
    before = replace(VOLUME, goal=50)

    assert lines(before, replace(before, **{name: OTHER_QUOTA[name]}))
