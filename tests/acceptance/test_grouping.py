"""The table of grouping, row by row, as people experience it."""

from datetime import timedelta

from tests.acceptance.notices import make_notice, make_notices
from tests.factories import MONDAY_NINE

A_SECOND = timedelta(seconds=1)
A_MINUTE = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)


def test_three_new_leads_are_three_messages_at_once(here):
    timeline = here.timeline()
    timeline.at(MONDAY_NINE, *make_notices("lead_assigned", here.acme.sam, 3))

    for number in (1, 2, 3):
        timeline.wants("Sam", f"^Lead {number} is yours now", at=MONDAY_NINE)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_twelve_new_leads_are_one_summary_that_names_them_all(here):
    timeline = here.timeline()
    timeline.at(MONDAY_NINE, *make_notices("lead_assigned", here.acme.sam, 12))

    timeline.wants("Sam", "^12 leads were given to you: Lead 1 is yours now", at=MONDAY_NINE)

    (summary,) = timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)
    assert [f"Lead {number} is yours now" in summary.text for number in range(1, 13)] == [True] * 12


def test_a_summary_shows_fifteen_lines_and_how_many_more(here):
    timeline = here.timeline()
    timeline.at(MONDAY_NINE, *make_notices("lead_assigned", here.acme.sam, 27))

    timeline.wants("Sam", "^27 leads were given to you", at=MONDAY_NINE)

    (summary,) = timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)
    assert summary.text.count("is yours now") == 15
    assert "And 12 more." in summary.text


def test_a_trickle_of_leads_is_five_messages_and_one_summary(here):
    timeline = here.timeline()
    for number in range(1, 9):
        at = MONDAY_NINE + (number - 1) * 7 * A_SECOND
        timeline.at(at, make_notice("lead_assigned", here.acme.sam, number))
        if number <= 5:
            timeline.wants("Sam", f"^Lead {number} ", at=at)

    timeline.wants("Sam", "^3 leads were given to you", at=MONDAY_NINE + A_MINUTE)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_people_are_counted_apart(here):
    timeline = here.timeline()
    timeline.at(MONDAY_NINE, *make_notices("lead_assigned", here.acme.sam, 5))
    timeline.at(MONDAY_NINE, *make_notices("lead_assigned", here.acme.mona, 5))

    timeline.wants("Sam", "is yours now", at=MONDAY_NINE, times=5)
    timeline.wants("Mona", "is yours now", at=MONDAY_NINE, times=5)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_what_is_nearly_due_is_told_together_after_a_minute(here):
    timeline = here.timeline()
    for number in (1, 2, 3):
        at = MONDAY_NINE + number * 10 * A_SECOND
        timeline.at(at, make_notice("timer_warned", here.acme.sam, number))

    timeline.wants("Sam", "^3 promises are nearly due", at=MONDAY_NINE + 70 * A_SECOND)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_what_is_nearly_due_is_told_every_five_minutes_at_most(here):
    timeline = here.timeline()
    timeline.at(MONDAY_NINE, make_notice("timer_warned", here.acme.sam, 1))
    timeline.at(MONDAY_NINE + 2 * A_MINUTE, make_notice("timer_warned", here.acme.sam, 2))
    timeline.at(MONDAY_NINE + 5 * A_MINUTE, make_notice("timer_warned", here.acme.sam, 3))

    timeline.wants("Sam", "Lead 1", at=MONDAY_NINE + A_MINUTE)
    timeline.wants("Sam", "^2 promises are nearly due", at=MONDAY_NINE + 6 * A_MINUTE)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_missed_promises_are_told_at_once_up_to_five_in_a_minute(here):
    timeline = here.timeline()
    timeline.at(MONDAY_NINE, *make_notices("timer_breached", here.acme.sam, 5))
    timeline.at(
        MONDAY_NINE + 10 * A_SECOND, *make_notices("timer_breached", here.acme.sam, 2, first=6)
    )

    timeline.wants("Sam", "accept or return was due", at=MONDAY_NINE, times=5)
    timeline.wants("Sam", "^2 promises were missed", at=MONDAY_NINE + A_MINUTE)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_escalations_to_a_manager_are_told_every_quarter_of_an_hour_at_most(here):
    timeline = here.timeline()
    timeline.at(MONDAY_NINE, *make_notices("timer_escalated", here.acme.mona, 2))
    timeline.at(
        MONDAY_NINE + 4 * A_MINUTE, *make_notices("timer_escalated", here.acme.mona, 3, first=3)
    )

    timeline.wants("Mona", "^2 ", at=MONDAY_NINE + A_MINUTE)
    timeline.wants("Mona", "^3 ", at=MONDAY_NINE + 16 * A_MINUTE)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_what_is_done_again_joins_the_next_summary(here):
    timeline = here.timeline()
    timeline.at(MONDAY_NINE, make_notice("breach_resolved", here.acme.sam, 99))
    timeline.at(MONDAY_NINE + A_MINUTE, *make_notices("timer_breached", here.acme.sam, 6))

    timeline.wants("Sam", "^7 messages for you", at=MONDAY_NINE + A_MINUTE)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_what_is_done_again_comes_by_itself_after_five_minutes(here):
    timeline = here.timeline()
    timeline.at(MONDAY_NINE, make_notice("breach_resolved", here.acme.sam))

    timeline.wants("Sam", "Lead 1", at=MONDAY_NINE + 5 * A_MINUTE)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_what_no_longer_matters_leaves_the_summary_before_it_goes(here):
    def is_done(_session, delivery, *, now):
        return "It is done." if delivery.subject_id > 4 else None

    timeline = here.timeline(still_matters={"lead_assigned": is_done})
    timeline.at(MONDAY_NINE, *make_notices("lead_assigned", here.acme.sam, 12))

    timeline.wants("Sam", "^Lead . is yours now", at=MONDAY_NINE, times=4)

    timeline.run(MONDAY_NINE, MONDAY_NINE + AN_HOUR)


def test_a_person_gets_twenty_messages_an_hour_and_the_rest_in_one(here):
    timeline = here.timeline()
    for number in range(30):
        at = MONDAY_NINE + number * A_MINUTE
        timeline.at(at, make_notice("lead_assigned", here.acme.sam, number))
        if number < 20:
            timeline.wants("Sam", f"^Lead {number} ", at=at)

    timeline.wants("Sam", "^10 leads were given to you", at=MONDAY_NINE + AN_HOUR)

    timeline.run(MONDAY_NINE, MONDAY_NINE + 3 * AN_HOUR)
