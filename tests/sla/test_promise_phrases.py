from dataclasses import replace

import pytest

from alignment.leads.happenings import HANDOFFS, TOUCHES, Happening
from alignment.sla.promise_phrases import condition, goal, happenings, promised, segment
from alignment.sla.quotas import Measure
from alignment.sla.segments import Condition, Operator, Segment
from alignment.sla.targets import ClockOf
from alignment.sla.templates import FULL, LIGHT

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
    assert condition(one) == words


def test_a_segment_without_conditions_is_all_leads() -> None:
    assert segment(Segment()) == "all leads"


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (frozenset(), "nothing"),
        (HANDOFFS, "handed off or fixed"),
        (TOUCHES | {Happening.ACCEPTED}, "accepted, touched"),
        ({Happening.OPPORTUNITY_OPENED, Happening.CALLED}, "called, opportunity opened"),
    ],
)
def test_what_happens_is_told_in_the_order_of_a_leads_life(
    kinds: frozenset[Happening], words: str
) -> None:
    assert happenings(kinds) == words


def test_a_goal_says_of_what_and_how_often() -> None:
    complete = replace(
        ACCEPTANCE, measure=Measure.COMPLETENESS_RATE, required_fields=("phone",), goal=95
    )

    assert goal(VOLUME) == "at least 100 leads handed off per month"
    assert goal(ACCEPTANCE) == "at least 75 % of the leads decided on are accepted per quarter"
    assert goal(complete) == "at least 95 % of the leads handed off are complete per quarter"


def test_a_promise_says_how_long_and_in_whose_hours() -> None:
    touch = LIGHT.targets[1]

    assert promised(touch) == "8 hours of open time, in the hours of the team that owes it"
    assert promised(replace(touch, clock_of=ClockOf.ALWAYS)).endswith(", day and night")
