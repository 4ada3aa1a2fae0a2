from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.worktime.calendar import Calendar
from alignment.worktime.spans import NoBusinessTime
from alignment.worktime.vectorised import OutsideCompiledDates, VectorisedCalendar
from tests.worktime.sheets import changes, instants, lengths, sheets

BERLIN = Calendar.weekly("Europe/Berlin", {"mon": [("09:00", "12:30"), ("13:15", "17:00")]})
MARCH = VectorisedCalendar(BERLIN, first=date(2026, 3, 1), last=date(2026, 3, 31))
HOUR = 3600


def seconds(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 3, day, hour, minute, tzinfo=UTC).timestamp())


def test_a_column_of_starts_gives_a_column_of_due_seconds():
    due = MARCH.add_many([seconds(9, 8), seconds(9, 11), seconds(10, 8)], HOUR)

    assert due.dtype == np.int64
    assert due.tolist() == [seconds(9, 9), seconds(9, 12, 45), seconds(16, 9)]


def test_each_start_may_have_its_own_time():
    due = MARCH.add_many([seconds(9, 8)] * 4, [0, HOUR, 7 * HOUR, 8 * HOUR])

    # Monday has 7 h 15 min; an exact fit ends at the closing.
    assert due.tolist() == [seconds(9, 8), seconds(9, 9), seconds(9, 15, 45), seconds(16, 8, 45)]
    assert MARCH.add_many([seconds(9, 8)], 7 * HOUR + 900).tolist() == [seconds(9, 16)]


def test_with_no_time_the_answer_is_the_first_open_second():
    due = MARCH.add_many([seconds(9, 7), seconds(9, 16), seconds(9, 10)], 0)

    assert due.tolist() == [seconds(9, 8), seconds(16, 8), seconds(9, 10)]


def test_open_seconds_between_columns_and_none_when_reversed():
    starts, ends = (
        [seconds(9, 8), seconds(9, 0), seconds(16, 9)],
        [seconds(9, 12, 30), seconds(31, 0), seconds(9, 9)],
    )

    assert MARCH.between_many(starts, ends).tolist() == [13_500, 104_400, 0]


def test_columns_may_be_empty():
    assert MARCH.add_many([], HOUR).tolist() == []
    assert MARCH.between_many([], []).tolist() == []


def test_instants_outside_the_table_are_refused():
    with pytest.raises(OutsideCompiledDates):
        MARCH.add_many([seconds(1, 0) - 2 * 86_400], HOUR)
    with pytest.raises(OutsideCompiledDates):
        MARCH.between_many([seconds(9, 8)], [seconds(31, 0) + 3 * 86_400])


def test_answers_after_the_table_are_refused():
    with pytest.raises(NoBusinessTime, match="Compile further"):
        MARCH.add_many([seconds(30, 14)], HOUR + 1)
    with pytest.raises(NoBusinessTime):
        MARCH.add_many([seconds(30, 15)], 86_400)
    assert MARCH.add_many([seconds(30, 14)], HOUR).tolist() == [seconds(30, 15)]


def test_time_cannot_be_less_than_none():
    with pytest.raises(ValueError, match="less than none"):
        MARCH.add_many([seconds(9, 8)], [-1])


def test_always_open_columns_are_plain_addition():
    always = VectorisedCalendar(Calendar.always(), first=date(2026, 3, 1), last=date(2026, 3, 31))

    assert always.add_many([seconds(1, 0), seconds(28, 23)], [0, 7200]).tolist() == [
        seconds(1, 0),
        seconds(29, 1),
    ]


@given(st.data())
def test_columns_answer_as_single_instants_do(data: st.DataObject):
    zone, near = data.draw(changes)
    calendar = data.draw(sheets(zone, near)).calendar()
    pairs = data.draw(st.lists(st.tuples(instants(near), lengths), min_size=1, max_size=30))
    reach = timedelta(days=1300)  # a day of work fits, however little is open a week
    compiled = VectorisedCalendar(calendar, first=near - timedelta(days=5), last=near + reach)
    starts = np.array([start.timestamp() for start, _ in pairs], np.int64)
    work = np.array([length.total_seconds() for _, length in pairs], np.int64)

    due = compiled.add_many(starts, work)

    assert due.tolist() == [calendar.add(start, length).timestamp() for start, length in pairs]
    assert compiled.between_many(starts, due).tolist() == work.tolist()
    assert compiled.between_many(starts, starts[::-1]).tolist() == [
        calendar.between(start, end).total_seconds()
        for (start, _), (end, _) in zip(pairs, reversed(pairs), strict=True)
    ]
