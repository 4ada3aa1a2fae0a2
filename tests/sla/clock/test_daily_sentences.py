from datetime import date

from alignment.sla.clock.daily_sentences import calendar_sentences
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.clock.stopwatch import Reading
from alignment.sla.promises.standard_targets import accept_or_return, decide
from alignment.sla.promises.targets import Target
from alignment.worktime.calendar import Calendar
from tests.sla.lead_histories import OFFICE, berlin, latest_reading, told

FOUR_HOURS = accept_or_return(hours=4)
SHORT_FRIDAY = Calendar.weekly(
    "Europe/Berlin",
    {"thu": [("09:00", "17:00")], "fri": [("09:00", "17:00")]},
    holidays=[date(2027, 3, 18)],
    overrides={date(2027, 3, 19): [("09:00", "11:00")], date(2027, 3, 25): []},
)


def test_dates_that_are_alike_are_told_together() -> None:
    assert story(told("accepted 23 09:00"), decide(working_days=5)) == [
        "Tuesday 23 to Thursday 25 March: 24 hours counted.",
        "Friday 26 March: Good Friday, closed.",
        "Saturday 27 to Sunday 28 March: closed.",
        "Sunday 28 March: the clocks change; the day has 23 hours.",
        "Monday 29 March: Easter Monday, closed.",
        "Tuesday 30 to Wednesday 31 March: 16 hours counted.",
    ]


def test_special_dates_are_named_as_such() -> None:
    assert story(told("handed_off 18 09:00"), FOUR_HOURS, SHORT_FRIDAY) == [
        "Thursday 18 March: holiday, closed.",
        "Friday 19 March: hours of its own, 2 hours counted.",
        "Saturday 20 to Wednesday 24 March: closed.",
        "Thursday 25 March: hours of its own, closed.",
        "Friday 26 March: 2 hours counted.",
    ]


def test_a_paused_clock_is_told_up_to_its_pause() -> None:
    assert story(told("handed_off 22 09:00", "paused 22 11:00"), FOUR_HOURS) == [
        "Monday 22 March: 2 hours counted."
    ]


def test_paused_time_does_not_count() -> None:
    history = told("handed_off 22 15:00", "paused 22 16:00", "resumed 23 10:00")

    assert story(history, FOUR_HOURS) == ["Monday 22 to Tuesday 23 March: 4 hours counted."]


def test_an_always_open_clock_has_no_daylight() -> None:
    assert story(told("handed_off 22 15:00"), FOUR_HOURS, Calendar.always()) == []


def story(history: list[HistoryEvent], target: Target, calendar: Calendar = OFFICE) -> list[str]:
    found = latest_reading(history, target, calendar, berlin("24 09:00"))
    assert isinstance(found, Reading)
    lines = sorted(calendar_sentences(found, calendar), key=lambda each: (each.at, each.position))
    return [each.sentence for each in lines]
