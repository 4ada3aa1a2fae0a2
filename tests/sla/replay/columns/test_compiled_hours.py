from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.sla.replay.columns.compiled_hours import CompiledHours
from alignment.sla.replay.columns.history import NEVER
from tests.sla.lead_histories import OFFICE, berlin
from tests.worktime.sheets import changes, sheets


def test_three_working_days_after_thursday_evening_pass_over_easter() -> None:
    hours = CompiledHours(OFFICE, first=second("22 00:00"), last=second("2027-04-05 00:00"))

    found = hours.working_days_after(np.array([second("25 16:00"), second("25 18:00")]), 3)

    assert found.tolist() == [second("2027-04-01 16:00"), second("2027-04-02 09:00")]


def test_what_lies_after_the_last_instant_is_never() -> None:
    hours = CompiledHours(OFFICE, first=second("22 00:00"), last=second("25 18:00"))

    assert hours.working_days_after(np.array([second("25 16:00")]), 30).tolist() == [NEVER]


@settings(deadline=None)
@given(
    changes.flatmap(lambda change: st.tuples(st.just(change[1]), sheets(*change))),
    st.lists(st.integers(-96, 5 * 96), min_size=1, max_size=12),
    st.integers(1, 4),
)
def test_working_days_are_counted_as_one_calendar_counts_them(drawn, quarters, days) -> None:
    on, sheet = drawn
    calendar = sheet.calendar()
    near = datetime(on.year, on.month, on.day, tzinfo=UTC)
    starts = [near + timedelta(minutes=15 * quarter) for quarter in quarters]
    first, last = near - timedelta(days=3), near + timedelta(days=60)
    hours = CompiledHours(calendar, first=round(first.timestamp()), last=round(last.timestamp()))

    found = hours.working_days_after(np.array([round(at.timestamp()) for at in starts]), days)

    assert found.tolist() == [
        round(calendar.add_working_days(at, days).timestamp()) for at in starts
    ]


def second(wall: str) -> int:
    return round(berlin(wall).timestamp())
