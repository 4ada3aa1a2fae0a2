from datetime import date

from alignment.metrics.period_choice import chosen_period
from tests.factories import make_lead
from tests.metrics.stories import NOON_OF_LAST_DAY, SPRING, berlin, tell


def test_usually_it_is_this_month_and_the_two_before(session, acme):
    assert chosen_period(session, acme.workspace, now=NOON_OF_LAST_DAY) == SPRING


def test_twelve_months_end_with_the_present_one(session, acme):
    year = chosen_period(session, acme.workspace, now=NOON_OF_LAST_DAY, months="12")

    assert (year.from_on, year.until_on) == (date(2026, 5, 1), date(2027, 4, 30))


def test_dates_win_over_months(session, acme):
    found = chosen_period(
        session, acme.workspace, now=NOON_OF_LAST_DAY, months="all", from_on=date(2027, 4, 12)
    )

    assert (found.from_on, found.until_on) == (date(2027, 4, 12), date(2027, 4, 30))


def test_all_begins_with_the_first_handoff(session, acme):
    tell(session, acme, "Ada", handed_off="2026-11-30 10:00")
    tell(session, acme, "Bo", handed_off="2027-01-30 10:00")

    found = chosen_period(session, acme.workspace, now=NOON_OF_LAST_DAY, months="all")

    assert (found.from_on, found.until_on) == (date(2026, 11, 1), date(2027, 4, 30))


def test_all_begins_with_a_win_or_an_arrival_that_had_no_handoff(session, acme):
    tell(session, acme, "Ada", won="2026-12-24 10:00")
    make_lead(session, acme, "Bo", arrived_at=berlin("2026-10-24 10:00"))

    found = chosen_period(session, acme.workspace, now=NOON_OF_LAST_DAY, months="all")

    assert found.from_on == date(2026, 10, 1)


def test_all_of_nothing_is_the_present_month(session, acme, stella):
    found = chosen_period(session, acme.workspace, now=NOON_OF_LAST_DAY, months="all")

    assert (found.from_on, found.until_on) == (date(2027, 4, 1), date(2027, 4, 30))


def test_today_is_that_of_the_workspace(session, acme):
    already_may_in_berlin = berlin("2027-05-01 00:30")

    found = chosen_period(session, acme.workspace, now=already_may_in_berlin)

    assert found.until_on == date(2027, 5, 31)
