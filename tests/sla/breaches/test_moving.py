"""One missed promise has one due instant: where a merge moves that of the clock, the breach goes
along, and excuses and numbers speak of the same one.
"""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.leads.duplicates.merging import merge, undo_merge
from alignment.leads.handoff import hand_off
from alignment.leads.models import Lead
from alignment.sla.breaches.causes import record_cause
from alignment.sla.breaches.excuses.approval import answer_excuse, excuse_breach
from alignment.sla.breaches.excuses.periods import Period, propose_period
from alignment.sla.breaches.queries import count_kept_between
from alignment.sla.models import Agreement, AgreementVersion, Breach, Cause
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, clock, in_force, journal
from tests.sla.missed_promises import lea_of

HOUR = timedelta(hours=1)
TEN, ONE, TWO, THREE = (berlin(f"2027-03-01 {hour}:00") for hour in (10, 13, 14, 15))


@pytest.fixture
def version(session: Session, acme: Cast) -> AgreementVersion:
    return in_force(session, acme)


@pytest.fixture
def ada(session: Session, acme: Cast, version: AgreementVersion) -> Lead:
    """Handed off at ten, to be accepted by two, and missed."""
    lead = make_lead(session, acme, "Ada Byron")
    hand_off(session, lead, by=acme.mona, now=TEN, owner=acme.sam)
    refresh_leads(session, acme.id, [lead.id], now=THREE)
    return lead


@pytest.fixture
def twin(session: Session, acme: Cast, version: AgreementVersion) -> Lead:
    """The same person, handed off at nine already."""
    lead = make_lead(session, acme, "A. Byron")
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return lead


def standing(session: Session, lead: Lead) -> Breach:
    (found,) = (x for x in breaches(session) if x.lead_id == lead.id and x.withdrawn_at is None)
    return found


def excuse_period(
    session: Session, acme: Cast, version: AgreementVersion, *, from_at: datetime
) -> None:
    agreement = session.get_one(Agreement, version.agreement_id)
    period = Period(
        agreement=agreement, owed_by=Side.SALES, from_at=from_at, until_at=from_at + HOUR / 2
    )
    asked = propose_period(session, period, reason="Outage", by=acme.mona, now=THREE)
    answer_excuse(session, asked, is_granted=True, by=lea_of(acme, session), now=THREE)


def test_after_a_merge_breach_and_clock_are_due_at_one_instant(
    session: Session, acme: Cast, ada: Lead, twin: Lead
) -> None:
    breach = standing(session, ada)

    merge(session, twin, into=ada, by=acme.mona, now=THREE)

    assert clock(session, ada, "accept_or_return").due_at == ONE
    assert (standing(session, ada).id, breach.due_at) == (breach.id, ONE)
    (moved,) = journal(session, "breach_moved")
    assert (moved.facts["was_due_at"], moved.facts["due_at"]) == (TWO.isoformat(), ONE.isoformat())


def test_when_the_merge_is_undone_the_breach_goes_back(
    session: Session, acme: Cast, ada: Lead, twin: Lead
) -> None:
    merge(session, twin, into=ada, by=acme.mona, now=THREE)

    undo_merge(session, twin, by=acme.mona, now=THREE)

    assert standing(session, ada).due_at == TWO
    assert clock(session, ada, "accept_or_return").due_at == TWO


def test_cause_and_excuse_of_the_missed_promise_stay(
    session: Session, acme: Cast, ada: Lead, twin: Lead
) -> None:
    breach = standing(session, ada)
    record_cause(session, breach, Cause.DEFINITION, by=acme.sam, now=THREE)
    excuse_breach(session, breach, reason="A fair", by=acme.mona, now=THREE)

    merge(session, twin, into=ada, by=acme.mona, now=THREE)

    assert (breach.due_at, breach.cause, breach.is_excused) == (ONE, Cause.DEFINITION, True)


@pytest.mark.parametrize(("from_at", "is_excused"), [(ONE, True), (TWO, False)])
def test_a_period_excuses_what_was_due_in_it_by_the_instant_that_numbers_count_by(
    session: Session,
    acme: Cast,
    version: AgreementVersion,
    ada: Lead,
    twin: Lead,
    from_at: datetime,
    is_excused: bool,
) -> None:
    excuse_period(session, acme, version, from_at=from_at)

    merge(session, twin, into=ada, by=acme.mona, now=THREE)

    kept = count_kept_between(session, acme.sam, Side.SALES, start=ONE, end=ONE + HOUR / 2)
    assert standing(session, ada).is_excused is is_excused
    assert (kept.due, kept.excused) == (1, int(is_excused))
