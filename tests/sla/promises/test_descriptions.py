from dataclasses import replace

import pytest

from alignment.leads.event_kinds import HANDOFF_KINDS, TOUCH_KINDS, EventKind
from alignment.sla.promises.agreement_templates import FULL, LIGHT
from alignment.sla.promises.descriptions import (
    describe_condition,
    describe_event_kinds,
    describe_goal,
    describe_promise,
    describe_segment,
)
from alignment.sla.promises.quotas import Measure
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.targets import HoursSource

VOLUME, ACCEPTANCE = FULL.quotas


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Condition(fact="source", operator=Operator.IN, values=("A", "B")), "source is A or B"),
        (Condition(fact="region", operator=Operator.NOT_IN, values=("A",)), "region is not A"),
        (Condition(fact="score", operator=Operator.AT_LEAST, number=0), "score is at least 0"),
        (
            Condition(fact="amount", operator=Operator.AT_MOST, number=900_050),
            "amount is at most 9,000.50",
        ),
        (Condition(fact="product", operator=Operator.IS_EMPTY), "product is empty"),
    ],
)
def test_a_condition_reads_as_it_is_said(one: Condition, words: str) -> None:
    assert describe_condition(one) == words


def test_a_segment_without_conditions_is_all_leads() -> None:
    assert describe_segment(Segment()) == "all leads"


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (frozenset(), "nothing"),
        (HANDOFF_KINDS, "handed off or fixed"),
        (TOUCH_KINDS | {EventKind.ACCEPTED}, "accepted, touched"),
        ({EventKind.OPPORTUNITY_OPENED, EventKind.CALLED}, "called, opportunity opened"),
    ],
)
def test_what_happens_is_told_in_the_order_of_a_leads_life(
    kinds: frozenset[EventKind], words: str
) -> None:
    assert describe_event_kinds(kinds) == words


def test_a_goal_says_of_what_and_how_often() -> None:
    complete = replace(
        ACCEPTANCE, measure=Measure.COMPLETENESS_RATE, required_fields=("phone",), goal=95
    )

    assert describe_goal(VOLUME) == "at least 100 leads handed off per month"
    assert (
        describe_goal(ACCEPTANCE)
        == "at least 75 % of the leads decided on are accepted per quarter"
    )
    assert (
        describe_goal(complete) == "at least 95 % of the leads handed off are complete per quarter"
    )


def test_a_promise_says_how_long_and_in_whose_hours() -> None:
    touch = LIGHT.targets[1]

    assert describe_promise(touch) == "8 hours of open time, in the hours of the team that owes it"
    assert describe_promise(replace(touch, clock_of=HoursSource.ALWAYS)).endswith(", day and night")
