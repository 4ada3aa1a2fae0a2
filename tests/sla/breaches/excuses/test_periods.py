"""An outage or a day off: one team proposes, the other consents, and all of it is set aside."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.sla.breaches.excuses.approval import (
    answer_excuse,
    answering_side,
    excuse_breach,
    revoke_excuse,
)
from alignment.sla.breaches.excuses.periods import Period, count_excused_by, propose_period
from alignment.sla.models import Agreement, AgreementVersion, Excuse
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import Cast, make_cast
from tests.sla.escalating_agreement import told
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, in_force, journal
from tests.sla.missed_promises import ONE_OCLOCK, TWO_OCLOCK, given, lea_of, noticed

NOON, EVENING = berlin("2027-03-01 12:00"), berlin("2027-03-01 18:00")
THURSDAY = berlin("2027-03-04 10:00")


def outage(
    session: Session,
    version: AgreementVersion,
    *,
    owed_by: Side = Side.SALES,
    from_at: datetime = NOON,
    until_at: datetime = EVENING,
) -> Period:
    agreement = session.get_one(Agreement, version.agreement_id)
    return Period(agreement=agreement, owed_by=owed_by, from_at=from_at, until_at=until_at)


def excused(session: Session) -> list[bool]:
    return [breach.is_excused for breach in breaches(session)]


@pytest.fixture
def three_missed(session: Session, acme: Cast) -> AgreementVersion:
    """Three leads that sales had to accept by one on Monday; nobody did."""
    version = in_force(session, acme)
    for name in ("Ada", "Bo", "Cy"):
        noticed(session, given(session, acme, name))
    return version


def test_nothing_is_excused_before_the_other_team_consents(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    lea = lea_of(acme, session)
    period = outage(session, three_missed)
    assert count_excused_by(session, period) == 3

    asked = propose_period(session, period, reason="The phones were down", by=lea, now=THURSDAY)
    assert excused(session) == [False] * 3
    answer_excuse(session, asked, is_granted=True, by=acme.mona, now=THURSDAY)

    assert excused(session) == [True] * 3
    assert count_excused_by(session, period) == 0


def test_what_is_noticed_later_is_excused_from_the_start(session: Session, acme: Cast):
    version = in_force(session, acme)
    lead = given(session, acme)
    granted(session, acme, outage(session, version))

    breach = noticed(session, lead, now=TWO_OCLOCK)

    assert breach.is_excused


def test_of_what_is_excused_from_the_start_nobody_is_told(session: Session, acme: Cast):
    version = in_force(session, acme)
    lead = given(session, acme)
    period = granted(session, acme, outage(session, version))

    noticed(session, lead, now=TWO_OCLOCK)
    revoke_excuse(session, period, by=acme.mona, now=THURSDAY)
    refresh_leads(session, acme.id, [lead.id], now=THURSDAY)

    missed_first = [
        x for x in told(session, "timer_breached") if x.words["due_at"] == ONE_OCLOCK.isoformat()
    ]
    assert missed_first == []
    (fact,) = [
        x for x in journal(session, "timer_breached") if x.facts["due_at"] == ONE_OCLOCK.isoformat()
    ]
    assert fact.facts["is_excused"] is True


def granted(session: Session, acme: Cast, period: Period) -> Excuse:
    asked = propose_period(session, period, reason="Outage", by=acme.mona, now=TWO_OCLOCK)
    answer_excuse(session, asked, is_granted=True, by=lea_of(acme, session), now=TWO_OCLOCK)
    return asked


@pytest.mark.parametrize(
    ("from_at", "until_at", "is_covered"),
    [
        pytest.param(ONE_OCLOCK, EVENING, True, id="from the due instant on"),
        pytest.param(ONE_OCLOCK + timedelta(seconds=1), EVENING, False, id="begins after it"),
        pytest.param(NOON, ONE_OCLOCK, False, id="ends at it"),
        pytest.param(NOON, ONE_OCLOCK + timedelta(seconds=1), True, id="ends after it"),
    ],
)
@pytest.mark.parametrize("is_known_before", [True, False])
def test_a_period_is_half_open(
    session: Session,
    acme: Cast,
    from_at: datetime,
    until_at: datetime,
    is_covered: bool,
    is_known_before: bool,
):
    period = outage(session, in_force(session, acme), from_at=from_at, until_at=until_at)
    lead = given(session, acme)
    if is_known_before:
        noticed(session, lead)

    granted(session, acme, period)

    assert noticed(session, lead).is_excused is is_covered


def test_the_other_side_is_not_excused_by_it(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    granted(session, acme, outage(session, three_missed, owed_by=Side.MARKETING))

    assert excused(session) == [False] * 3


def test_another_agreement_is_not_excused_by_it(session: Session, acme: Cast):
    version = in_force(session, acme)
    lead = given(session, acme)
    beta = make_cast(session, name="Beta")
    granted(session, beta, outage(session, in_force(session, beta)))

    assert not noticed(session, lead).is_excused
    assert count_excused_by(session, outage(session, version)) == 1


def test_taking_it_back_restores_what_no_other_excuse_holds(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    own = breaches(session)[0]
    excuse_breach(session, own, reason="Seen", by=acme.mona, now=TWO_OCLOCK)
    given_back = granted(session, acme, outage(session, three_missed))
    assert excused(session) == [True] * 3

    revoke_excuse(session, given_back, by=acme.mona, now=THURSDAY)

    assert excused(session) == [True, False, False]


def test_a_single_one_taken_back_stays_excused_within_a_period(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    own = breaches(session)[0]
    single = excuse_breach(session, own, reason="Seen", by=acme.mona, now=TWO_OCLOCK)
    granted(session, acme, outage(session, three_missed))

    revoke_excuse(session, single, by=acme.mona, now=THURSDAY)

    assert excused(session) == [True] * 3


def test_a_member_who_may_not_sign_neither_proposes_nor_consents(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    period = outage(session, three_missed)
    with pytest.raises(Refused, match="may sign agreements"):
        propose_period(session, period, reason="Outage", by=acme.sam, now=TWO_OCLOCK)
    asked = propose_period(session, period, reason="Outage", by=acme.mona, now=TWO_OCLOCK)

    with pytest.raises(Refused, match="Sales has to answer"):
        answer_excuse(session, asked, is_granted=True, by=acme.sam, now=TWO_OCLOCK)


def test_who_proposed_does_not_consent(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    asked = propose_period(
        session, outage(session, three_missed), reason="Off", by=acme.mona, now=TWO_OCLOCK
    )

    assert answering_side(session, asked) is Side.SALES
    with pytest.raises(Refused, match="Sales has to answer"):
        answer_excuse(session, asked, is_granted=True, by=acme.mona, now=TWO_OCLOCK)


def test_who_is_of_neither_team_does_not_propose(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    with pytest.raises(Refused, match="Only members of the two teams"):
        propose_period(
            session, outage(session, three_missed), reason="Off", by=acme.olga, now=TWO_OCLOCK
        )


@pytest.mark.parametrize(
    ("until_at", "sentence"),
    [
        (NOON, "ends before it begins"),
        (NOON + timedelta(days=92, seconds=1), "92 days at most"),
    ],
)
def test_a_period_is_neither_empty_nor_endless(
    session: Session, acme: Cast, until_at: datetime, sentence: str
):
    version = in_force(session, acme)

    with pytest.raises(Refused, match=sentence):
        outage(session, version, until_at=until_at)


def test_a_breach_written_while_somebody_consents_is_not_forgotten(engine: Engine):
    with db.transaction(engine) as session:
        acme = make_cast(session)
        version = in_force(session, acme)
        lead = given(session, acme)
        lea = lea_of(acme, session)
        period = outage(session, version)
        asked = propose_period(session, period, reason="Outage", by=acme.mona, now=TWO_OCLOCK)

    with db.transaction(engine) as session:
        answer_excuse(
            session, session.get_one(Excuse, asked.id), is_granted=True, by=lea, now=TWO_OCLOCK
        )
        beside = threading.Thread(target=sweep_one, args=(engine, lead.id, acme.id))
        beside.start()
        beside.join(timeout=0.5)
    beside.join(timeout=30)

    with db.read_only_session(engine) as session:
        assert excused(session) == [True]


def sweep_one(engine: Engine, lead_id: int, workspace_id: int) -> None:
    with db.transaction(engine) as session:
        refresh_leads(session, workspace_id, [lead_id], now=TWO_OCLOCK)
