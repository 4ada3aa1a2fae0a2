"""What somebody who is about to leave still has to do."""

from datetime import date, timedelta

from sqlmodel import Session

from alignment.leads import handoff
from alignment.leads.handoff import ReturnReason
from alignment.offboarding.open_work import open_work_of
from alignment.plans import planning, tasks
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.light_agreement import in_force


def test_what_is_open_is_shown_with_what_is_due_first(session: Session, acme: Cast):
    in_force(session, acme)
    ada = make_lead(session, acme)
    handoff.hand_off(session, ada, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    new = NewPlan(name="Spring launch", owner_id=acme.sam.id)
    plan = planning.start_plan(session, new, by=acme.mona, now=MONDAY_NINE)
    part = NewTask(title="Send it", owner_id=acme.sam.id, due_on=date(2027, 3, 3))
    task = tasks.add_task(session, plan, part, by=acme.mona, now=MONDAY_NINE)

    work = open_work_of(session, acme.sam)

    assert (list(work.leads), list(work.plans)) == ([ada], [plan])
    assert work.due_first[ada.id].promise == "Accept or return"
    assert [line.task for line in work.tasks] == [task]


def test_what_is_over_or_somebody_elses_is_not_shown(session: Session, acme: Cast):
    in_force(session, acme)
    ada, bo = make_lead(session, acme), make_lead(session, acme, "Bo Yu")
    for lead in (ada, bo):
        handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    ten = MONDAY_NINE + timedelta(hours=1)
    why = ReturnReason.NO_FIT
    handoff.return_to_marketing(session, ada, reason=why, by=acme.sam, now=ten)

    assert [lead.name for lead in open_work_of(session, acme.sam).leads] == ["Bo Yu"]
    monas = open_work_of(session, acme.mona)
    assert not monas.is_any
    assert [clock.lead for clock in monas.answers] == [ada]
    assert not open_work_of(session, acme.olga).is_any
