"""Who is told in the stead of somebody who is away or left."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from alignment.accounts.absences.days_off import DaysOff, add_days_off
from alignment.accounts.models import User
from alignment.accounts.people.substitutes import Substitutes
from alignment.accounts.roles import Role
from tests.factories import MONDAY_NINE, Cast, make_user

MONDAY = date(2027, 3, 1)
TUESDAY_NINE = MONDAY_NINE + timedelta(days=1)


def substitutes(session: Session, acme: Cast) -> Substitutes:
    session.flush()
    return Substitutes(session, acme.id, now=MONDAY_NINE)


def acting(session: Session, acme: Cast, person: User) -> list[str]:
    return [each.name for each in substitutes(session, acme).acting_for(person)]


def away_on_monday(
    session: Session, acme: Cast, person: User, *, substitute: User | None = None
) -> None:
    wish = DaysOff(first_on=MONDAY, substitute_id=substitute.id if substitute else None)
    add_days_off(session, person, wish, by=acme.olga, now=MONDAY_NINE)


@pytest.fixture
def lea(session: Session, acme: Cast) -> User:
    """Who leads sales."""
    return make_user(session, acme.workspace, "Lea", team=acme.sales, is_team_lead=True)


def test_whoever_is_here_acts_alone(session: Session, acme: Cast, lea: User):
    assert acting(session, acme, acme.sam) == ["Sam"]


def test_for_somebody_who_left_the_manager_acts(session: Session, acme: Cast, lea: User):
    acme.sam.is_active, acme.sam.manager_id = False, acme.mona.id

    assert acting(session, acme, acme.sam) == ["Mona"]


def test_without_a_manager_who_leads_the_team_acts(session: Session, acme: Cast, lea: User):
    acme.sam.is_active = False

    assert acting(session, acme, acme.sam) == ["Lea"]


def test_without_a_lead_the_managers_of_the_team_act_and_else_the_owners(
    session: Session, acme: Cast
):
    acme.sam.is_active = False

    assert acting(session, acme, acme.sam) == ["Olga"]
    make_user(session, acme.workspace, "Max", role=Role.MANAGER, team=acme.sales)
    assert acting(session, acme, acme.sam) == ["Max"]


def test_who_leads_the_team_and_left_is_not_his_or_her_own_substitute(
    session: Session, acme: Cast, lea: User
):
    lea.is_active = False

    assert acting(session, acme, lea) == ["Olga"]


def test_a_manager_who_left_acts_for_nobody(session: Session, acme: Cast, lea: User):
    acme.sam.is_active = acme.mona.is_active = False
    acme.sam.manager_id = acme.mona.id

    assert acting(session, acme, acme.sam) == ["Lea"]


def test_while_somebody_is_away_the_substitute_acts_too(session: Session, acme: Cast, lea: User):
    away_on_monday(session, acme, acme.sam)

    assert acting(session, acme, acme.sam) == ["Sam", "Lea"]
    tomorrow = Substitutes(session, acme.id, now=TUESDAY_NINE)
    assert tomorrow.acting_for(acme.sam) == [acme.sam]


def test_the_substitute_that_was_named_acts_before_the_manager(
    session: Session, acme: Cast, lea: User
):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
    acme.sam.manager_id = acme.mona.id
    away_on_monday(session, acme, acme.sam, substitute=kim)

    assert acting(session, acme, acme.sam) == ["Sam", "Kim"]
    assert substitutes(session, acme).represented_by(kim) == [acme.sam]
    assert substitutes(session, acme).represented_by(acme.mona) == []


def test_for_a_substitute_who_is_away_as_well_the_next_level_acts(
    session: Session, acme: Cast, lea: User
):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
    away_on_monday(session, acme, acme.sam, substitute=kim)
    away_on_monday(session, acme, kim)

    assert acting(session, acme, acme.sam) == ["Sam", "Lea"]


def test_of_several_levels_the_first_with_somebody_there_acts(
    session: Session, acme: Cast, lea: User
):
    away_on_monday(session, acme, acme.sam)
    away_on_monday(session, acme, lea)

    assert acting(session, acme, acme.sam) == ["Sam", "Olga"]
    away_on_monday(session, acme, acme.olga)
    assert acting(session, acme, acme.sam) == ["Sam", "Lea"]


def test_a_person_represents_who_left_or_is_away_and_nobody_else(
    session: Session, acme: Cast, stella: User, lea: User
):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
    make_user(session, acme.workspace, "Tim", team=acme.sales)
    acme.sam.is_active = False
    away_on_monday(session, acme, kim)

    assert substitutes(session, acme).represented_by(lea) == [kim, acme.sam]
    assert substitutes(session, acme).represented_by(acme.mona) == []
    assert Substitutes(session, stella.workspace_id, now=MONDAY_NINE).represented_by(stella) == []
