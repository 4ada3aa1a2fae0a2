from dataclasses import replace

import pytest

from alignment.sla.clock.reasons import ReasonKind
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return, decide
from tests.sla.lead_histories import HOUR, OLGA, SAM, berlin, line, reading, told

FOUR_HOURS = accept_or_return(hours=4)


@pytest.mark.parametrize(
    ("stories", "due"),
    [
        pytest.param(["paused 22 10:00", "resumed 22 11:00"], "22 14:00", id="within a day"),
        pytest.param(["paused 22 12:00", "resumed 23 10:00"], "23 11:00", id="over closing"),
        pytest.param(["paused 22 18:00", "resumed 23 08:00"], "22 13:00", id="at night"),
        pytest.param(["paused 22 08:00", "resumed 22 10:00"], "22 13:00", id="before the handoff"),
        pytest.param(["paused 22 09:00", "resumed 22 10:00"], "22 14:00", id="at the start"),
        pytest.param(["paused 22 10:00", "resumed 22 10:00"], "22 13:00", id="no length"),
        pytest.param(["paused 22 13:00", "resumed 22 15:00"], "22 13:00", id="at due"),
        pytest.param(
            ["paused 22 10:00", "paused 22 10:30", "resumed 22 11:00", "resumed 22 12:00"],
            "22 14:00",
            id="paused twice",
        ),
        pytest.param(["resumed 22 10:00"], "22 13:00", id="resumed without a pause"),
    ],
)
def test_a_pause_moves_the_due_instant_by_its_open_time(stories: list[str], due: str) -> None:
    paused = reading(told("handed_off 22 09:00", *stories), FOUR_HOURS, "25 17:00")

    assert paused.due_at == berlin(due)
    assert paused.state is TimerState.BREACHED


def test_a_paused_clock_is_not_missed_and_waits_for_nobody() -> None:
    history = told("handed_off 22 09:00", "paused 22 11:00")

    paused = reading(history, FOUR_HOURS, "24 16:00")

    assert paused.state is TimerState.PAUSED
    assert (paused.used, paused.left) == (2 * HOUR, 2 * HOUR)
    assert paused.next_at is None


@pytest.mark.parametrize(
    "story",
    [
        ["returned 23 09:00", "fixed 24 09:00"],
        ["lost 23 09:00", "reopened 23 10:00", "returned 23 11:00", "fixed 24 09:00"],
        ["returned 23 09:00", "recycled 23 10:00", "handed_off 24 09:00"],
        ["won 23 09:00", "handed_off 24 09:00"],
    ],
    ids=["returned and fixed", "lost and reopened", "recycled", "won"],
)
def test_a_pause_ends_with_the_stay_in_which_it_was_made(story: list[str]) -> None:
    history = told("handed_off 22 09:00", "paused 22 11:00", *story)

    second = reading(history, FOUR_HOURS, "24 12:00")

    assert (second.cycle, second.state, second.pauses) == (2, TimerState.RUNNING, ())
    assert second.due_at == berlin("24 13:00")


def test_marketings_clock_runs_although_sales_had_paused_the_lead() -> None:
    history = told("handed_off 22 09:00", "paused 22 10:00", "returned 22 11:00")

    answer = reading(history, answer_to_return(hours=8), "23 12:00")

    assert (answer.state, answer.due_at) == (TimerState.BREACHED, berlin("23 11:00"))


def test_a_promise_that_begins_within_the_stay_begins_paused() -> None:
    history = told("handed_off 22 09:00", "paused 22 10:00", "accepted 22 11:00")

    decision = reading(history, decide(working_days=2), "23 12:00")

    assert decision.state is TimerState.PAUSED


def test_a_pause_after_due_undoes_nothing() -> None:
    history = told("handed_off 22 09:00", "paused 22 14:00")

    missed = reading(history, FOUR_HOURS, "24 16:00")

    assert (missed.state, missed.due_at, missed.left) == (
        TimerState.BREACHED,
        berlin("22 13:00"),
        -1 * HOUR,
    )


def test_an_answer_during_a_pause_keeps_the_promise() -> None:
    history = told("handed_off 22 09:00", "paused 22 11:00", "accepted 24 16:00")

    kept = reading(history, FOUR_HOURS, "25 16:00")

    assert (kept.state, kept.used) == (TimerState.MET, 2 * HOUR)


def test_a_clock_runs_on_when_its_pauses_are_used_up() -> None:
    promise = replace(FOUR_HOURS, pause_limit=2 * HOUR)
    history = told("handed_off 22 09:00", "paused 22 10:00")

    before, after = (reading(history, promise, now) for now in ("22 11:00", "22 12:00"))

    assert (before.state, before.next_at) == (TimerState.PAUSED, berlin("22 12:00"))
    assert (after.state, after.due_at) == (TimerState.RUNNING, berlin("22 15:00"))


def test_only_named_people_pause_for_named_reasons() -> None:
    promise = replace(
        FOUR_HOURS, pause_reasons=frozenset({"on_leave"}), pause_people=frozenset({SAM})
    )
    stranger = line("paused", "22 10:00", by=OLGA, reason="on_leave")
    whim = line("paused", "22 10:00", by=SAM, reason="busy")
    allowed = line("paused", "22 10:00", by=SAM, reason="on_leave")

    states = [
        reading([*told("handed_off 22 09:00"), pause], promise, "22 12:00").state
        for pause in (stranger, whim, allowed)
    ]

    assert states == [TimerState.RUNNING, TimerState.RUNNING, TimerState.PAUSED]


def test_all_pauses_of_a_cycle_share_one_limit() -> None:
    promise = replace(FOUR_HOURS, pause_limit=2 * HOUR)
    history = told(
        "handed_off 22 09:00",
        "paused 22 09:30",
        "resumed 22 11:00",
        "paused 22 11:30",
        "resumed 22 13:00",
        "paused 22 13:30",
    )

    found = reading(history, promise, "22 14:00")

    assert (found.state, found.due_at) == (TimerState.RUNNING, berlin("22 15:00"))
    used_up = [each.at for each in found.reasons if each.kind is ReasonKind.PAUSE_USED_UP]
    assert used_up == [berlin("22 12:00")]


def test_a_pause_begun_when_all_open_time_is_used_saves_nothing() -> None:
    history = told("accepted 22 08:00", "paused 22 20:00")

    at_night, next_day = (
        reading(history, decide(working_days=1), now) for now in ("22 21:00", "23 10:00")
    )

    assert (at_night.state, at_night.due_at) == (TimerState.PAUSED, berlin("23 09:00"))
    assert at_night.next_at == berlin("23 09:00:01")
    assert next_day.state is TimerState.BREACHED


def test_a_clock_stands_still_from_the_very_second_of_the_pause() -> None:
    history = told("handed_off 22 09:00", "paused 22 11:00")

    assert reading(history, FOUR_HOURS, "22 11:00").state is TimerState.PAUSED
