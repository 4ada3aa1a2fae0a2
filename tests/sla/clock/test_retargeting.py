from dataclasses import replace
from datetime import timedelta

import pytest

from alignment.sla.clock.history import HistoryEvent
from alignment.sla.clock.reasons import ReasonKind
from alignment.sla.clock.retargeting import all_readings
from alignment.sla.clock.stopwatch import Reading, TimerState
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import accept_or_return, first_touch
from alignment.sla.promises.targets import OpenTime
from alignment.worktime.calendar import Calendar
from tests.sla.lead_histories import HOUR, OFFICE, all_cycle_readings, berlin, line, told

EVERYBODY = accept_or_return(hours=4)
HOT = replace(
    EVERYBODY,
    rank=1,
    allowed=OpenTime(3600),
    segment=Segment(
        name="Hot", conditions=(Condition(fact="score", operator=Operator.AT_LEAST, number=80),)
    ),
)
BOTH = (EVERYBODY, HOT)
COLD_HANDOFF = line("handed_off", "22 09:00", facts={"score": 10})
HOT_HANDOFF = line("handed_off", "22 09:00", facts={"score": 90})


def test_the_facts_at_the_handoff_choose_the_target() -> None:
    assert held([COLD_HANDOFF], "22 09:30").segment == "everything else"
    assert held([HOT_HANDOFF], "22 09:30").segment == "Hot"


def test_the_leads_own_facts_count_until_its_history_says_otherwise() -> None:
    (found,) = all_readings(
        told("handed_off 22 09:00"), BOTH, office, berlin("22 09:30"), facts={"score": 90}
    )

    assert found.segment == "Hot"


def test_a_new_score_takes_the_other_target_from_the_original_start() -> None:
    history = [
        COLD_HANDOFF,
        *told("paused 22 09:10", "resumed 22 09:20"),
        line("reprioritised", "22 09:30", facts={"score": 90}),
    ]

    found = held(history, "22 09:40")

    assert (found.state, found.due_at) == (TimerState.RUNNING, berlin("22 10:10"))
    assert ReasonKind.RETARGETED in {reason.kind for reason in found.reasons}


def test_changing_back_and_forth_buys_no_time() -> None:
    history = [
        HOT_HANDOFF,
        line("reprioritised", "22 09:20", facts={"score": 10}),
        line("reprioritised", "22 09:40", facts={"score": 90}),
    ]

    assert held(history, "22 09:50").due_at == berlin("22 10:00")


def test_a_promise_missed_before_the_change_stays_missed() -> None:
    history = [HOT_HANDOFF, line("reprioritised", "22 11:00", facts={"score": 10})]

    found = held(history, "22 11:30")

    assert (found.state, found.due_at, found.segment) == (
        TimerState.BREACHED,
        berlin("22 10:00"),
        "Hot",
    )


def test_a_change_before_due_is_in_time() -> None:
    history = [HOT_HANDOFF, line("reprioritised", "22 10:00", facts={"score": 10})]

    assert held(history, "22 11:30").state is TimerState.RUNNING


def test_facts_that_change_after_the_end_change_nothing() -> None:
    history = [
        COLD_HANDOFF,
        *told("accepted 22 11:00"),
        line("reprioritised", "22 11:00", facts={"score": 90}),
    ]

    assert held(history, "22 12:00").state is TimerState.MET


def test_a_lead_that_leaves_every_segment_owes_nothing_more() -> None:
    history = [HOT_HANDOFF, line("reprioritised", "22 09:30", facts={"score": 10})]

    (found,) = all_readings(history, [HOT], office, berlin("22 12:00"), facts={})

    assert (found.state, found.stopped_at) == (TimerState.CANCELLED, berlin("22 09:30"))
    assert found.next_at is None


def test_a_lead_that_comes_to_a_promise_when_its_time_is_over_owes_nothing() -> None:
    history = [COLD_HANDOFF, line("reprioritised", "22 10:30", facts={"score": 90})]

    assert all_readings(history, [HOT], office, berlin("22 12:00"), facts={}) == ()


def test_a_lead_that_comes_back_when_the_time_is_over_owes_nothing_more() -> None:
    history = [
        HOT_HANDOFF,
        line("reprioritised", "22 09:30", facts={"score": 10}),
        line("reprioritised", "22 10:30", facts={"score": 90}),
    ]

    (found,) = all_readings(history, [HOT], office, berlin("22 12:00"), facts={})

    assert found.state is TimerState.CANCELLED


def test_a_lead_that_comes_to_a_promise_in_time_owes_it_from_the_original_start() -> None:
    history = [COLD_HANDOFF, line("reprioritised", "22 09:30", facts={"score": 90})]

    (found,) = all_readings(history, [HOT], office, berlin("22 12:00"), facts={})

    assert (found.state, found.due_at) == (TimerState.BREACHED, berlin("22 10:00"))


def test_a_lead_in_no_segment_has_no_clock() -> None:
    assert all_readings([COLD_HANDOFF], [HOT], office, berlin("22 12:00"), facts={}) == ()


def test_each_promise_is_read_once_for_each_cycle() -> None:
    history = [
        COLD_HANDOFF,
        *told("returned 22 10:00"),
        line("fixed", "22 11:00", facts={"score": 90}),
    ]

    found = all_readings(
        history, [*BOTH, first_touch(hours=8)], office, berlin("22 11:30"), facts={}
    )

    assert [(each.target_key, each.cycle, each.segment) for each in found] == [
        ("accept_or_return", 1, "everything else"),
        ("accept_or_return", 2, "Hot"),
        ("first_touch", 1, "everything else"),
        ("first_touch", 2, "everything else"),
    ]


@pytest.mark.parametrize("now", ["22 10:00", "22 16:00", "24 09:00"])
def test_one_target_reads_as_the_stopwatch_does(now: str) -> None:
    history = [COLD_HANDOFF, *told("paused 22 10:00", "resumed 22 11:00", "accepted 23 10:00")]

    found = all_readings(history, [EVERYBODY], office, berlin(now), facts={})

    assert found == all_cycle_readings(history, EVERYBODY, OFFICE, berlin(now))


def test_each_target_has_its_own_calendar() -> None:
    def always(_: object) -> Calendar:
        return Calendar.always()

    (found,) = all_readings(
        told("handed_off 22 16:00"), [EVERYBODY], always, berlin("22 16:00"), facts={}
    )

    assert found.due_at == berlin("22 16:00") + 4 * HOUR
    assert found.left == timedelta(hours=4)


def held(history: list[HistoryEvent], now: str) -> Reading:
    (found,) = all_readings(history, BOTH, office, berlin(now), facts={})
    return found


def office(_: object) -> Calendar:
    return OFFICE
