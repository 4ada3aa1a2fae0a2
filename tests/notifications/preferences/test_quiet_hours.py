"""When a person may be told, in wall times of the person."""

from datetime import UTC, date, datetime, time

import pytest

from alignment.notifications.preferences.quiet_hours import (
    EffectivePreferences,
    deferral_for,
    end_of_quiet,
)
from alignment.worktime.calendar import Calendar
from tests.factories import NINE_TO_FIVE

BERLIN = "Europe/Berlin"
OFFICE = Calendar.weekly(BERLIN, NINE_TO_FIVE)
NIGHT = {"quiet_from": time(22), "quiet_until": time(7)}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def quiet_end(now: str, **wishes) -> str | None:
    end = end_of_quiet(EffectivePreferences(**{"zone": BERLIN} | NIGHT | wishes), at=at(now))
    return end.isoformat() if end else None


def wait_of(now: str, *, thread="", is_urgent=False, **wishes):
    return deferral_for(
        EffectivePreferences(**{"zone": BERLIN} | wishes),
        thread=thread,
        is_urgent=is_urgent,
        now=at(now),
    )


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2027-03-01T21:59+01:00", None),
        ("2027-03-01T22:00+01:00", "2027-03-02T06:00:00+00:00"),
        ("2027-03-02T06:59+01:00", "2027-03-02T06:00:00+00:00"),
        ("2027-03-02T07:00+01:00", None),
    ],
)
def test_quiet_hours_go_over_midnight(now, end):
    assert quiet_end(now) == end


def test_quiet_hours_may_lie_within_a_day():
    lunch = {"quiet_from": time(12), "quiet_until": time(13)}

    assert quiet_end("2027-03-01T12:30+01:00", **lunch) == "2027-03-01T12:00:00+00:00"
    assert quiet_end("2027-03-01T13:00+01:00", **lunch) is None


def test_the_same_time_twice_means_no_quiet_hours():
    assert quiet_end("2027-03-01T07:00+01:00", quiet_from=time(7), quiet_until=time(7)) is None


def test_the_night_in_which_clocks_go_forward_ends_at_the_same_wall_time():
    assert quiet_end("2027-03-27T23:00+01:00") == "2027-03-28T05:00:00+00:00"


def test_the_night_in_which_clocks_go_back_ends_at_the_same_wall_time():
    assert quiet_end("2027-10-30T23:00+02:00") == "2027-10-31T06:00:00+00:00"


def test_a_quiet_end_that_the_clock_skips_comes_as_much_later():
    end = quiet_end("2027-03-28T01:30+01:00", quiet_until=time(2, 30))

    assert end == "2027-03-28T01:30:00+00:00"


def test_an_hour_that_comes_twice_is_quiet_both_times():
    until_half_past_two = {"quiet_until": time(2, 30)}

    first = quiet_end("2027-10-31T02:10+02:00", **until_half_past_two)
    second = quiet_end("2027-10-31T02:10+01:00", **until_half_past_two)

    assert first == "2027-10-31T00:30:00+00:00"
    assert second == "2027-10-31T01:30:00+00:00"


def test_quiet_hours_are_those_of_kathmandu_for_who_lives_there():
    assert quiet_end("2027-03-01T18:00+00:00", zone="Asia/Kathmandu") == "2027-03-02T01:15:00+00:00"
    assert quiet_end("2027-03-01T18:00+00:00", zone="America/Los_Angeles") is None


def test_a_message_without_reason_to_wait_goes_now():
    assert wait_of("2027-03-01T10:00+01:00", **NIGHT) is None


def test_the_reason_to_wait_is_told():
    found = wait_of("2027-03-01T22:10+01:00", **NIGHT)

    assert found.reason == "Quiet hours: waits until Tue 2 Mar 2027, 07:00 CET."


def test_who_allows_it_is_told_at_night_of_what_is_urgent():
    at_night = "2027-03-01T22:10+01:00"

    assert wait_of(at_night, is_urgent=True, breaks_quiet=True, **NIGHT) is None
    assert wait_of(at_night, is_urgent=True, **NIGHT) is not None
    assert wait_of(at_night, breaks_quiet=True, **NIGHT) is not None


def test_on_a_day_off_everything_waits_for_the_next_working_morning():
    away = {"days_off": ((date(2027, 3, 1), date(2027, 3, 5)),), "calendars": (OFFICE,)}

    found = wait_of("2027-03-03T10:00+01:00", is_urgent=True, breaks_quiet=True, **away)
    usual = wait_of("2027-03-03T10:00+01:00", **away)

    assert found.until == at("2027-03-06T08:30+01:00")
    assert usual.until == at("2027-03-08T08:30+01:00")
    assert usual.reason == "Day off: waits until Mon 8 Mar 2027, 08:30 CET."


def test_on_saturday_only_what_is_urgent_is_told():
    saturday = "2027-03-06T10:00+01:00"

    assert wait_of(saturday, is_urgent=True, calendars=(OFFICE,)) is None
    assert wait_of(saturday, calendars=(OFFICE,)).until == at("2027-03-08T08:30+01:00")


def test_who_has_two_teams_works_when_either_does():
    weekend = Calendar.weekly(BERLIN, {"sat": [["09:00", "17:00"]]})

    assert wait_of("2027-03-06T10:00+01:00", calendars=(OFFICE, weekend)) is None


def test_what_was_put_off_waits_and_nothing_else_does():
    snoozed = {"snoozed": {"lead-7": at("2027-03-03T08:30+01:00")}}

    found = wait_of("2027-03-01T10:00+01:00", thread="lead-7", **snoozed)

    assert found.until == at("2027-03-03T08:30+01:00")
    assert found.reason == "Put off: waits until Wed 3 Mar 2027, 08:30 CET."
    assert wait_of("2027-03-01T10:00+01:00", thread="lead-8", **snoozed) is None


def test_one_reason_may_end_within_another():
    until_night = {"snoozed": {"lead-7": at("2027-03-05T23:00+01:00")}}

    found = wait_of(
        "2027-03-01T10:00+01:00", thread="lead-7", calendars=(OFFICE,), **until_night, **NIGHT
    )

    assert found.until == at("2027-03-08T08:30+01:00")


def test_nobody_waits_for_ever():
    away = {"days_off": ((date(2027, 1, 1), date(2028, 12, 31)),)}

    found = wait_of("2027-03-01T10:00+01:00", **away)

    assert found.until < at("2027-07-01T00:00+02:00")
