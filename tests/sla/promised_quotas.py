"""Acme's promises over a period, and short ways to what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment import db
from alignment.accounts.roles import Side
from alignment.leads.handoff import hand_off
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import AgreementVersion, QuotaPeriod
from alignment.sla.promises.quotas import Measure, Per, Quota
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.quotas.sweep import sweep_quota_periods
from tests.factories import Cast, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import sign_both

SIGNED = berlin("2027-02-15 09:00")
"""Both teams have signed; the first whole month is March, with 23 working days."""
HALF, THREE_QUARTERS = berlin("16 13:00"), berlin("24 11:00")
"""When so much of the open time of March is gone."""
LAST_SECOND, APRIL = berlin("31 23:59:59"), berlin("2027-04-01 00:00")

TEN_LEADS = Quota(
    key="volume",
    name="Leads",
    owed_by=Side.MARKETING,
    measure=Measure.VOLUME,
    goal=10,
    per=Per.MONTH,
)


def promise_quotas(
    engine: Engine, acme: Cast, *quotas: Quota, now: datetime = SIGNED
) -> AgreementVersion:
    with db.transaction(engine) as session:
        version = lifecycle.draft(
            session,
            NewAgreement(name="Leads", marketing=acme.marketing, sales=acme.sales),
            NewVersion(targets=light_agreement(), quotas=quotas or (TEN_LEADS,)),
            by=acme.mona,
            now=now,
        )
        return sign_both(session, acme, version, now=now)


def hand_over(engine: Engine, acme: Cast, count: int, *, at: datetime, **columns: Any) -> None:
    with db.transaction(engine) as session:
        leads = [make_lead(session, acme, **columns) for _ in range(count)]
        for lead in leads:
            hand_off(session, lead, by=acme.mona, now=at, owner=acme.sam)


def swept(engine: Engine, *, now: datetime) -> list[QuotaPeriod]:
    """Every period after a sweep, in their order."""
    sweep_quota_periods(engine, now=now)
    with Session(engine) as session:
        rows = select(QuotaPeriod).order_by(col(QuotaPeriod.starts_at), col(QuotaPeriod.id))
        return list(session.exec(rows))
