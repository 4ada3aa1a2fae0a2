from datetime import UTC, datetime

import pytest

from alignment.accounts.models import OpeningHours, Team
from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    decide,
    light_agreement,
    next_touch,
)
from alignment.sla.promises.targets import HoursSource, OpenTime, Target
from alignment.web.agreements.promise_text import agreement_side, allowed_time_text, week_words
from tests.factories import MONDAY_NINE, NINE_TO_FIVE

SALES = Team(id=1, workspace_id=1, side=Side.SALES, name="Sales")
HOURS = OpeningHours(
    workspace_id=1,
    team_id=1,
    version=1,
    zone="Europe/Berlin",
    week=NINE_TO_FIVE,
    country="DE",
    region="BE",
    holidays=[["2027-01-01", "New Year"], ["2027-03-08", "Women's Day"]],
    created_at=MONDAY_NINE,
)


def sales_column(*targets: Target, instead_of=(), hours: OpeningHours | None = HOURS):
    return agreement_side(Side.SALES, SALES, hours, targets, instead_of=instead_of, now=MONDAY_NINE)


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (NINE_TO_FIVE, ("Mon to Fri 09:00-17:00",)),
        (
            NINE_TO_FIVE | {"fri": [["09:00", "12:00"], ["13:00", "15:00"]]},
            ("Mon to Thu 09:00-17:00", "Fri 09:00-12:00, 13:00-15:00"),
        ),
        (
            {"mon": [["09:00", "17:00"]], "wed": [["09:00", "17:00"]]},
            ("Mon 09:00-17:00", "Wed 09:00-17:00"),
        ),
    ],
)
def test_days_that_are_alike_stand_together_and_closed_ones_are_left_out(week, words):
    assert week_words(week) == words


def test_a_length_is_said_in_hours_or_in_working_days():
    said = [
        allowed_time_text(accept_or_return(hours=0.25)),
        allowed_time_text(decide(working_days=1)),
        allowed_time_text(next_touch(working_days=2)),
    ]

    assert said == ["15 minutes", "1 working day", "2 working days"]


def test_a_column_has_its_own_sides_promises_with_an_example_from_now():
    column = sales_column(*light_agreement())

    assert [promise.name for promise in column.promises] == [
        "Accept or return",
        "First human touch",
    ]
    assert column.promises[0].within == "within 4 hours of open time of its handoff"
    assert column.promises[0].due_at == datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def test_holidays_that_are_over_are_not_told():
    column = sales_column()

    assert column.holidays_of == "Germany (BE)"
    assert [name for _, name in column.holidays] == ["Women's Day"]


def test_a_changed_number_stands_beside_the_one_it_replaces():
    (changed,) = sales_column(
        accept_or_return(hours=2), instead_of=[accept_or_return(hours=4)]
    ).promises
    (same,) = sales_column(
        accept_or_return(hours=4), instead_of=[accept_or_return(hours=4)]
    ).promises

    assert (changed.before, same.before) == ("4 hours", "")


def test_an_always_open_clock_says_so_and_needs_no_hours():
    demo_request = Target(
        key="demo_request",
        name="Answer a demo request",
        owed_by=Side.SALES,
        starts_on=frozenset({EventKind.ARRIVED}),
        stops_on=frozenset({EventKind.CALLED}),
        allowed=OpenTime(900),
        clock_of=HoursSource.ALWAYS,
    )

    (promise,) = sales_column(demo_request, hours=None).promises

    assert promise.within == "within 15 minutes, day and night, of its arrival"
