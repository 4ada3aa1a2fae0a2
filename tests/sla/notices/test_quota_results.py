"""Who hears of a promise over a period: the team that owes it behind pace, both teams of a miss."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment import db
from alignment.accounts.roles import Side
from alignment.notifications.models import Delivery
from alignment.sla.breaches.excuses.approval import answer_excuse, ask_for_excuse, revoke_excuse
from alignment.sla.breaches.excuses.periods import Period, count_excused_by, propose_period
from alignment.sla.models import Agreement, AgreementVersion, Breach, QuotaPeriod
from alignment.sla.notices.quota_results import why_pace_no_longer_matters
from tests.factories import Cast, make_cast
from tests.sla.lead_histories import berlin
from tests.sla.missed_promises import lea_of
from tests.sla.promised_quotas import APRIL, HALF, LAST_SECOND, hand_over, promise_quotas, swept

DAY = timedelta(days=1)


@pytest.fixture
def here(engine: Engine) -> Cast:
    with db.transaction(engine) as session:
        return make_cast(session)


@pytest.fixture
def version(engine: Engine, here: Cast) -> AgreementVersion:
    """Marketing promises ten leads a month, and hands two off in March."""
    version = promise_quotas(engine, here)
    hand_over(engine, here, 2, at=berlin("10 12:00"))
    return version


def told(engine: Engine, kind: str) -> Sequence[Delivery]:
    with Session(engine) as session:
        wanted = select(Delivery).where(Delivery.kind == kind, col(Delivery.channel) == "email")
        return session.exec(wanted.order_by(col(Delivery.id))).all()


def readers(engine: Engine, kind: str) -> list[int]:
    return sorted(delivery.recipient_id or 0 for delivery in told(engine, kind))


def test_behind_pace_the_lead_of_the_team_that_owes_it_hears_what_should_have_come(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=HALF)

    (letter,) = told(engine, "quota_behind")
    assert letter.recipient_id == here.mona.id
    assert (letter.words["promise"], letter.words["period"]) == ("Leads", "March 2027")
    assert (letter.words["result"], letter.words["expected"]) == ("2 of 10 leads handed off", "5")


def test_a_warning_of_pace_that_waited_until_the_end_is_not_sent(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=HALF)
    swept(engine, now=APRIL)

    (letter,) = told(engine, "quota_behind")
    with Session(engine) as session:
        why = why_pace_no_longer_matters(session, letter, now=APRIL)
    assert why == "The period is over by now."


def test_of_a_miss_both_teams_hear_the_same(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=APRIL)

    assert readers(engine, "quota_missed") == sorted([here.mona.id, here.sam.id])
    words = [letter.words for letter in told(engine, "quota_missed")]
    assert words[0] == words[1]
    assert words[0]["result"] == "2 of 10 leads handed off"


def test_of_a_miss_that_a_granted_period_excuses_nobody_hears(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    with db.transaction(engine) as session:
        period = Period(
            agreement=session.get_one(Agreement, version.agreement_id),
            owed_by=Side.MARKETING,
            from_at=LAST_SECOND - DAY,
            until_at=APRIL,
        )
        asked = propose_period(session, period, reason="Closed", by=here.mona, now=HALF)
        answer_excuse(session, asked, is_granted=True, by=lea_of(here, session), now=HALF)

    swept(engine, now=APRIL)

    assert readers(engine, "quota_missed") == []
    assert breach_of(engine).is_excused


def test_a_period_granted_afterwards_excuses_it_until_it_is_taken_back(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=APRIL)
    with db.transaction(engine) as session:
        period = Period(
            agreement=session.get_one(Agreement, version.agreement_id),
            owed_by=Side.MARKETING,
            from_at=LAST_SECOND - DAY,
            until_at=APRIL,
        )
        assert count_excused_by(session, period) == 1
        asked = propose_period(session, period, reason="Closed", by=here.mona, now=APRIL)
        answer_excuse(session, asked, is_granted=True, by=lea_of(here, session), now=APRIL)
    assert breach_of(engine).is_excused

    with db.transaction(engine) as session:
        revoke_excuse(session, session.merge(asked), by=here.mona, now=APRIL)

    assert not breach_of(engine).is_excused


def test_who_is_asked_to_excuse_it_reads_which_promise_and_period(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=APRIL)
    with db.transaction(engine) as session:
        breach = session.merge(breach_of(engine))
        ask_for_excuse(session, breach, reason="A fair was called off", by=here.mona, now=APRIL)

    (letter,) = told(engine, "excuse_asked")
    assert letter.recipient_id == here.sam.id
    assert (letter.words["lead"], letter.words["promise"]) == ("Leads", "Leads, March 2027")


def test_a_miss_found_after_a_standstill_is_as_late_as_its_period(
    engine: Engine, here: Cast, version: AgreementVersion
) -> None:
    swept(engine, now=APRIL + 9 * DAY)

    assert {letter.due_at for letter in told(engine, "quota_missed")} == {LAST_SECOND}


def breach_of(engine: Engine) -> Breach:
    with Session(engine) as session:
        (breach,) = session.exec(
            select(Breach).join(QuotaPeriod, col(QuotaPeriod.id) == Breach.quota_period_id)
        )
        return breach
