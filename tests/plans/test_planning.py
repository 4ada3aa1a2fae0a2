from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.errors import NotFound, Refused
from alignment.journal.models import JournalEntry
from alignment.plans import planning
from alignment.plans.models import Plan
from alignment.plans.planning import NewPlan
from tests.factories import MONDAY_NINE, Cast

TEN_LATER = MONDAY_NINE + timedelta(minutes=10)


def told(session: Session) -> list[str]:
    return list(session.exec(select(JournalEntry.kind).order_by(col(JournalEntry.id))))


def test_a_plan_is_started_with_a_goal_and_an_owner(session: Session, acme: Cast):
    new = NewPlan(
        name="  Spring   launch ", goal="60 demos", owner_id=acme.sam.id, due_on=date(2027, 4, 30)
    )

    plan = planning.start_plan(session, new, by=acme.mona, now=MONDAY_NINE)

    assert (plan.name, plan.goal, plan.due_on) == ("Spring launch", "60 demos", date(2027, 4, 30))
    assert (plan.owner_id, plan.created_at, plan.is_closed) == (acme.sam.id, MONDAY_NINE, False)
    assert told(session) == ["plan_started"]


def test_a_double_click_starts_one_plan(session: Session, acme: Cast, plan: Plan):
    same = NewPlan(name="Spring launch", goal="60 demo requests", owner_id=acme.mona.id)

    again = planning.start_plan(session, same, by=acme.mona, now=MONDAY_NINE)

    assert again.id == plan.id
    assert told(session) == ["plan_started"]


def test_a_second_plan_may_bear_the_same_name(session: Session, acme: Cast, plan: Plan):
    other = NewPlan(name="Spring launch", goal="Another goal", owner_id=acme.mona.id)

    assert planning.start_plan(session, other, by=acme.mona, now=MONDAY_NINE).id != plan.id


def test_a_plan_needs_a_name():
    with pytest.raises(ValidationError, match="Fill this in"):
        NewPlan(name=" \u200b ", owner_id=1)


def test_a_person_of_another_workspace_cannot_own_a_plan(
    session: Session, acme: Cast, stella: User
):
    new = NewPlan(name="Spring launch", owner_id=stella.id)

    with pytest.raises(NotFound):
        planning.start_plan(session, new, by=acme.mona, now=MONDAY_NINE)


def test_a_person_who_left_cannot_own_a_plan(session: Session, acme: Cast):
    acme.sam.is_active = False
    new = NewPlan(name="Spring launch", owner_id=acme.sam.id)

    with pytest.raises(Refused, match=r"Sam is no longer active. Choose somebody else."):
        planning.start_plan(session, new, by=acme.mona, now=MONDAY_NINE)


def test_a_plan_is_changed(session: Session, acme: Cast, plan: Plan):
    other = NewPlan(name="Summer launch", owner_id=acme.sam.id)

    planning.change_plan(session, plan, other, by=acme.mona, now=TEN_LATER)

    assert (plan.name, plan.goal, plan.owner_id) == ("Summer launch", "", acme.sam.id)
    assert told(session) == ["plan_started", "plan_changed"]


def test_the_same_words_again_are_no_change(session: Session, acme: Cast, plan: Plan):
    same = NewPlan(name="Spring launch", goal="60 demo requests", owner_id=acme.mona.id)

    planning.change_plan(session, plan, same, by=acme.mona, now=TEN_LATER)

    assert told(session) == ["plan_started"]


def test_the_words_of_a_plan_can_change_after_its_owner_left(
    session: Session, acme: Cast, plan: Plan
):
    acme.mona.is_active = False
    other = NewPlan(name="Summer launch", owner_id=acme.mona.id)

    planning.change_plan(session, plan, other, by=acme.olga, now=TEN_LATER)

    assert plan.name == "Summer launch"


def test_closing_twice_closes_once(session: Session, acme: Cast, plan: Plan):
    planning.close_plan(session, plan, by=acme.mona, now=MONDAY_NINE)
    planning.close_plan(session, plan, by=acme.sam, now=TEN_LATER)

    assert plan.closed_at == MONDAY_NINE
    assert told(session) == ["plan_started", "plan_closed"]


def test_a_closed_plan_is_changed_only_after_reopening(session: Session, acme: Cast, plan: Plan):
    other = NewPlan(name="Summer launch", owner_id=acme.mona.id)
    planning.close_plan(session, plan, by=acme.mona, now=MONDAY_NINE)

    with pytest.raises(Refused, match=r"“Spring launch” is closed. Reopen it first."):
        planning.change_plan(session, plan, other, by=acme.mona, now=TEN_LATER)
    planning.reopen_plan(session, plan, by=acme.mona, now=TEN_LATER)
    planning.reopen_plan(session, plan, by=acme.mona, now=TEN_LATER)
    planning.change_plan(session, plan, other, by=acme.mona, now=TEN_LATER)

    assert plan.name == "Summer launch"
    assert told(session) == ["plan_started", "plan_closed", "plan_reopened", "plan_changed"]
