"""Somebody leaves: what is open goes to others in the same transaction."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.errors import Forbidden, NotFound, Refused
from alignment.leads import handoff, routing
from alignment.leads.bulk.inheritance import OWNER_LEFT
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import accept
from alignment.leads.history.queries import handoffs_of, history_of
from alignment.leads.history.recording import undo_event
from alignment.leads.models import Lead, Stage
from alignment.leads.owing_teams import owes
from alignment.leads.touches import record_touch
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
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead, make_stella, make_user
from tests.sla.light_agreement import breaches, clock, in_force

HALF_AN_HOUR = timedelta(minutes=30)
TEN, ELEVEN = MONDAY_NINE + timedelta(hours=1), MONDAY_NINE + timedelta(hours=2)


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


def queue_of_sam(session: Session, acme: Cast, *names: str) -> list[Lead]:
    leads = with_sam(session, acme, *names)
    leave(session, acme, leads_to=LeadDestination.QUEUE)
    return leads


def test_back_to_the_queue_nobody_owns_the_leads_and_their_clocks_go_on_for_the_team(
    session: Session, acme: Cast, tim: User
):
    ada, bo = queue_of_sam(session, acme, "Ada Byron", "Bo Yu")

    assert not acme.sam.is_active
    assert [lead.owner_id for lead in (ada, bo)] == [None, None]
    assert [lead.stage for lead in (ada, bo)] == [Stage.HANDED_OFF, Stage.HANDED_OFF]
    timer = clock(session, ada, "first_touch")
    assert (timer.owner_id, timer.state, timer.started_at) == (
        None,
        TimerState.RUNNING,
        MONDAY_NINE,
    )
    line = history_of(session, ada)[-1]
    assert (line.kind, line.by_id, line.reason) == (EventKind.RELEASED, acme.olga.id, OWNER_LEFT)
    assert [handoffs_of(session, ada)[0].owner_id, owes(session, ada, tim)] == [None, True]


def test_the_team_is_told_once_of_all_that_waits_in_its_queue(
    session: Session, acme: Cast, tim: User
):
    lia = make_user(session, acme.workspace, "Lia", team=acme.sales, is_team_lead=True)

    queue_of_sam(session, acme, "Ada Byron", "Bo Yu")

    (notice,) = told(session, "leads_queued")
    words = notice.words
    assert (notice.recipient_id, words["count"], words["team"]) == (lia.id, 2, "Sales")
    assert [line["due_at"] for line in notice.words["lines"]] == ["2027-03-01T12:00:00+00:00"] * 2
    assert told(session) == told(session, "lead_assigned") == []


def test_where_whoever_did_it_leads_the_team_alone_the_others_are_told(
    session: Session, acme: Cast, tim: User
):
    lia = make_user(
        session,
        acme.workspace,
        "Lia",
        role=Role.MANAGER,
        team=acme.sales,
        is_team_lead=True,
    )
    with_sam(session, acme, "Ada Byron")

    wish = Handover(leads_to=LeadDestination.QUEUE)
    deactivate_and_hand_over(session, acme.sam, wish, by=lia, now=TEN)

    assert [notice.recipient_id for notice in told(session, "leads_queued")] == [tim.id]


def test_anybody_of_the_team_takes_a_lead_from_the_queue_and_has_its_clock(
    session: Session, acme: Cast, tim: User
):
    (ada,) = queue_of_sam(session, acme, "Ada Byron")

    routing.give(session, ada, owner=tim, by=tim, now=ELEVEN)

    assert (ada.owner_id, clock(session, ada, "first_touch").owner_id) == (tim.id, tim.id)


def test_what_is_missed_in_the_queue_is_charged_to_nobody_by_name(
    session: Session, acme: Cast, tim: User
):
    (ada,) = queue_of_sam(session, acme, "Ada Byron")
    three = MONDAY_NINE + timedelta(hours=6)

    refresh_leads(session, acme.id, [ada.id], now=three)
    accept(session, ada, by=tim, now=three)

    (breach,) = breaches(session)
    assert (breach.owner_id, clock(session, ada, "accept_or_return").owner_id) == (None, None)


def test_before_it_went_into_the_queue_it_was_sams(session: Session, acme: Cast, tim: User):
    (ada,) = with_sam(session, acme, "Ada Byron")
    record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=MONDAY_NINE + HALF_AN_HOUR)

    leave(session, acme, leads_to=LeadDestination.QUEUE)

    assert handoffs_of(session, ada)[0].owner_id == acme.sam.id
    assert clock(session, ada, "first_touch").owner_id == acme.sam.id
    assert clock(session, ada, "accept_or_return").owner_id is None


def test_into_the_queue_leads_go_and_tasks_to_a_successor(session: Session, acme: Cast, tim: User):
    (ada,) = with_sam(session, acme, "Ada Byron")
    task = task_of_sam(session, acme)

    with pytest.raises(Refused, match="Choose who takes over what Sam still has to do"):
        leave(session, acme, leads_to=LeadDestination.QUEUE)
    leave(session, acme, leads_to=LeadDestination.QUEUE, successor_id=tim.id)

    assert (ada.owner_id, task.owner_id) == (None, tim.id)
    assert [(x.recipient_id, x.words["count"]) for x in told(session)] == [(tim.id, 2)]
    assert [x.words["count"] for x in told(session, "leads_queued")] == [1]


def test_a_successor_who_gets_nothing_hears_nothing(session: Session, acme: Cast, tim: User):
    with_sam(session, acme, "Ada Byron")

    leave(session, acme, leads_to=LeadDestination.QUEUE, successor_id=tim.id)

    assert told(session) == []


def test_what_went_into_the_queue_is_not_taken_back_but_given(
    session: Session, acme: Cast, tim: User
):
    (ada,) = queue_of_sam(session, acme, "Ada Byron")
    line = history_of(session, ada)[-1]

    with pytest.raises(Refused, match="Give the lead to somebody instead"):
        undo_event(session, ada, line, by=acme.olga, now=TEN)
