"""The engine beside an oracle that steps through time, across every kind of change of clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.worktime import oracle
from tests.worktime.oracle import SECOND, Sheet
from tests.worktime.sheets import CHANGES, changes, instants, lengths, pauses, sheets


@given(st.data())
def test_every_minute_is_open_or_closed_as_the_wall_reads(data):
    zone, near = data.draw(changes)
    sheet, start = data.draw(sheets(zone, near)), data.draw(instants(near))
    calendar = sheet.calendar()

    for minute in range(0, 36 * 60, 7):
        at = start + timedelta(minutes=minute)
        assert calendar.is_open(at) == sheet.is_open(at)


@given(st.data())
def test_open_time_between_two_instants_is_the_sum_of_its_open_minutes(data):
    zone, near = data.draw(changes)
    sheet = data.draw(sheets(zone, near))
    start, end, paused = (
        data.draw(instants(near)),
        data.draw(instants(near)),
        data.draw(pauses(near)),
    )

    counted = sheet.calendar().between(start, end, pauses=paused)

    assert counted == oracle.between([sheet], start, end, pauses=paused)


@given(st.data())
def test_an_answer_of_add_is_the_first_minute_by_which_the_work_has_passed(data):
    zone, near = data.draw(changes)
    sheet, paused = data.draw(sheets(zone, near)), data.draw(pauses(near))
    start, work = data.draw(instants(near)), data.draw(lengths)
    until = start + timedelta(days=12)

    due = sheet.calendar().add(start, work, pauses=paused)

    expected = oracle.add([sheet], start, work, pauses=paused, until=until)
    assert due == expected if expected else due > until


@given(st.data())
def test_two_calendars_together_are_open_when_both_are(data):
    (zone, near), (other_zone, _) = data.draw(changes), data.draw(changes)
    pair = [data.draw(sheets(zone, near)), data.draw(sheets(other_zone, near))]
    start, end = data.draw(instants(near)), data.draw(instants(near))

    both = pair[0].calendar() & pair[1].calendar()

    assert both.between(start, end) == oracle.between(pair, start, end)


@pytest.mark.large
@pytest.mark.parametrize(("zone", "near"), CHANGES)
def test_every_second_around_a_change_counts_once(zone: str, near: date):
    sheet, start, end = around_the_change(zone, near)

    counted = sheet.calendar().between(start, end)

    assert counted == oracle.between([sheet], start, end, step=SECOND)


@pytest.mark.parametrize(("zone", "near"), CHANGES[:6])
def test_add_ends_at_the_very_second(zone: str, near: date):
    sheet, start, end = around_the_change(zone, near)
    work = timedelta(hours=1, minutes=50, seconds=11)

    due = sheet.calendar().add(start, work)

    assert due == oracle.add([sheet], start, work, step=SECOND, until=end)


def around_the_change(zone: str, near: date) -> tuple[Sheet, datetime, datetime]:
    nightly = [("00:00", "00:45"), ("01:15", "02:20"), ("02:40", "03:30"), ("23:10", "23:50")]
    midnight = datetime(near.year, near.month, near.day, tzinfo=UTC)
    return (
        Sheet(zone, dict.fromkeys(oracle.WEEKDAYS, nightly)),
        midnight - timedelta(hours=12, seconds=7),
        midnight + timedelta(hours=11, seconds=5),
    )
