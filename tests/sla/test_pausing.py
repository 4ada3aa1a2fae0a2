from dataclasses import replace

import pytest

from alignment.sla.promises import accept_or_return
from alignment.sla.stopwatch import State
from tests.sla.stories import HOUR, OLGA, SAM, berlin, line, reading, told

FOUR_HOURS = accept_or_return(hours=4)


@pytest.mark.parametrize(
    ("stories", "due"),
    [
        pytest.param(["paused 22 10:00", "resumed 22 11:00"], "22 14:00", id="within a day"),
        pytest.param(["paused 22 12:00", "resumed 23 10:00"], "23 11:00", id="over closing"),
        pytest.param(["paused 22 18:00", "resumed 23 08:00"], "22 13:00", id="at night"),
        pytest.param(["paused 22 08:00", "resumed 22 10:00"], "22 14:00", id="before start"),
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
    assert paused.state is State.BREACHED


def test_a_paused_clock_is_not_missed_and_waits_for_nobody() -> None:
    history = told("handed_off 22 09:00", "paused 22 11:00")

    paused = reading(history, FOUR_HOURS, "24 16:00")

    assert paused.state is State.PAUSED
    assert (paused.used, paused.left) == (2 * HOUR, 2 * HOUR)
    assert paused.next_at is None


def test_a_pause_after_due_undoes_nothing() -> None:
    history = told("handed_off 22 09:00", "paused 22 14:00")

    missed = reading(history, FOUR_HOURS, "24 16:00")

    assert (missed.state, missed.due_at, missed.left) == (
        State.BREACHED,
        berlin("22 13:00"),
        -1 * HOUR,
    )


def test_an_answer_during_a_pause_keeps_the_promise() -> None:
    history = told("handed_off 22 09:00", "paused 22 11:00", "accepted 24 16:00")

    kept = reading(history, FOUR_HOURS, "25 16:00")

    assert (kept.state, kept.used) == (State.MET, 2 * HOUR)


def test_a_clock_runs_on_when_its_pauses_are_used_up() -> None:
    promise = replace(FOUR_HOURS, pause_limit=2 * HOUR)
    history = told("handed_off 22 09:00", "paused 22 10:00")

    before, after = (reading(history, promise, now) for now in ("22 11:00", "22 12:00"))

    assert (before.state, before.next_at) == (State.PAUSED, berlin("22 12:00"))
    assert (after.state, after.due_at) == (State.RUNNING, berlin("22 15:00"))


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

    assert states == [State.RUNNING, State.RUNNING, State.PAUSED]
