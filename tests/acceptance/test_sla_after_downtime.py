"""Promises are missed while no scheduler runs: the facts are exact, the messages few."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from sqlmodel import Session, col, select

from alignment import db, wiring
from alignment.leads import handoff
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import Breach
from alignment.sla.promises import standard_targets
from alignment.sla.promises.targets import EscalationStep, RecipientRole
from alignment.sla.timers.sweep import sweep_due_timers
from tests.factories import MONDAY_NINE, Cast, make_lead

AN_HOUR = timedelta(hours=1)
TEN = MONDAY_NINE + AN_HOUR
SETTLED = timedelta(minutes=3)


def sign(session: Session, acme: Cast, *steps: EscalationStep) -> None:
    version = lifecycle.draft(
        session,
        NewAgreement(name="Light", marketing=acme.marketing, sales=acme.sales),
        NewVersion(
            targets=(
                replace(standard_targets.accept_or_return(hours=4), steps=steps),
                standard_targets.answer_to_return(hours=8),
            )
        ),
        by=acme.mona,
        now=MONDAY_NINE,
    )
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.sam, now=MONDAY_NINE)


def hand_off_seven(session: Session, acme: Cast) -> None:
    """Each a minute after the other; they are given to Sam, who is the only one there."""
    for number in range(7):
        lead = make_lead(session, acme, f"Lead {number}", company="", arrived_at=MONDAY_NINE)
        at = MONDAY_NINE + timedelta(minutes=number)
        handoff.hand_off(session, lead, by=acme.mona, now=at, owner=None)


def missed_at(engine) -> list[str]:
    with db.read_only_session(engine) as session:
        breaches = session.exec(select(Breach).order_by(col(Breach.due_at)))
        return [f"{one.due_at:%a %H:%M}" for one in breaches]


def test_three_days_without_scheduler_are_one_message_a_person_and_exact_facts(here):
    timeline = here.timeline(
        jobs=[lambda engine, now: sweep_due_timers(engine, now=now)],
        still_matters=wiring.SUPPRESSION_CHECKS,
    )
    with db.transaction(here.engine) as session:
        sign(session, here.acme)
        hand_off_seven(session, here.acme)
    until = MONDAY_NINE + 72 * AN_HOUR
    timeline.stopped(TEN, until)

    timeline.wants("Sam", "^7 leads were given to you", at=MONDAY_NINE + timedelta(minutes=7))
    timeline.wants("Sam", "^What happened while", at=until + SETTLED)
    timeline.wants("Mona", "^What happened while", at=until + SETTLED)

    _, *late = timeline.run(MONDAY_NINE + timedelta(minutes=7), until + AN_HOUR)
    assert all("7 promises were missed" in one.text for one in late)
    assert missed_at(here.engine) == [f"Mon 12:{minute:02}" for minute in range(7)]


def test_a_step_that_nobody_saw_reached_is_told_as_late_as_it_is(here):
    timeline = here.timeline(
        jobs=[lambda engine, now: sweep_due_timers(engine, now=now)],
        still_matters=wiring.SUPPRESSION_CHECKS,
    )
    with db.transaction(here.engine) as session:
        halfway = EscalationStep(
            when=Fraction(1, 2), to=RecipientRole.PERSON, person_id=here.acme.mona.id
        )
        sign(session, here.acme, halfway)
        lead = make_lead(session, here.acme, "Lead 1", company="", arrived_at=MONDAY_NINE)
        handoff.hand_off(session, lead, by=here.acme.mona, now=MONDAY_NINE, owner=here.acme.sam)
    timeline.stopped(TEN, TEN + 2 * AN_HOUR)

    timeline.wants("Sam", "is yours now", at=MONDAY_NINE)
    timeline.wants("Sam", "is due Mon", at=TEN + 2 * AN_HOUR + timedelta(minutes=1))
    timeline.wants("Mona", "Lead 1", at=TEN + 2 * AN_HOUR + SETTLED)

    *_, told = timeline.run(MONDAY_NINE, TEN + 2 * AN_HOUR + timedelta(minutes=10))
    assert "Sent late: the scheduler was stopped from Mon 1 Mar 2027, 10:00 CET" in told.text
