from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.sla.clock.history import HistoryEvent
from alignment.sla.clock.stopwatch import Reading, TimerState
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    first_touch,
    in_working_days,
    light_agreement,
)
from alignment.sla.promises.targets import Target
from alignment.worktime.calendar import Calendar
from tests.sla.lead_histories import (
    MINUTE,
    OFFICE,
    OLGA,
    SAM,
    all_cycle_readings,
    berlin,
    latest_reading,
    line,
    reading,
    told,
)
from tests.sla.oracle import office_minutes
from tests.sla.oracle_comparison import engine_says, instant_of, minute_of, oracle_says
from tests.sla.strategies import histories, instants, targets

FOUR_HOURS = accept_or_return(hours=4)
EASTER = ["2027-03-26", "2027-03-29"]
OPEN_MINUTES = office_minutes(
    "Europe/Berlin", 9, 17, berlin("20 00:00"), berlin("2027-05-01 00:00"), closed=EASTER
)

UNEVEN = Calendar.weekly(
    "Europe/Berlin",
    {"mon": [("09:00", "17:00")], "tue": [("11:00", "13:00")], "wed": [("09:00", "17:00")]},
)
UNEVEN_MINUTES = sorted(
    minute
    for day, opens, closes in ((0, 9, 17), (1, 11, 13), (2, 9, 17))
    for minute in office_minutes(
        "Europe/Berlin", opens, closes, berlin("20 00:00"), berlin("2027-05-01 00:00"), closed=()
    )
    if instant_of(minute).weekday() == day
)


@pytest.mark.parametrize(
    ("history", "now", "state", "due", "left"),
    [
        pytest.param("", "22 12:00", "running", "22 13:00", "1:00", id="an hour before due"),
        pytest.param("", "22 13:00", "running", "22 13:00", "0:00", id="exactly due"),
        pytest.param("", "22 13:00:01", "breached", "22 13:00", "-0:00:01", id="a second late"),
        pytest.param("accepted 22 11:00", "23 12:00", "met", "22 13:00", "2:00", id="in time"),
        pytest.param("accepted 22 13:00", "23 12:00", "met", "22 13:00", "0:00", id="just met"),
        pytest.param("accepted 22 16:00", "23 12:00", "met_late", "22 13:00", "-3:00", id="late"),
        pytest.param("returned 22 10:00", "23 12:00", "met", "22 13:00", "3:00", id="returned"),
        pytest.param("lost 22 10:00", "23 12:00", "met", "22 13:00", "3:00", id="decided at once"),
        pytest.param("called 22 10:00", "22 12:00", "running", "22 13:00", "1:00", id="a call"),
        pytest.param("recycled 22 10:00", "23 12:00", "cancelled", "22 13:00", "3:00", id="taken"),
        pytest.param("recycled 22 15:00", "23 12:00", "breached", "22 13:00", "-2:00", id="after"),
        pytest.param("merged 22 15:00", "23 12:00", "cancelled", "22 13:00", "-2:00", id="merged"),
        pytest.param("accepted 22 08:00", "22 12:00", "met", "22 13:00", "4:00", id="before"),
        pytest.param("accepted 22 09:00", "22 12:00", "met", "22 13:00", "4:00", id="same instant"),
        pytest.param("merged 22 09:00", "22 12:00", "cancelled", "22 13:00", "4:00", id="merged"),
    ],
)
def test_a_lead_handed_off_on_monday_at_nine(
    history: str, now: str, state: str, due: str, left: str
) -> None:
    then = told(history) if history else []

    monday = reading([*told("handed_off 22 09:00"), *then], FOUR_HOURS, now)

    assert (monday.state, monday.due_at) == (state, berlin(due))
    assert monday.left == span(left)


def test_nothing_waits_for_a_lead_that_was_never_handed_off() -> None:
    found = latest_reading(told("arrived 22 09:00"), FOUR_HOURS, OFFICE, berlin("23 09:00"))

    assert found is None


def test_lines_after_now_do_not_exist_yet() -> None:
    history = told("handed_off 22 09:00", "accepted 22 10:00")

    assert reading(history, FOUR_HOURS, "22 09:59").state is TimerState.RUNNING
    assert reading(history, FOUR_HOURS, "22 10:00").state is TimerState.MET


def test_automatic_mail_is_no_touch() -> None:
    history = told("handed_off 22 09:00", "mailed_automatically 22 09:01", "wrote 22 11:00")

    assert reading(history, first_touch(hours=8), "23 12:00").stopped_at == berlin("22 11:00")


def test_the_earliest_real_answer_wins_however_late_it_is_told() -> None:
    history = told("handed_off 22 09:00", "called 22 16:00", "called 22 10:00")

    assert reading(history, first_touch(hours=8), "23 12:00").stopped_at == berlin("22 10:00")


def test_a_breach_belongs_to_the_owner_at_the_due_instant() -> None:
    history = [
        line("handed_off", "22 09:00", owner=SAM),
        line("assigned", "22 14:00", owner=OLGA),
    ]

    assert reading(history, FOUR_HOURS, "22 15:00").owner_id == SAM


def test_the_next_instant_is_the_warning_then_the_first_second_late_then_none() -> None:
    history = told("handed_off 22 09:00")

    moments = [
        reading(history, FOUR_HOURS, now).next_at
        for now in ("22 09:00", "22 12:00", "22 13:00", "22 13:00:01")
    ]

    late = berlin("22 13:00:01")
    assert moments == [berlin("22 12:00"), late, late, None]


def test_all_720_orders_of_six_events_give_the_same_readings() -> None:
    six = [
        line("handed_off", "22 09:00", owner=SAM),
        line("paused", "22 10:00", by=SAM),
        line("resumed", "22 10:00"),
        line("returned", "22 12:00"),
        line("fixed", "22 12:00"),
        line("called", "22 12:00"),
    ]
    now = berlin("22 16:00")

    found = {
        tuple(
            each
            for promise in light_agreement()
            for each in all_cycle_readings(order, promise, OFFICE, now)
        )
        for order in permutations(six)
    }

    assert len(found) == 1
    assert len(found.pop()) == 5


@pytest.mark.parametrize(("handed_off", "assigned", "owner"), [(1, 2, OLGA), (2, 1, SAM)])
@pytest.mark.parametrize("per_owner", [True, False])
def test_of_two_owners_at_one_instant_the_one_told_last_has_the_clock(
    handed_off: int, assigned: int, owner: int, per_owner: bool
) -> None:
    both = [
        replace(line("handed_off", "22 09:00", owner=SAM), sequence=handed_off),
        replace(line("assigned", "22 09:00", owner=OLGA), sequence=assigned),
    ]
    promise = replace(FOUR_HOURS, per_owner=per_owner)

    found = [
        all_cycle_readings(order, promise, OFFICE, berlin("22 10:00"))
        for order in permutations(both)
    ]

    assert [[each.owner_id for each in one] for one in found] == [[owner], [owner]]


@settings(deadline=None, max_examples=500)
@given(histories(), targets(), instants())
def test_every_reading_equals_the_oracles(history: list[HistoryEvent], target: Target, now) -> None:
    expected = oracle_says(history, target, OPEN_MINUTES, now)

    assert engine_says(history, target, OFFICE, now) == expected


@pytest.mark.parametrize(
    ("start", "due"),
    [("22 10:00", "23 11:00"), ("22 12:00", "23 12:00"), ("22 15:00", "23 13:00")],
)
def test_a_working_day_ends_within_the_hours_of_its_date(start: str, due: str) -> None:
    history, promise = told(f"handed_off {start}"), in_working_days(FOUR_HOURS, 1)

    found = engine_says(history, promise, UNEVEN, berlin("22 16:00"))

    assert found == oracle_says(history, promise, UNEVEN_MINUTES, berlin("22 16:00"))
    assert found[0][4] == minute_of(berlin(due))


@settings(deadline=None, max_examples=200)
@given(histories(), targets(), instants())
def test_short_days_read_as_the_oracle_counts_them(
    history: list[HistoryEvent], target: Target, now
) -> None:
    expected = oracle_says(history, target, UNEVEN_MINUTES, now)

    assert engine_says(history, target, UNEVEN, now) == expected


@settings(deadline=None)
@given(histories(), targets(), instants(), st.randoms())
def test_order_and_repetition_change_nothing(
    history: list[HistoryEvent], target: Target, now, random
) -> None:
    shuffled = [*history, *history]
    random.shuffle(shuffled)

    assert all_cycle_readings(shuffled, target, OFFICE, now) == all_cycle_readings(
        history, target, OFFICE, now
    )


@settings(deadline=None)
@given(histories(), targets(), instants(), st.integers(1, 10_000))
def test_between_now_and_the_next_instant_nothing_changes(
    history: list[HistoryEvent], target: Target, now, minutes: int
) -> None:
    past = [each for each in history if each.at <= now]
    later = now + minutes * MINUTE

    for before, after in zip(
        all_cycle_readings(past, target, OFFICE, now),
        all_cycle_readings(past, target, OFFICE, later),
        strict=True,
    ):
        if before.next_at is None or later < before.next_at:
            assert known(before) == known(after)
        else:
            assert before.next_at > now


@settings(deadline=None)
@given(histories(), targets(), instants())
def test_a_finished_cycle_stays_as_it_is(history: list[HistoryEvent], target: Target, now) -> None:
    later = now + timedelta(days=3)
    finished = [
        each for each in all_cycle_readings(history, target, OFFICE, now) if not each.is_open
    ]

    assert all_cycle_readings(history, target, OFFICE, later)[: len(finished)] == tuple(finished)


def known(found: Reading) -> tuple[object, ...]:
    return (
        found.state,
        found.is_warned,
        found.due_at,
        found.warn_at,
        found.scheduled_steps,
        found.next_at,
    )


def span(text: str) -> timedelta:
    hours, minutes, *seconds = (int(part) for part in text.lstrip("-").split(":"))
    length = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return -length if text.startswith("-") else length
