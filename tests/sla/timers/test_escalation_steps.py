"""Each step of a ladder is kept once and told once, and of several only the latest is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import Engine
from sqlmodel import Session, select

from alignment import db
from alignment.accounts.roles import Role, Side
from alignment.leads.handoff import accept
from alignment.sla.breaches.excuses.approval import answer_excuse, revoke_excuse
from alignment.sla.breaches.excuses.periods import Period, propose_period
from alignment.sla.models import Agreement, Escalation
from alignment.sla.promises.targets import EscalationStep, RecipientRole
from alignment.sla.timers.sweep import sweep_due_timers
from tests.factories import MONDAY_NINE, Cast, make_cast, make_user
from tests.sla.escalating_agreement import after, handed_off, look, promise, readers, steps, told
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import journal

HALF_WAY, ONE = berlin("2027-03-01 11:00"), berlin("2027-03-01 13:00")
PAST_ONE, FIVE = berlin("2027-03-01 13:01"), berlin("2027-03-01 17:00")
TUESDAY_ONE = berlin("2027-03-02 13:00")
MINUTE = timedelta(minutes=1)

HALF = EscalationStep(when=Fraction(1, 2), to=RecipientRole.OWNER)
AT_FIVE = after(4, RecipientRole.OWNER)
ON_TUESDAY = after(8, RecipientRole.BOTH_LEADS)


def test_a_step_before_due_is_reached_in_open_time(session: Session, acme: Cast):
    promise(session, acme, HALF)
    ada = handed_off(session, acme)

    look(session, ada, HALF_WAY - MINUTE)
    assert steps(session) == []
    look(session, ada, HALF_WAY)

    assert [(x.step, x.reached_at) for x in steps(session)] == [(HALF.identity, HALF_WAY)]
    assert readers(session, "timer_escalated") == {acme.sam.id}


def test_a_step_after_due_is_reached_in_open_time(session: Session, acme: Cast):
    promise(session, acme, ON_TUESDAY)
    ada = handed_off(session, acme)

    look(session, ada, PAST_ONE, TUESDAY_ONE - MINUTE)
    assert steps(session) == []
    look(session, ada, TUESDAY_ONE)

    assert [x.reached_at for x in steps(session)] == [TUESDAY_ONE]


def test_however_often_somebody_looks_a_step_is_told_once(session: Session, acme: Cast):
    promise(session, acme, AT_FIVE)
    ada = handed_off(session, acme)

    look(session, ada, PAST_ONE, FIVE, FIVE, FIVE + MINUTE)

    assert len(told(session, "timer_escalated")) == 1
    assert [entry.facts["step"] for entry in journal(session, "escalation_step_reached")] == [
        AT_FIVE.identity
    ]


def test_of_several_found_at_once_only_the_latest_is_told(session: Session, acme: Cast):
    promise(session, acme, HALF, AT_FIVE, ON_TUESDAY)
    ada = handed_off(session, acme)

    look(session, ada, TUESDAY_ONE + MINUTE)

    assert [x.is_superseded for x in steps(session)] == [True, True, False]
    assert len(journal(session, "escalation_step_reached")) == 1


def test_who_is_told_of_the_miss_at_that_moment_is_not_told_of_the_step(
    session: Session, acme: Cast
):
    acme.sam.manager_id = acme.olga.id
    promise(session, acme, AT_FIVE, after(4, RecipientRole.OWNERS_MANAGER))
    ada = handed_off(session, acme)

    look(session, ada, FIVE)

    assert readers(session, "timer_breached") == {acme.sam.id, acme.mona.id}
    assert readers(session, "timer_escalated") == {acme.olga.id}


def test_a_step_before_due_that_is_found_with_the_miss_is_not_told(session: Session, acme: Cast):
    promise(session, acme, HALF)
    ada = handed_off(session, acme)

    look(session, ada, PAST_ONE)

    assert [x.is_superseded for x in steps(session)] == [True]
    assert told(session, "timer_escalated") == told(session, "timer_warned") == []


def test_what_is_done_climbs_no_further(session: Session, acme: Cast):
    promise(session, acme, AT_FIVE, ON_TUESDAY)
    ada = handed_off(session, acme)
    look(session, ada, PAST_ONE, FIVE)

    accept(session, ada, by=acme.sam, now=FIVE)
    look(session, ada, TUESDAY_ONE)

    assert [x.step for x in steps(session)] == [AT_FIVE.identity]


def test_a_step_that_passed_before_it_was_done_is_kept_and_tells_nobody(
    session: Session, acme: Cast
):
    promise(session, acme, HALF)
    ada = handed_off(session, acme)

    accept(session, ada, by=acme.sam, now=ONE)

    assert [x.is_superseded for x in steps(session)] == [True]
    assert told(session, "timer_escalated") == []


def test_four_sweeps_at_once_climb_each_step_once(engine: Engine):
    with db.transaction(engine) as session:
        acme = make_cast(session)
        promise(session, acme, AT_FIVE, after(4, RecipientRole.BOTH_LEADS))
        for number in range(20):
            handed_off(session, acme, f"Lead {number}")
    sweep_due_timers(engine, now=PAST_ONE)

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda _: sweep_due_timers(engine, now=FIVE), range(4)))

    with Session(engine) as session:
        climbed = session.exec(select(Escalation.timer_id, Escalation.step)).all()
        assert len(climbed) == len(set(climbed)) == 20 * 2
        assert len(told(session, "timer_escalated")) == 20 * len({acme.sam.id, acme.mona.id})


def test_a_row_that_another_sweep_wrote_first_is_not_told_again(session: Session, acme: Cast):
    promise(session, acme, AT_FIVE)
    ada = handed_off(session, acme)
    look(session, ada, PAST_ONE)
    (timer_id,) = {entry.facts["timer_id"] for entry in journal(session, "timer_breached")}
    session.add(
        Escalation(
            workspace_id=acme.id,
            timer_id=timer_id,
            step=AT_FIVE.identity,
            reached_at=FIVE,
            noticed_at=FIVE,
        )
    )
    session.flush()

    look(session, ada, FIVE + MINUTE)

    assert told(session, "timer_escalated") == []


def test_the_ladder_of_what_is_excused_stands_still_and_goes_on_when_that_is_taken_back(
    session: Session, acme: Cast
):
    promise(session, acme, after(0, RecipientRole.OWNER), after(4, RecipientRole.BOTH_LEADS))
    ada = handed_off(session, acme)
    agreement = session.exec(select(Agreement)).one()
    sales = Side.SALES
    period = Period(agreement=agreement, owed_by=sales, from_at=MONDAY_NINE, until_at=FIVE)
    lea = make_user(
        session, acme.workspace, "Lea", role=Role.MANAGER, team=acme.sales, is_team_lead=True
    )
    outage = propose_period(session, period, reason="Outage", by=acme.mona, now=MONDAY_NINE)
    answer_excuse(session, outage, is_granted=True, by=lea, now=MONDAY_NINE)

    look(session, ada, PAST_ONE, FIVE, FIVE + MINUTE)
    assert (steps(session), told(session, "timer_escalated")) == ([], [])
    revoke_excuse(session, outage, by=acme.mona, now=FIVE + 2 * MINUTE)
    look(session, ada, FIVE + 3 * MINUTE)

    assert [x.is_superseded for x in steps(session)] == [True, False]
    assert readers(session, "timer_escalated") == {acme.mona.id, lea.id}
