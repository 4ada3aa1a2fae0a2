from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.leads.event_kinds import EventKind
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import accept_or_return, first_touch
from alignment.sla.promises.targets import (
    EscalationStep,
    OpenTime,
    RecipientRole,
    WorkingDays,
    target_for,
    targets_by_key,
)

EVERYBODY = accept_or_return(hours=4)
HOT = replace(
    EVERYBODY,
    rank=1,
    allowed=OpenTime(15 * 60),
    segment=Segment(
        name="Hot", conditions=(Condition(fact="score", operator=Operator.AT_LEAST, number=80),)
    ),
)
TOUCH = first_touch(hours=8)


@pytest.mark.parametrize("seconds", [60, 365 * 86_400])
def test_a_time_may_be_a_minute_or_a_year(seconds: int) -> None:
    assert OpenTime(seconds).length == timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [0, 59, 365 * 86_400 + 1])
def test_shorter_and_longer_times_are_refused(seconds: int) -> None:
    with pytest.raises(Refused, match="between 1 minute and 365 days"):
        OpenTime(seconds)


@pytest.mark.parametrize("days", [0, 366])
def test_working_days_are_one_to_365(days: int) -> None:
    with pytest.raises(Refused, match="between 1 and 365 working days"):
        WorkingDays(days)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"key": "Accept!"}, "lower case letters"),
        ({"name": " "}, "give the promise a name"),
        ({"owed_by": Side.OTHER}, "marketing or sales must owe it"),
        ({"starts_on": frozenset()}, "say what starts the clock"),
        ({"stops_on": frozenset()}, "say what keeps the promise"),
        ({"resumes_on": frozenset({EventKind.PAUSED})}, "both pause and resume"),
        ({"cancels_on": frozenset({EventKind.ACCEPTED})}, "both keep and cancel"),
        ({"cancels_on": frozenset({EventKind.HANDED_OFF})}, "both start and cancel"),
        ({"warn_share": Fraction(1)}, "warn between 0 and 100 percent"),
        ({"warn_share": Fraction(0)}, "warn between 0 and 100 percent"),
        ({"times": 0}, "1 to 50 touches"),
        ({"times": 2, "required_fields": ("phone",)}, "ask once for a complete lead"),
        ({"required_fields": ("phone", "shoe_size")}, "a lead has no field 'shoe_size'"),
        ({"max_restarts": 21}, "0 to 20 restarts"),
        ({"pause_limit": timedelta()}, "longer than nothing"),
        ({"dated_back_limit_days": -1}, "0 to 20 working days"),
        ({"dated_back_limit_days": 21}, "0 to 20 working days"),
        (
            {
                "owed_by": Side.MARKETING,
                "steps": (
                    EscalationStep(when=timedelta(hours=4), to=RecipientRole.NEXT_AVAILABLE),
                ),
            },
            "what marketing owes cannot go to the next person of sales",
        ),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused(
    changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        replace(EVERYBODY, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ({"when": Fraction(1), "to": RecipientRole.OWNER}, "between 0 and 100 percent"),
        ({"when": timedelta(hours=-1), "to": RecipientRole.OWNER}, "cannot lie before"),
        ({"when": timedelta(), "to": RecipientRole.PERSON}, "Name the person"),
        ({"when": timedelta(), "to": RecipientRole.OWNER, "person_id": 7}, "Name the person"),
    ],
)
def test_a_step_that_tells_nobody_is_refused(step: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        EscalationStep(**step)  # type: ignore[arg-type]


def test_the_first_target_by_rank_that_has_the_lead_holds() -> None:
    assert target_for({"score": 90}, [EVERYBODY, HOT]) is HOT
    assert target_for({"score": 10}, [EVERYBODY, HOT]) is EVERYBODY
    assert target_for({"score": 10}, [HOT]) is None


def test_targets_of_one_promise_come_by_rank() -> None:
    assert targets_by_key([EVERYBODY, TOUCH, HOT]) == {
        "accept_or_return": (HOT, EVERYBODY),
        "first_touch": (TOUCH,),
    }


def test_two_segments_of_one_rank_are_refused() -> None:
    with pytest.raises(Refused, match="the same rank"):
        targets_by_key([EVERYBODY, replace(HOT, rank=EVERYBODY.rank)])


def test_segments_that_start_on_different_events_are_refused() -> None:
    with pytest.raises(Refused, match="the same start and end events"):
        targets_by_key([EVERYBODY, replace(HOT, starts_on=frozenset({EventKind.ASSIGNED}))])


def test_a_lead_is_complete_when_it_has_the_required_fields() -> None:
    promise = replace(EVERYBODY, required_fields=("company", "phone", "score"))

    assert promise.missing({"company": "Globex", "phone": "", "score": 0}) == ("phone",)
    assert promise.missing({}) == ("company", "phone", "score")


def test_what_is_known_of_a_lead_is_told_by_name_and_its_values_stay_at_home() -> None:
    promise = replace(EVERYBODY, required_fields=("company", "phone", "score"))

    assert promise.missing({"known": ["company", "phone", "score"]}) == ()
    assert promise.missing({"known": ["phone"], "score": 90}) == ("company",)


def test_segments_that_ask_for_other_fields_are_refused() -> None:
    with pytest.raises(Refused, match="the same fields"):
        targets_by_key([EVERYBODY, replace(HOT, required_fields=("phone",))])


def test_a_promise_depends_on_facts_by_its_segment_or_its_fields() -> None:
    complete = replace(EVERYBODY, required_fields=("phone",))

    assert [x.depends_on_facts for x in (EVERYBODY, HOT, complete)] == [False, True, True]
