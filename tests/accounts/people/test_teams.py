"""A workspace has as many teams as it needs, each known by a name of its own."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.models import Team
from alignment.accounts.opening_hours import queries as opening_hours_queries
from alignment.accounts.people.teams import NewTeam, TeamName, add_team, rename_team
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.journal.models import JournalEntry
from tests.factories import MONDAY_NINE, Cast

NEW_YORK = "America/New_York"


def sales_us(session: Session, acme: Cast) -> Team:
    wish = NewTeam(name="Sales US", side=Side.SALES, zone=NEW_YORK)
    return add_team(session, wish, by=acme.olga, now=MONDAY_NINE)


def journaled(session: Session, kind: str) -> list[Mapping[str, Any]]:
    rows = select(JournalEntry.facts).where(JournalEntry.kind == kind)
    return list(session.exec(rows.order_by(col(JournalEntry.id))))


def test_a_second_sales_team_begins_with_office_hours_in_its_own_zone(session: Session, acme: Cast):
    team = sales_us(session, acme)

    hours = opening_hours_queries.newest_hours_of(session, team)
    assert hours is not None
    assert (hours.zone, hours.week["mon"]) == (NEW_YORK, [["09:00", "17:00"]])
    [added] = journaled(session, "team_added")
    assert (added["name"], added["side"]) == ("Sales US", "sales")


def test_a_name_that_another_team_has_is_refused_whatever_its_capitals(
    session: Session, acme: Cast
):
    with pytest.raises(Refused, match="There is a team Sales already"):
        add_team(
            session,
            NewTeam(name="SALES", side=Side.OTHER, zone=NEW_YORK),
            by=acme.olga,
            now=MONDAY_NINE,
        )


def test_a_renamed_team_keeps_its_old_name_in_the_journal(session: Session, acme: Cast):
    rename_team(session, acme.sales, TeamName(name="Sales EU"), by=acme.olga, now=MONDAY_NINE)

    assert acme.sales.name == "Sales EU"
    [renamed] = journaled(session, "team_renamed")
    assert (renamed["former_name"], renamed["name"]) == ("Sales", "Sales EU")


def test_a_team_may_change_the_capitals_of_its_own_name(session: Session, acme: Cast):
    rename_team(session, acme.sales, TeamName(name="SALES"), by=acme.olga, now=MONDAY_NINE)

    assert acme.sales.name == "SALES"
