from dataclasses import replace

from alignment.leads.event_kinds import NOBODY
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    answer_to_return,
    completeness,
    first_touch,
    minimum_touches,
    next_touch,
)
from tests.sla.lead_histories import (
    OFFICE,
    OLGA,
    SAM,
    all_cycle_readings,
    berlin,
    line,
    reading,
    told,
)

FOUR_HOURS = accept_or_return(hours=4)
COMPLETE = completeness(required_fields=("phone", "region"), hours=1)
NOTHING: dict[str, object] = {"known": []}
PHONE, BOTH = {"known": ["phone"]}, {"known": ["phone", "region"]}


def test_a_second_handoff_while_the_clock_runs_buys_no_time() -> None:
    history = told("handed_off 22 09:00", "handed_off 22 12:00")

    assert reading(history, FOUR_HOURS, "22 12:30").due_at == berlin("22 13:00")


def test_a_lead_fixed_and_handed_off_again_starts_a_new_cycle() -> None:
    history = told("handed_off 22 09:00", "called 22 10:00", "returned 22 11:00", "fixed 23 09:00")

    first, second = all_cycle_readings(history, first_touch(hours=8), OFFICE, berlin("23 10:00"))

    assert (first.cycle, first.state) == (1, TimerState.MET)
    assert (second.cycle, second.state) == (2, TimerState.RUNNING)
    assert second.due_at == berlin("23 17:00")


def test_calls_of_the_last_cycle_do_not_answer_the_next() -> None:
    history = told(
        "handed_off 22 09:00",
        "called 22 10:00",
        "called 22 10:30",
        "returned 22 11:00",
        "handed_off 24 09:00",
    )

    assert reading(history, first_touch(hours=8), "24 10:00").state is TimerState.RUNNING


def test_marketing_answers_a_return_by_fixing_it() -> None:
    history = told("handed_off 22 09:00", "returned 22 11:00", "fixed 23 10:00")

    answer = reading(history, answer_to_return(hours=8), "24 09:00")

    assert (answer.state, answer.due_at) == (TimerState.MET, berlin("23 11:00"))


def test_the_handoff_itself_does_not_answer_a_return_of_the_same_second() -> None:
    history = told("handed_off 22 09:00", "returned 22 09:00")

    assert reading(history, answer_to_return(hours=8), "22 10:00").state is TimerState.RUNNING


def test_a_return_and_its_answer_of_one_second_keep_the_promise() -> None:
    history = told("handed_off 22 09:00", "returned 22 11:00", "recycled 22 11:00")

    assert reading(history, answer_to_return(hours=8), "22 12:00").state is TimerState.MET


def test_five_touches_keep_a_cadence_and_four_do_not() -> None:
    promise = minimum_touches(times=5, working_days=3)
    calls = [f"called {day} 10:00" for day in (22, 23, 24, 25)]
    four = told("handed_off 22 09:00", *calls)

    assert reading(four, promise, "25 12:00").state is TimerState.BREACHED
    assert (
        reading([*four, *told("wrote 22 16:00")], promise, "25 12:00").state is TimerState.MET_LATE
    )
    assert reading([*four, *told("wrote 22 16:00")], promise, "25 12:00").due_at == berlin(
        "25 09:00"
    )


def test_calling_a_lead_unreachable_does_not_end_the_cadence() -> None:
    history = told("handed_off 22 09:00", "called 22 10:00", "unreachable 22 11:00")

    assert (
        reading(history, minimum_touches(times=5, working_days=2), "22 12:00").state
        is TimerState.RUNNING
    )


def test_each_touch_asks_for_the_next_until_the_lead_is_decided() -> None:
    promise = next_touch(working_days=1)
    history = told("called 22 10:00", "called 23 10:00", "qualified 23 16:00")

    found = all_cycle_readings(history, promise, OFFICE, berlin("24 12:00"))

    assert [each.state for each in found] == [TimerState.MET, TimerState.CANCELLED]


def test_another_owner_gets_the_whole_time_again_where_that_is_promised() -> None:
    history = [
        line("handed_off", "22 09:00", owner=SAM),
        line("assigned", "22 12:00", owner=OLGA),
    ]

    team = all_cycle_readings(history, FOUR_HOURS, OFFICE, berlin("22 14:00"))
    owners = all_cycle_readings(
        history, replace(FOUR_HOURS, per_owner=True), OFFICE, berlin("22 14:00")
    )

    assert [(each.state, each.due_at) for each in team] == [
        (TimerState.BREACHED, berlin("22 13:00"))
    ]
    assert [(each.state, each.owner_id, each.due_at) for each in owners] == [
        (TimerState.CANCELLED, SAM, berlin("22 13:00")),
        (TimerState.RUNNING, OLGA, berlin("22 16:00")),
    ]


def test_passing_a_late_lead_on_leaves_the_breach_with_the_first_owner() -> None:
    history = [
        line("handed_off", "22 09:00", owner=SAM),
        line("assigned", "22 15:00", owner=OLGA),
    ]

    first, second = all_cycle_readings(
        history, replace(FOUR_HOURS, per_owner=True), OFFICE, berlin("22 16:00")
    )

    assert (first.state, first.owner_id, first.is_open) == (TimerState.BREACHED, SAM, False)
    assert (second.state, second.owner_id) == (TimerState.RUNNING, OLGA)


def test_a_lead_can_be_passed_around_only_so_often() -> None:
    promise = replace(FOUR_HOURS, per_owner=True, max_restarts=1)
    history = [
        line("handed_off", "22 09:00", owner=SAM),
        line("assigned", "22 10:00", owner=OLGA),
        line("assigned", "22 11:00", owner=SAM),
    ]

    assert reading(history, promise, "22 12:00").due_at == berlin("22 14:00")


def test_what_started_before_the_agreement_starts_no_clock() -> None:
    history = told("handed_off 22 09:00", "returned 22 10:00", "handed_off 24 09:00")

    found = all_cycle_readings(
        history, FOUR_HOURS, OFFICE, berlin("24 10:00"), since=berlin("23 00:00")
    )

    assert [each.started_at for each in found] == [berlin("24 09:00")]


def test_what_starts_with_the_agreement_starts_a_clock() -> None:
    history = told("handed_off 22 09:00")

    since = berlin("22 09:00")

    assert (
        len(all_cycle_readings(history, FOUR_HOURS, OFFICE, berlin("22 10:00"), since=since)) == 1
    )


def test_the_first_owner_of_a_lead_takes_over_its_running_clock() -> None:
    history = [line("handed_off", "22 09:00"), line("assigned", "22 10:00", owner=SAM)]

    (found,) = all_cycle_readings(
        history, replace(FOUR_HOURS, per_owner=True), OFFICE, berlin("22 11:00")
    )

    assert (found.owner_id, found.due_at) == (SAM, berlin("22 13:00"))


def test_a_clock_goes_on_for_the_team_while_nobody_owns_the_lead() -> None:
    history = [
        line("handed_off", "22 09:00", owner=SAM),
        line("released", "22 10:00", owner=NOBODY),
    ]

    found = reading(history, FOUR_HOURS, "22 11:00")

    assert (found.state, found.owner_id) == (TimerState.RUNNING, None)
    assert (found.started_at, found.due_at) == (berlin("22 09:00"), berlin("22 13:00"))


def test_where_each_owner_has_the_whole_time_the_team_has_it_and_who_takes_it_goes_on() -> None:
    history = [
        line("handed_off", "22 09:00", owner=SAM),
        line("released", "22 10:00", owner=NOBODY),
        line("assigned", "22 12:00", owner=OLGA),
    ]

    first, second = all_cycle_readings(
        history, replace(FOUR_HOURS, per_owner=True), OFFICE, berlin("22 13:00")
    )

    assert (first.state, first.owner_id) == (TimerState.CANCELLED, SAM)
    assert (second.state, second.owner_id) == (TimerState.RUNNING, OLGA)
    assert (second.started_at, second.due_at) == (berlin("22 10:00"), berlin("22 14:00"))


def test_a_new_cycle_may_be_passed_on_again() -> None:
    promise = replace(FOUR_HOURS, per_owner=True, max_restarts=1)
    history = [
        line("handed_off", "22 09:00", owner=SAM),
        line("assigned", "22 10:00", owner=OLGA),
        line("returned", "22 11:00"),
        line("fixed", "23 09:00"),
        line("assigned", "23 10:00", owner=SAM),
    ]

    assert reading(history, promise, "23 11:00").due_at == berlin("23 14:00")


def test_of_two_touches_in_one_second_the_second_follows_the_first() -> None:
    history = [line("called", "22 09:00", name="a"), line("called", "22 09:00", name="b")]

    found = all_cycle_readings(history, next_touch(working_days=1), OFFICE, berlin("22 10:00"))

    assert [each.state for each in found] == [TimerState.MET, TimerState.RUNNING]


def test_a_lead_handed_off_complete_keeps_the_promise_with_the_handoff() -> None:
    found = reading([line("handed_off", "22 09:00", facts=BOTH)], COMPLETE, "22 12:00")

    assert (found.state, found.stopped_at) == (TimerState.MET, berlin("22 09:00"))


def test_a_lead_completed_soon_enough_keeps_the_promise_and_later_is_late() -> None:
    start = line("handed_off", "22 09:00", facts=PHONE)
    soon = [start, line("reprioritised", "22 10:00", facts=BOTH)]
    late = [start, line("reprioritised", "22 10:01", facts=BOTH)]

    assert reading([start], COMPLETE, "22 10:00").state is TimerState.RUNNING
    assert reading([start], COMPLETE, "22 12:00").state is TimerState.BREACHED
    assert reading(soon, COMPLETE, "22 12:00").state is TimerState.MET
    assert reading(late, COMPLETE, "22 12:00").state is TimerState.MET_LATE


def test_a_line_that_tells_no_more_leaves_the_lead_incomplete() -> None:
    history = [
        line("handed_off", "22 09:00", facts=NOTHING),
        line("reprioritised", "22 09:10", facts=PHONE),
        line("accepted", "22 09:20"),
    ]

    assert reading(history, COMPLETE, "22 09:30").state is TimerState.RUNNING


def test_what_was_known_before_the_handoff_makes_it_complete() -> None:
    history = [line("arrived", "22 08:00", facts=BOTH), line("handed_off", "22 09:00")]

    assert reading(history, COMPLETE, "22 12:00").state is TimerState.MET


def test_fixing_a_returned_lead_completes_it_late_and_asks_nothing_more() -> None:
    history = [
        line("handed_off", "22 09:00", facts=PHONE),
        line("returned", "22 09:30"),
        line("fixed", "22 15:00", facts=BOTH),
    ]

    found = all_cycle_readings(history, COMPLETE, OFFICE, berlin("22 16:00"))

    assert [(each.state, each.stopped_at) for each in found] == [
        (TimerState.MET_LATE, berlin("22 15:00"))
    ]


def test_each_complete_handoff_is_a_round_of_its_own() -> None:
    history = [
        line("handed_off", "22 09:00", facts=BOTH),
        line("returned", "22 10:00"),
        line("fixed", "22 11:00", facts=PHONE),
    ]

    found = all_cycle_readings(history, COMPLETE, OFFICE, berlin("22 11:30"))

    assert [each.state for each in found] == [TimerState.MET, TimerState.RUNNING]


def test_a_lead_taken_back_need_not_be_completed() -> None:
    history = [line("handed_off", "22 09:00", facts=PHONE), line("withdrawn", "22 09:30")]

    assert reading(history, COMPLETE, "22 12:00").state is TimerState.CANCELLED
