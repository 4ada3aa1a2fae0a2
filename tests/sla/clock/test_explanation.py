from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

from alignment.sla.clock.explanation import bar_segments, explanation_sentences
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.promises.standard_targets import accept_or_return, completeness, minimum_touches
from alignment.sla.promises.targets import OpenTime, Target
from alignment.worktime.calendar import Calendar
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
from tests.sla.strategies import histories, instants, targets

FOUR_HOURS = accept_or_return(hours=4)
PEOPLE = {SAM: "Sam", OLGA: "Olga"}
LONGEST = 15
"""Words in a sentence that a person still reads."""


def test_the_easter_lead_says_why_it_is_due_on_tuesday() -> None:
    easter = reading(told("handed_off 25 18:00"), FOUR_HOURS, "26 12:00")

    assert explanation_sentences(easter, FOUR_HOURS, OFFICE, "Europe/Berlin") == (
        "Accept or return: 4 hours of open time promised by sales.",
        "Started Thursday 25 March 2027 at 18:00: handed off.",
        "Thursday 25 March: already closed.",
        "Friday 26 March: Good Friday, closed.",
        "Saturday 27 to Sunday 28 March: closed.",
        "Sunday 28 March: the clocks change; the day has 23 hours.",
        "Monday 29 March: Easter Monday, closed.",
        "Tuesday 30 March: 4 hours counted.",
        "Due Tuesday 30 March 2027 at 13:00 (Europe/Berlin).",
        "4 hours left.",
    )


def test_a_pause_says_who_and_why() -> None:
    history = [
        line("handed_off", "22 09:00", by=OLGA),
        line("paused", "22 10:00", by=SAM, reason="on_leave"),
        line("resumed", "22 11:00"),
        line("accepted", "22 12:30", by=SAM),
    ]

    said = explanation_sentences(
        reading(history, FOUR_HOURS, "22 15:00"), FOUR_HOURS, OFFICE, "UTC", people=PEOPLE
    )

    assert said == (
        "Accept or return: 4 hours of open time promised by sales.",
        "Started Monday 22 March 2027 at 08:00: handed off by Olga.",
        "Monday 22 March: 4 hours counted.",
        "Paused Monday 22 March 2027 at 09:00 by Sam (on leave).",
        "Resumed Monday 22 March 2027 at 10:00.",
        "Stopped Monday 22 March 2027 at 11:30: accepted by Sam.",
        "Due Monday 22 March 2027 at 13:00 (UTC).",
        "Kept with 1 hour 30 minutes left.",
    )


@pytest.mark.parametrize(
    ("stories", "now", "last"),
    [
        pytest.param([], "22 12:00", "1 hour left.", id="running"),
        pytest.param([], "22 15:00", "2 hours past due.", id="past due"),
        pytest.param(["accepted 22 16:00"], "23 09:00", "Kept 3 hours after due.", id="late"),
        pytest.param(
            ["paused 22 12:00"],
            "23 09:00",
            "Paused with 1 hour left; due is set on resuming.",
            id="paused",
        ),
        pytest.param(
            ["recycled 22 10:00"],
            "23 09:00",
            "Due Monday 22 March 2027 at 13:00 (Europe/Berlin).",
            id="cancelled",
        ),
    ],
)
def test_the_last_sentence_says_how_it_stands(stories: list[str], now: str, last: str) -> None:
    found = reading(told("handed_off 22 09:00", *stories), FOUR_HOURS, now)

    assert explanation_sentences(found, FOUR_HOURS, OFFICE, "Europe/Berlin")[-1] == last


def test_a_pause_that_was_refused_and_an_end_are_told() -> None:
    promise = replace(FOUR_HOURS, pause_people=frozenset({OLGA}))
    history = [
        line("handed_off", "22 09:00"),
        line("paused", "22 10:00", by=SAM, reason="on_leave"),
        line("recycled", "22 11:00", by=OLGA),
    ]
    found = reading(history, promise, "22 12:00")

    said = explanation_sentences(found, promise, OFFICE, "Europe/Berlin", people=PEOPLE)

    assert said[3:5] == (
        "Pause not allowed Monday 22 March 2027 at 10:00 by Sam (on leave).",
        "Ended Monday 22 March 2027 at 11:00: recycled by Olga.",
    )


def test_what_a_lead_lacked_at_the_handoff_is_told() -> None:
    promise = completeness(required_fields=("phone", "region"), hours=1)
    found = reading([line("handed_off", "22 09:00", facts={"known": []})], promise, "22 09:30")

    said = explanation_sentences(found, promise, OFFICE, "Europe/Berlin")

    assert "Missing Monday 22 March 2027 at 09:00: phone, region." in said


def test_a_promise_in_working_days_says_so() -> None:
    promise = minimum_touches(times=2, working_days=2)
    found = reading(told("handed_off 22 09:00", "called 22 10:00"), promise, "22 11:00")

    said = explanation_sentences(found, promise, OFFICE, "Europe/Berlin")

    assert said[0] == "2 touches: 2 working days promised by sales."
    assert "One counted Monday 22 March 2027 at 10:00: called." in said


@settings(deadline=None)
@given(histories(), targets(), instants())
def test_every_clock_has_a_story_of_short_sentences(
    history: list[HistoryEvent], target: Target, now
) -> None:
    for found in all_cycle_readings(history, target, OFFICE, now):
        said = explanation_sentences(found, target, OFFICE, "Europe/Berlin", people=PEOPLE)

        assert all(len(each.split()) < LONGEST and each.endswith(".") for each in said)


def test_the_bar_of_a_paused_and_late_day() -> None:
    history = told("handed_off 22 08:00", "paused 22 10:00", "resumed 22 11:00")
    found = reading(history, FOUR_HOURS, "22 16:00")

    drawn = bar_segments(found, OFFICE, berlin("22 16:00"))

    assert [(each.kind, each.share) for each in drawn] == [
        ("closed", 1 / 8),
        ("used", 1 / 8),
        ("paused", 1 / 8),
        ("used", 3 / 8),
        ("late", 2 / 8),
    ]


def test_the_bar_of_a_running_clock_ends_when_it_is_due() -> None:
    found = reading(told("handed_off 22 15:00"), FOUR_HOURS, "22 16:00")

    drawn = bar_segments(found, OFFICE, berlin("22 16:00"))

    assert [each.kind for each in drawn] == ["used", "left", "closed", "left"]
    assert drawn[-1].end == berlin("23 11:00")


def test_the_bar_of_an_always_open_clock_has_no_closed_time() -> None:
    promise = replace(FOUR_HOURS, allowed=OpenTime(86_400))
    always = Calendar.always()
    (found,) = all_cycle_readings(told("handed_off 22 15:00"), promise, always, berlin("22 21:00"))

    assert [
        (each.kind, each.share) for each in bar_segments(found, always, berlin("22 21:00"))
    ] == [
        ("used", 0.25),
        ("left", 0.75),
    ]


@settings(deadline=None)
@given(histories(), targets(), instants())
def test_the_bar_is_whole_and_agrees_with_the_reading(
    history: list[HistoryEvent], target: Target, now
) -> None:
    for found in all_cycle_readings(history, target, OFFICE, now):
        drawn = bar_segments(found, OFFICE, now)
        used = sum(
            (each.end - each.start for each in drawn if each.kind in ("used", "late")), timedelta()
        )

        assert sum(each.share for each in drawn) == pytest.approx(1)
        assert all(earlier.end == later.start for earlier, later in pairwise(drawn))
        assert used == found.used
