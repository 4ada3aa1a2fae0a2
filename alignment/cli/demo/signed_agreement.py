"""The demo company’s signed agreement, and a stricter draft that runs as a shadow."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.cli.demo.company_setup import Company
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.promises.quotas import Measure, Per, Quota
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    answer_to_return,
    decide,
    first_touch,
    light_agreement,
    with_escalation,
)
from alignment.sla.timers.refresh import refresh_leads

DRAFTED_BEFORE = timedelta(days=4)
FIRST_YES_BEFORE = timedelta(minutes=20)
TRIED_AFTER = timedelta(weeks=11)
"""Two weeks before the present one."""
BATCH_SIZE = 100
QUOTAS = (
    Quota(
        key="volume",
        name="Leads handed off",
        owed_by=Side.MARKETING,
        measure=Measure.VOLUME,
        goal=180,
        per=Per.MONTH,
    ),
    Quota(
        key="acceptance",
        name="Leads that sales accepts",
        owed_by=Side.MARKETING,
        measure=Measure.ACCEPTANCE_RATE,
        goal=80,
        per=Per.QUARTER,
    ),
)
SHADOW_TARGETS = with_escalation(
    (
        accept_or_return(hours=2),
        first_touch(hours=4),
        decide(working_days=20),
        answer_to_return(hours=8),
    )
)
SHADOW_NOTE = "Half the time for a first answer, and a decision within four weeks."


def sign_agreement(session: Session, company: Company) -> AgreementVersion:
    """The light agreement: drafted by marketing, signed by both, in force from the first day."""
    mona, ines, at = company.people["mona"], company.people["ines"], company.started_at
    version = lifecycle.draft(
        session,
        NewAgreement(
            name="Handoff of new leads",
            marketing=company.teams[Side.MARKETING],
            sales=company.teams[Side.SALES],
        ),
        NewVersion(targets=light_agreement(), quotas=QUOTAS),
        by=mona,
        now=at - DRAFTED_BEFORE,
    )
    lifecycle.sign(session, version, by=mona, now=at - FIRST_YES_BEFORE)
    lifecycle.sign(session, version, by=ines, now=at)
    return version


def start_shadow_draft(
    session: Session,
    company: Company,
    version: AgreementVersion,
    lead_ids: Collection[int],
    *,
    now: datetime,
) -> AgreementVersion:
    """A draft that would replace the version in force, tried in silence for two weeks."""
    ines = company.people["ines"]
    at = company.calendars[Side.SALES].next_open(company.started_at + TRIED_AFTER)
    tried = lifecycle.amend(
        session,
        session.get_one(Agreement, version.agreement_id),
        NewVersion(targets=SHADOW_TARGETS, quotas=QUOTAS, note=SHADOW_NOTE),
        by=ines,
        now=at,
    )
    lifecycle.start_shadow(session, tried, by=ines, now=at)
    everybody = sorted(lead_ids)
    for first in range(0, len(everybody), BATCH_SIZE):
        refresh_leads(session, company.workspace_id, everybody[first : first + BATCH_SIZE], now=now)
    return tried
