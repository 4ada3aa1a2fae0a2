from datetime import UTC, datetime

import pytest

from alignment.accounts.models import OpeningHours, Team
from alignment.accounts.roles import Side
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.promises.targets import Target
from alignment.web.agreements.agreement_side import agreement_side, week_words
from alignment.web.agreements.promise_text import TextContext
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


def sales_column(*targets: Target):
    return agreement_side(Side.SALES, SALES, HOURS, targets, TextContext(now=MONDAY_NINE))


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


def test_a_team_without_hours_is_always_open():
    column = agreement_side(Side.SALES, SALES, None, (), TextContext(now=MONDAY_NINE))

    assert (column.week, column.zone, column.holidays) == (("always open",), "UTC", ())
