"""Mona sees how far the month has come, and what became of the last one."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.leads.disposition import Disposition, decide
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    accept,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.history.queries import history_of
from alignment.leads.history.recording import undo_event
from alignment.leads.intake import source_id_of
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.promises.quotas import Measure, Per, Progress, Quota, QuotaAttainment
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.quotas.attainment import PeriodAttainment, Rate, attainments
from tests.factories import MONDAY_NINE, Cast, make_cast, make_lead, make_team
from tests.sla.lead_histories import HOUR, berlin
from tests.sla.light_agreement import sign_both

VOLUME = Quota(
    key="volume",
    name="Leads",
    owed_by=Side.MARKETING,
    measure=Measure.VOLUME,
    goal=10,
    per=Per.MONTH,
)
FAIRS = Segment(
    name="Fairs", conditions=(Condition(fact="source", operator=Operator.IN, values=("fair",)),)
)
ACCEPTED = replace(VOLUME, key="accepted", measure=Measure.ACCEPTANCE_RATE, goal=75)
COMPLETE = replace(
    VOLUME,
    key="complete",
    measure=Measure.COMPLETENESS_RATE,
    goal=60,
    required_fields=("name", "phone"),
)
MID_MARCH = berlin("15 09:00")
"""After ten of March 2027's 23 working days; Acme knows no holidays."""


def promised(
    session: Session, acme: Cast, *quotas: Quota, now: datetime = MONDAY_NINE
) -> AgreementVersion:
    version = lifecycle.draft(
        session,
        NewAgreement(name="Leads", marketing=acme.marketing, sales=acme.sales),
        NewVersion(targets=light_agreement(), quotas=quotas),
        by=acme.mona,
        now=now,
    )
    return sign_both(session, acme, version, now=now)


def attained(
    session: Session, version: AgreementVersion, now: datetime = MID_MARCH
) -> list[PeriodAttainment]:
    return attainments(session, session.get_one(Agreement, version.agreement_id), version, now=now)


def handed_off(
    session: Session, acme: Cast, at: datetime, *, source: str = "", **columns: Any
) -> Lead:
    lead = make_lead(session, acme, source_id=source_id_of(session, acme.id, source), **columns)
    hand_off(session, lead, by=acme.mona, now=at, owner=acme.sam)
    return lead


def test_the_month_that_runs_stands_before_the_last_one(session: Session, acme: Cast) -> None:
    version = promised(session, acme, VOLUME)
    for at in (berlin("2027-02-26 12:00"), berlin("01 00:00"), berlin("10 12:00")):
        handed_off(session, acme, at)

    march, february = attained(session, version)

    assert (march.span.first_on, march.span.last_on) == (date(2027, 3, 1), date(2027, 3, 31))
    assert (february.span.first_on, february.span.last_on) == (date(2027, 2, 1), date(2027, 2, 28))
    assert march.result == QuotaAttainment(
        actual=2, goal=10, progress=Progress(gone=Fraction(10), total=23)
    )
    assert february.result == QuotaAttainment(
        actual=1, goal=10, progress=Progress(gone=Fraction(20), total=20)
    )
    assert (march.is_running, february.is_running) == (True, False)
    assert (march.is_reached, february.is_reached) == (False, False)


def test_pace_and_where_it_is_heading_come_by_working_days(session: Session, acme: Cast) -> None:
    version = promised(session, acme, replace(VOLUME, goal=46))
    for _ in range(10):
        handed_off(session, acme, berlin("10 12:00"))

    came = attained(session, version)[0].result

    assert isinstance(came, QuotaAttainment)
    assert came.expected == 20
    assert (came.pace, came.heading_for) == (Fraction(1, 2), Fraction(23))


@pytest.mark.parametrize(
    ("per", "first_on", "last_on", "before"),
    [
        (Per.WEEK, date(2027, 3, 15), date(2027, 3, 21), date(2027, 3, 8)),
        (Per.QUARTER, date(2027, 1, 1), date(2027, 3, 31), date(2026, 10, 1)),
    ],
)
def test_weeks_begin_on_monday_and_quarters_with_the_year(
    session: Session, acme: Cast, per: Per, first_on: date, last_on: date, before: date
) -> None:
    version = promised(session, acme, replace(VOLUME, per=per))

    runs, last = attained(session, version)

    assert (runs.span.first_on, runs.span.last_on) == (first_on, last_on)
    assert last.span.first_on == before


def test_a_month_ends_at_midnight_where_the_team_works(session: Session, acme: Cast) -> None:
    acme.marketing_hours.zone = "America/New_York"
    version = promised(session, acme, VOLUME)
    handed_off(session, acme, berlin("2027-04-01 05:59"))
    handed_off(session, acme, berlin("2027-04-01 06:00"))

    april, march = attained(session, version, berlin("2027-04-02 12:00"))

    assert [x.result.actual for x in (april, march) if isinstance(x.result, QuotaAttainment)] == [
        1,
        1,
    ]


def test_only_the_segments_leads_count(session: Session, acme: Cast) -> None:
    version = promised(session, acme, replace(VOLUME, segment=FAIRS))
    handed_off(session, acme, MONDAY_NINE, source="Fair")
    handed_off(session, acme, MONDAY_NINE, source="Webinar")

    assert came(session, version) == 1


def test_leads_of_an_agreement_with_an_earlier_turn_are_not_ours_while_it_holds(
    session: Session, acme: Cast
) -> None:
    version = promised(session, acme, VOLUME)
    fairs = lifecycle.draft(
        session,
        NewAgreement(
            name="Fairs", marketing=acme.marketing, sales=acme.sales, segment=FAIRS, rank=1
        ),
        NewVersion(targets=light_agreement()),
        by=acme.mona,
        now=MONDAY_NINE,
    )
    sign_both(session, acme, fairs, now=berlin("10 09:00"))
    for at in (berlin("09 12:00"), berlin("10 12:00")):
        handed_off(session, acme, at, source="Fair")
        handed_off(session, acme, at, source="Webinar")

    assert came(session, version) == 3


def test_a_lead_that_was_another_one_does_not_count(session: Session, acme: Cast) -> None:
    version = promised(session, acme, VOLUME)
    handed_off(session, acme, MONDAY_NINE).stage = Stage.MERGED
    session.flush()

    assert came(session, version) == 0


def test_leads_of_another_team_do_not_count(session: Session, acme: Cast) -> None:
    version = promised(session, acme, VOLUME)
    americas = make_team(session, acme.workspace, side=Side.SALES, name="Americas")
    handed_off(session, acme, MONDAY_NINE + HOUR)
    theirs = handed_off(session, acme, MONDAY_NINE + HOUR)
    told(session, theirs).facts = {"sales_team": americas.id}
    session.flush()

    assert came(session, version) == 1


def test_what_was_taken_back_does_not_count(session: Session, acme: Cast) -> None:
    version = promised(session, acme, VOLUME)
    lead = handed_off(session, acme, MONDAY_NINE + HOUR)
    undo_event(session, lead, told(session, lead), by=acme.mona, now=MONDAY_NINE + HOUR)

    assert came(session, version) == 0


def test_value_is_money_of_one_currency_and_tells_what_has_no_price(
    session: Session, acme: Cast
) -> None:
    euros = replace(VOLUME, measure=Measure.VALUE, goal=1_000_00, currency="EUR")
    version = promised(session, acme, euros)
    handed_off(session, acme, MONDAY_NINE, amount_minor=400_00)
    handed_off(session, acme, MONDAY_NINE, amount_minor=700_00)
    handed_off(session, acme, MONDAY_NINE, amount_minor=900_00, currency="USD")
    handed_off(session, acme, MONDAY_NINE)

    march = attained(session, version)[0]

    assert isinstance(march.result, QuotaAttainment)
    assert (march.result.actual, march.left_out, march.is_reached) == (1_100_00, 2, True)


EUROS = replace(VOLUME, key="worth", measure=Measure.VALUE, goal=1_000_00, currency="EUR")


def test_a_lead_that_was_returned_and_fixed_counts_once_and_is_worth_its_amount_once(
    session: Session, acme: Cast
) -> None:
    version = promised(session, acme, VOLUME, EUROS)
    ada = handed_off(session, acme, MONDAY_NINE, amount_minor=1_000_00)
    return_to_marketing(
        session, ada, reason=ReturnReason.INACCURATE_DATA, by=acme.sam, now=MONDAY_NINE + HOUR
    )
    answer_return(session, ada, answer=ReturnAnswer.FIXED, by=acme.mona, now=MONDAY_NINE + 2 * HOUR)

    volume, _, worth, _ = attained(session, version)

    assert [amount(volume), amount(worth)] == [1, 1_000_00]


def test_a_recycled_lead_that_is_handed_off_again_is_another_entry(
    session: Session, acme: Cast
) -> None:
    version = promised(session, acme, VOLUME, EUROS)
    ada = handed_off(session, acme, MONDAY_NINE, amount_minor=1_000_00)
    return_to_marketing(
        session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=MONDAY_NINE + HOUR
    )
    answer_return(
        session, ada, answer=ReturnAnswer.RECYCLED, by=acme.mona, now=MONDAY_NINE + 2 * HOUR
    )
    hand_off(session, ada, by=acme.mona, now=MONDAY_NINE + 3 * HOUR, owner=acme.sam)

    volume, _, worth, _ = attained(session, version)

    assert [amount(volume), amount(worth)] == [2, 2_000_00]


def test_accepted_is_told_of_those_decided_and_the_others_stand_apart(
    session: Session, acme: Cast
) -> None:
    version = promised(session, acme, ACCEPTED)
    leads = [handed_off(session, acme, MONDAY_NINE) for _ in range(4)]
    for lead in leads[:2]:
        accept(session, lead, by=acme.sam, now=MONDAY_NINE + HOUR)
    why = ReturnReason.NO_FIT
    return_to_marketing(session, leads[2], reason=why, by=acme.sam, now=MONDAY_NINE + HOUR)

    march, february = attained(session, version)

    assert (march.result, march.left_out, march.is_reached) == (Rate(part=2, whole=3), 1, False)
    assert (february.result, february.is_reached) == (Rate(part=0, whole=0), None)


def test_opportunities_are_told_of_all_handed_off(session: Session, acme: Cast) -> None:
    quota = replace(VOLUME, measure=Measure.OPPORTUNITY_RATE, goal=50)
    version = promised(session, acme, quota)
    leads = [handed_off(session, acme, MONDAY_NINE) for _ in range(2)]
    accept(session, leads[0], by=acme.sam, now=MONDAY_NINE + HOUR)
    decide(
        session, leads[0], outcome=Disposition.QUALIFIED, by=acme.sam, now=MONDAY_NINE + 2 * HOUR
    )

    march = attained(session, version)[0]

    assert (march.result, march.is_reached) == (Rate(part=1, whole=2), True)


def test_a_lead_is_complete_by_what_was_known_at_its_handoff(session: Session, acme: Cast) -> None:
    version = promised(session, acme, COMPLETE)
    handed_off(session, acme, MONDAY_NINE, phone="+49 30 1234")
    handed_off(session, acme, MONDAY_NINE + HOUR).phone = "+49 30 5678"

    march = attained(session, version)[0]

    assert (march.result, march.is_reached) == (Rate(part=1, whole=2), False)


def test_a_period_that_began_under_another_version_is_not_whole(
    session: Session, acme: Cast
) -> None:
    version = promised(session, acme, VOLUME, now=MONDAY_NINE)

    march, february = attained(session, version)
    april = attained(session, version, MID_MARCH + timedelta(days=30))[0]

    assert [x.is_whole for x in (february, march, april)] == [False, False, True]


def test_leads_of_another_workspace_do_not_count(session: Session, acme: Cast) -> None:
    version = promised(session, acme, VOLUME)
    handed_off(session, make_cast(session, name="Umbrella"), MONDAY_NINE)

    assert came(session, version) == 0


def came(session: Session, version: AgreementVersion) -> int:
    return amount(attained(session, version)[0])


def amount(found: PeriodAttainment) -> int:
    assert isinstance(found.result, QuotaAttainment)
    return found.result.actual


def told(session: Session, lead: Lead) -> LeadEvent:
    [line] = history_of(session, lead)
    return line
