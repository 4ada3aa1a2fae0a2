"""An outage or a day off: one team proposes, the other consents, and all of it is set aside."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.sla.excused_periods import Period, propose, would_excuse
from alignment.sla.excuses import answer, answering_side, excuse, take_back
from alignment.sla.models import Agreement, AgreementVersion, Excuse
from alignment.sla.tracking import read_leads
from tests.factories import Cast, make_cast
from tests.sla.ladders import told
from tests.sla.missed import ONE, TWO, given, lea_of, noticed
from tests.sla.promised import breaches, in_force, journal
from tests.sla.stories import berlin

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
    assert would_excuse(session, period) == 3

    asked = propose(session, period, reason="The phones were down", by=lea, now=THURSDAY)
    assert excused(session) == [False] * 3
    answer(session, asked, is_granted=True, by=acme.mona, now=THURSDAY)

    assert excused(session) == [True] * 3
    assert would_excuse(session, period) == 0


def test_what_is_noticed_later_is_excused_from_the_start(session: Session, acme: Cast):
    version = in_force(session, acme)
    lead = given(session, acme)
    granted(session, acme, outage(session, version))

    breach = noticed(session, lead, now=TWO)

    assert breach.is_excused


def test_of_what_is_excused_from_the_start_nobody_is_told(session: Session, acme: Cast):
    version = in_force(session, acme)
    lead = given(session, acme)
    period = granted(session, acme, outage(session, version))

    noticed(session, lead, now=TWO)
    take_back(session, period, by=acme.mona, now=THURSDAY)
    read_leads(session, acme.id, [lead.id], now=THURSDAY)

    missed_first = [
        x for x in told(session, "timer_breached") if x.words["due_at"] == ONE.isoformat()
    ]
    assert missed_first == []
    (fact,) = [
        x for x in journal(session, "timer_breached") if x.facts["due_at"] == ONE.isoformat()
    ]
    assert fact.facts["is_excused"] is True


def granted(session: Session, acme: Cast, period: Period) -> Excuse:
    asked = propose(session, period, reason="Outage", by=acme.mona, now=TWO)
    answer(session, asked, is_granted=True, by=lea_of(acme, session), now=TWO)
    return asked


@pytest.mark.parametrize(
    ("from_at", "until_at", "is_covered"),
    [
        pytest.param(ONE, EVENING, True, id="from the due instant on"),
        pytest.param(ONE + timedelta(seconds=1), EVENING, False, id="begins after it"),
        pytest.param(NOON, ONE, False, id="ends at it"),
        pytest.param(NOON, ONE + timedelta(seconds=1), True, id="ends after it"),
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
    assert would_excuse(session, outage(session, version)) == 1


def test_taking_it_back_restores_what_no_other_excuse_holds(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    own = breaches(session)[0]
    excuse(session, own, reason="Seen", by=acme.mona, now=TWO)
    given_back = granted(session, acme, outage(session, three_missed))
    assert excused(session) == [True] * 3

    take_back(session, given_back, by=acme.mona, now=THURSDAY)

    assert excused(session) == [True, False, False]


def test_a_single_one_taken_back_stays_excused_within_a_period(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    own = breaches(session)[0]
    single = excuse(session, own, reason="Seen", by=acme.mona, now=TWO)
    granted(session, acme, outage(session, three_missed))

    take_back(session, single, by=acme.mona, now=THURSDAY)

    assert excused(session) == [True] * 3


def test_a_member_who_may_not_sign_neither_proposes_nor_consents(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    period = outage(session, three_missed)
    with pytest.raises(Refused, match="may sign agreements"):
        propose(session, period, reason="Outage", by=acme.sam, now=TWO)
    asked = propose(session, period, reason="Outage", by=acme.mona, now=TWO)

    with pytest.raises(Refused, match="Sales has to answer"):
        answer(session, asked, is_granted=True, by=acme.sam, now=TWO)


def test_who_proposed_does_not_consent(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    asked = propose(session, outage(session, three_missed), reason="Off", by=acme.mona, now=TWO)

    assert answering_side(session, asked) is Side.SALES
    with pytest.raises(Refused, match="Sales has to answer"):
        answer(session, asked, is_granted=True, by=acme.mona, now=TWO)


def test_who_is_of_neither_team_does_not_propose(
    session: Session, acme: Cast, three_missed: AgreementVersion
):
    with pytest.raises(Refused, match="Only members of the two teams"):
        propose(session, outage(session, three_missed), reason="Off", by=acme.olga, now=TWO)


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
        asked = propose(session, period, reason="Outage", by=acme.mona, now=TWO)

    with db.transaction(engine) as session:
        answer(session, session.get_one(Excuse, asked.id), is_granted=True, by=lea, now=TWO)
        beside = threading.Thread(target=sweep_one, args=(engine, lead.id, acme.id))
        beside.start()
        beside.join(timeout=0.5)
    beside.join(timeout=30)

    with db.reading(engine) as session:
        assert excused(session) == [True]


def sweep_one(engine: Engine, lead_id: int, workspace_id: int) -> None:
    with db.transaction(engine) as session:
        read_leads(session, workspace_id, [lead_id], now=TWO)
