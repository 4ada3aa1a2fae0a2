from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.history import Effect, effects_of, ordered_events, owner_at
from alignment.sla.promises.standard_targets import accept_or_return, first_touch, next_touch
from tests.sla.lead_histories import OLGA, SAM, berlin, line, told


def test_lines_come_once_and_oldest_first() -> None:
    twice = [line("accepted", "22 11:00", name="b"), line("handed_off", "22 09:00", name="a")] * 2

    assert [each.id for each in ordered_events(twice, now=berlin("22 12:00"))] == ["a", "b"]


def test_of_one_fact_told_differently_the_earliest_counts() -> None:
    told_twice = [line("called", "22 11:00", name="x"), line("called", "22 10:00", name="x")]

    assert [each.at for each in ordered_events(told_twice, now=berlin("22 12:00"))] == [
        berlin("22 10:00")
    ]


def test_lines_of_the_future_are_left_out() -> None:
    history = told("handed_off 22 09:00", "accepted 22 11:00")

    assert len(ordered_events(history, now=berlin("22 10:59"))) == 1
    assert len(ordered_events(history, now=berlin("22 11:00"))) == 2


def test_at_one_instant_stop_comes_before_pause_before_start() -> None:
    at_once = told(
        "handed_off 22 09:00", "resumed 22 09:00", "paused 22 09:00", "accepted 22 09:00"
    )

    parts = [move.effect for move in effects_of(at_once, accept_or_return(hours=4))]

    assert parts == [Effect.STOP, Effect.END_STAY, Effect.PAUSE, Effect.RESUME, Effect.START]


def test_at_one_instant_starts_and_cancels_go_in_the_order_of_life() -> None:
    at_once = ordered_events(told("fixed 22 09:00", "returned 22 09:00"), now=berlin("22 10:00"))

    played = [
        (move.effect, move.event.kind)
        for move in effects_of(at_once, first_touch(hours=8))
        if move.effect >= Effect.START
    ]

    assert played == [(Effect.CANCEL, EventKind.RETURNED), (Effect.START, EventKind.FIXED)]


def test_one_line_may_stop_one_clock_and_start_the_next() -> None:
    played = effects_of(told("called 22 09:00"), next_touch(working_days=1))

    assert [move.effect for move in played] == [Effect.STOP, Effect.START]


def test_the_owner_is_the_one_named_last() -> None:
    history = [
        line("handed_off", "22 09:00", owner=SAM),
        line("called", "22 10:00"),
        line("assigned", "22 11:00", owner=OLGA),
    ]

    assert owner_at(history, berlin("22 08:00")) is None
    assert owner_at(history, berlin("22 10:30")) == SAM
    assert owner_at(history, berlin("22 11:00")) == OLGA
