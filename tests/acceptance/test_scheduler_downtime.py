"""The scheduler stands still for ten minutes, five hours, three days; and the clock goes back."""

from datetime import timedelta

import pytest
from sqlmodel import select

from alignment import db
from alignment.journal.models import JournalEntry
from alignment.notifications.downtime import queries
from alignment.notifications.health.problems import delivery_health
from alignment.notifications.models import Outcome
from tests.acceptance.notices import make_notice, make_notices
from tests.factories import MONDAY_NINE
from tests.postbox import deliveries

A_MINUTE = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)
TEN = MONDAY_NINE + AN_HOUR
SETTLED = 3 * A_MINUTE
"""After a standstill the clocks are read first."""


def test_ten_minutes_late_is_sent_as_ever(here):
    timeline = here.timeline()
    timeline.stopped(TEN, TEN + 10 * A_MINUTE)
    timeline.at(TEN + A_MINUTE, *make_notices("timer_breached", here.acme.sam, 2))

    timeline.wants("Sam", "^Lead 1: ", at=TEN + 10 * A_MINUTE)
    timeline.wants("Sam", "^Lead 2: ", at=TEN + 10 * A_MINUTE)

    got = timeline.run(MONDAY_NINE, MONDAY_NINE + 3 * AN_HOUR)
    assert not any("Sent late" in one.text for one in got)


def test_after_five_hours_everybody_gets_one_message_that_says_why_it_is_late(here):
    timeline = here.timeline()
    timeline.stopped(TEN, TEN + 5 * AN_HOUR)
    for hour in range(5):
        at = TEN + hour * AN_HOUR + A_MINUTE
        timeline.at(at, make_notice("timer_breached", here.acme.sam, hour))
        timeline.at(at, make_notice("lead_assigned", here.acme.sam, hour))
    timeline.at(TEN + A_MINUTE, make_notice("lead_returned", here.acme.mona))

    timeline.wants("Sam", "^10 messages for you", at=TEN + 5 * AN_HOUR + SETTLED)
    timeline.wants("Mona", "Lead 1", at=TEN + 5 * AN_HOUR + SETTLED)

    got = timeline.run(MONDAY_NINE, MONDAY_NINE + 12 * AN_HOUR)
    stopped = "from Mon 1 Mar 2027, 10:00 CET to Mon 1 Mar 2027, 15:00 CET."
    assert all(f"Sent late: the scheduler was stopped {stopped}" in one.text for one in got)


def test_after_three_days_what_is_older_than_a_day_is_only_counted(here):
    timeline = here.timeline()
    until = TEN + 72 * AN_HOUR
    timeline.stopped(TEN, until)
    for hour in range(72):
        at = TEN + hour * AN_HOUR + A_MINUTE
        timeline.at(at, make_notice("timer_breached", here.acme.sam, hour))

    timeline.wants("Sam", "^What happened while the scheduler was stopped", at=until + SETTLED)

    (got,) = timeline.run(MONDAY_NINE, until + 12 * AN_HOUR)
    assert "48 promises were missed" in got.text
    assert got.text.count("accept or return was due") == 15
    assert "And 9 more." in got.text
    assert "Lead 48: " in got.text


def test_what_is_found_after_a_standstill_is_as_late_as_its_cause(here):
    timeline = here.timeline()
    until = TEN + 72 * AN_HOUR
    timeline.stopped(TEN, until)
    found = make_notices("timer_breached", here.acme.sam, 3, due_at=TEN + AN_HOUR)
    timeline.at(
        until, *found, make_notice("timer_breached", here.acme.sam, 9, due_at=until - AN_HOUR)
    )

    timeline.wants("Sam", "^What happened while", at=until + SETTLED)

    (got,) = timeline.run(MONDAY_NINE, until + AN_HOUR)
    assert "Lead 9: " in got.text
    assert "3 promises were missed" in got.text
    assert "Lead 1: " not in got.text


def test_what_was_only_counted_says_so_and_names_the_message(here):
    timeline = here.timeline()
    until = TEN + 48 * AN_HOUR
    timeline.stopped(TEN, until)
    timeline.at(TEN + A_MINUTE, *make_notices("timer_breached", here.acme.sam, 2))
    timeline.wants("Sam", "^What happened while", at=until + SETTLED)

    timeline.run(MONDAY_NINE, until + AN_HOUR)

    carrier, counted = deliveries(here.engine)
    assert (carrier.outcome, counted.outcome) == (Outcome.ACCEPTED, Outcome.MERGED)
    assert counted.merged_into_id == carrier.id
    assert counted.reason == "More than a day late, so it was counted in another message."


def test_a_standstill_is_written_into_every_journal_and_shown_for_a_day(here):
    timeline = here.timeline()
    timeline.stopped(TEN, TEN + 5 * AN_HOUR)

    timeline.run(MONDAY_NINE, TEN + 6 * AN_HOUR)

    with db.read_only_session(here.engine) as session:
        (entry,) = session.exec(
            select(JournalEntry).where(JournalEntry.kind == "scheduler_stood_still")
        )
        shown = delivery_health(session, here.acme.id, now=TEN + 6 * AN_HOUR).downtime
        no_longer = delivery_health(session, here.acme.id, now=TEN + 40 * AN_HOUR).downtime
        assert len(queries.downtimes_since(session, since=MONDAY_NINE)) == 1
    assert entry.workspace_id == here.acme.id
    assert shown is not None
    assert (shown.from_at, shown.until_at) == (TEN, TEN + 5 * AN_HOUR)
    assert no_longer is None


@pytest.mark.parametrize("back", [timedelta(seconds=6), AN_HOUR])
def test_a_clock_that_goes_back_sends_nothing_twice_and_loses_nothing(here, back):
    first, second = here.timeline(), here.timeline()
    first.at(MONDAY_NINE, *make_notices("lead_assigned", here.acme.sam, 3))
    first.wants("Sam", "is yours now", at=MONDAY_NINE, times=3)
    second.at(TEN, make_notice("lead_assigned", here.acme.sam, 9))
    second.wants("Sam", "^Lead 9 ", at=TEN)

    first.run(MONDAY_NINE, TEN)
    second.run(TEN - back, TEN + AN_HOUR)
