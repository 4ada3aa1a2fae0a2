"""Whose zone is which: the browser's at first, then what the person chooses."""

import pytest
from pydantic import ValidationError
from sqlmodel import Session, select

from alignment.accounts.models import Absence, Team
from alignment.accounts.people.time_zone import (
    NewTimeZone,
    change_time_zone,
    first_zone,
    team_zone,
)
from alignment.accounts.roles import Side
from alignment.journal.models import JournalEntry
from tests.factories import MONDAY_NINE, Cast, make_hours, make_team, save

NEW_YORK = "America/New_York"


def test_sam_reads_times_in_new_york_from_then_on(session: Session, acme: Cast):
    change_time_zone(session, acme.sam, NewTimeZone(zone=NEW_YORK), now=MONDAY_NINE)

    assert (acme.sam.zone, acme.mona.zone) == (NEW_YORK, "Europe/Berlin")
    [entry] = session.exec(select(JournalEntry).where(JournalEntry.kind == "time_zone_changed"))
    assert entry.facts["former_zone"] == "Europe/Berlin"


def test_choosing_the_same_zone_again_changes_nothing(session: Session, acme: Cast):
    change_time_zone(session, acme.sam, NewTimeZone(zone="Europe/Berlin"), now=MONDAY_NINE)

    assert not session.exec(
        select(JournalEntry).where(JournalEntry.kind == "time_zone_changed")
    ).all()


def test_days_off_keep_their_dates_when_the_zone_changes(session: Session, acme: Cast):
    first, last = MONDAY_NINE.date(), MONDAY_NINE.date()
    days = Absence(
        workspace_id=acme.id,
        user_id=acme.sam.id,
        first_on=first,
        last_on=last,
        created_at=MONDAY_NINE,
    )
    save(session, days)

    change_time_zone(session, acme.sam, NewTimeZone(zone=NEW_YORK), now=MONDAY_NINE)

    session.refresh(days)
    assert (days.first_on, days.last_on) == (first, last)


def test_a_zone_that_nobody_knows_is_refused_with_the_nearest():
    with pytest.raises(ValidationError, match="Did you mean America/New_York"):
        NewTimeZone(zone="America/New_Yrok")


@pytest.fixture
def boston(session: Session, acme: Cast) -> Team:
    """A sales team whose hours are those of New York."""
    team = make_team(session, acme.workspace, side=Side.SALES, name="Sales Boston")
    make_hours(session, team, zone=NEW_YORK)
    return team


def test_the_browser_says_the_first_zone_else_the_team_does(session: Session, boston: Team):
    said = {
        given: first_zone(session, boston, browser_zone=given)
        for given in ("Asia/Tokyo", "Asia/Calcutta", "Mars/Olympus", "")
    }

    assert said == {
        "Asia/Tokyo": "Asia/Tokyo",
        "Asia/Calcutta": "Asia/Kolkata",
        "Mars/Olympus": NEW_YORK,
        "": NEW_YORK,
    }


def test_a_team_without_hours_is_in_the_zone_of_the_workspace(session: Session, acme: Cast):
    team = make_team(session, acme.workspace, side=Side.SALES, name="Partners")

    assert team_zone(session, team) == "Europe/Berlin"
