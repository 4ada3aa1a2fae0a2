"""Somebody leaves: what is open goes to others in the same transaction."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.errors import Forbidden, NotFound, Refused
from alignment.leads import handoff
from alignment.leads.bulk.inheritance import OWNER_LEFT
from alignment.leads.history.queries import history_of
from alignment.leads.models import Lead
from alignment.notifications.models import Delivery
from alignment.offboarding.deactivation import (
    Handover,
    LeadDestination,
    deactivate_and_hand_over,
)
from alignment.plans import planning, tasks
from alignment.plans.models import Task
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask
from tests.factories import MONDAY_NINE, Cast, make_lead, make_stella, make_user
from tests.sla.light_agreement import clock, in_force

TEN = MONDAY_NINE + timedelta(hours=1)


@pytest.fixture
def tim(session: Session, acme: Cast) -> User:
    return make_user(session, acme.workspace, "Tim", team=acme.sales)


def with_sam(session: Session, acme: Cast, *names: str) -> list[Lead]:
    in_force(session, acme)
    leads = [make_lead(session, acme, name) for name in names]
    for lead in leads:
        handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return leads


def task_of_sam(session: Session, acme: Cast) -> Task:
    new = NewPlan(name="Spring launch", owner_id=acme.sam.id)
    plan = planning.start_plan(session, new, by=acme.mona, now=MONDAY_NINE)
    part = NewTask(title="Send it", owner_id=acme.sam.id, due_on=date(2027, 3, 3))
    return tasks.add_task(session, plan, part, by=acme.mona, now=MONDAY_NINE)


def leave(session: Session, acme: Cast, **wish: object) -> None:
    handover = Handover.model_validate(wish)
    deactivate_and_hand_over(session, acme.sam, handover, by=acme.olga, now=TEN)


def told(session: Session, kind: str = "work_handed_over") -> list[Delivery]:
    deliveries = select(Delivery).where(Delivery.kind == kind, Delivery.created_at == TEN)
    return list(session.exec(deliveries.order_by(col(Delivery.id))))


def test_a_successor_gets_leads_clocks_tasks_and_plans_at_once(
    session: Session, acme: Cast, tim: User
):
    ada, bo = with_sam(session, acme, "Ada Byron", "Bo Yu")
    task = task_of_sam(session, acme)

    leave(session, acme, successor_id=tim.id)

    assert not acme.sam.is_active
    assert [lead.owner_id for lead in (ada, bo)] == [tim.id, tim.id]
    assert clock(session, ada, "first_touch").owner_id == tim.id
    assert (task.owner_id, task.owner_since) == (tim.id, TEN)
    assert planning.active_person(session, acme.olga, tim.id) is tim
    assert history_of(session, ada)[-1].reason == OWNER_LEFT


def test_the_successor_gets_one_message_that_says_what_is_due_when(
    session: Session, acme: Cast, tim: User
):
    with_sam(session, acme, "Ada Byron", "Bo Yu")
    task_of_sam(session, acme)

    leave(session, acme, successor_id=tim.id)

    (notice,) = told(session)
    lines = [
        (line["title"], line["words"], line["due_at"] or line["due_on"])
        for line in notice.words["lines"]
    ]
    assert lines == [
        ("Ada Byron · Globex", "Accept or return", "2027-03-01T12:00:00+00:00"),
        ("Bo Yu · Globex", "Accept or return", "2027-03-01T12:00:00+00:00"),
        ("Send it", "a task of Spring launch", "2027-03-03"),
        ("Spring launch", "a plan to look after", None),
    ]
    assert notice.recipient_id == tim.id
    assert told(session, "lead_assigned") == []


def test_the_round_robin_gives_the_leads_in_turn_and_each_gets_one_message(
    session: Session, acme: Cast, tim: User
):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
    leads = with_sam(session, acme, "Ada", "Bo", "Cy", "Di")

    leave(session, acme, leads_to=LeadDestination.ROUND_ROBIN)

    assert [lead.owner_id for lead in leads] == [tim.id, kim.id, tim.id, kim.id]
    assert [(x.recipient_id, x.words["count"]) for x in told(session)] == [(tim.id, 2), (kim.id, 2)]


def test_tasks_need_a_successor_though_leads_go_round(session: Session, acme: Cast, tim: User):
    with_sam(session, acme, "Ada Byron")
    task_of_sam(session, acme)

    with pytest.raises(Refused, match="Choose who takes over what Sam still has to do"):
        leave(session, acme, leads_to=LeadDestination.ROUND_ROBIN)

    assert acme.sam.is_active


def test_tasks_may_go_to_one_person_and_leads_round(session: Session, acme: Cast, tim: User):
    (ada,) = with_sam(session, acme, "Ada Byron")
    task = task_of_sam(session, acme)

    leave(session, acme, leads_to=LeadDestination.ROUND_ROBIN, successor_id=acme.mona.id)

    assert (ada.owner_id, task.owner_id, task.team_id) == (tim.id, acme.mona.id, acme.marketing.id)
    assert [(x.recipient_id, x.words["count"]) for x in told(session)] == [
        (acme.mona.id, 2),
        (tim.id, 1),
    ]


def test_a_task_goes_to_an_owner_of_no_team_and_stays_with_its_team(session: Session, acme: Cast):
    task = task_of_sam(session, acme)

    leave(session, acme, successor_id=acme.olga.id)

    assert (task.owner_id, task.team_id) == (acme.olga.id, acme.sales.id)
    assert told(session) == [], "Olga did it herself"


def test_where_nothing_is_open_nobody_need_be_chosen(session: Session, acme: Cast):
    leave(session, acme)

    assert not acme.sam.is_active
    assert told(session) == []


def test_doing_it_twice_is_doing_it_once(session: Session, acme: Cast, tim: User):
    with_sam(session, acme, "Ada Byron")
    leave(session, acme, successor_id=tim.id)

    leave(session, acme, successor_id=tim.id)

    assert len(told(session)) == 1


def test_who_only_reads_who_left_and_a_stranger_succeed_nobody(session: Session, acme: Cast):
    with_sam(session, acme, "Ada Byron")
    vera = make_user(session, acme.workspace, "Vera", role=Role.VIEWER, team=acme.sales)
    lou = make_user(session, acme.workspace, "Lou", team=acme.sales, is_active=False)

    with pytest.raises(Refused, match="Choose a successor who stays"):
        leave(session, acme, successor_id=lou.id)
    with pytest.raises(NotFound):
        leave(session, acme, successor_id=make_stella(session).id)
    with pytest.raises(Refused, match="Vera cannot own leads here"):
        leave(session, acme, successor_id=vera.id)


def test_where_nobody_else_is_in_sales_the_round_robin_is_refused(session: Session, acme: Cast):
    with_sam(session, acme, "Ada Byron")

    with pytest.raises(Refused, match="Nobody else of the team can own leads"):
        leave(session, acme, leads_to=LeadDestination.ROUND_ROBIN)


def test_a_manager_does_not_deactivate_an_owner(session: Session, acme: Cast):
    with pytest.raises(Forbidden):
        deactivate_and_hand_over(session, acme.olga, Handover(), by=acme.mona, now=TEN)
