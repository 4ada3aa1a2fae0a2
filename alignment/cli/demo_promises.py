"""What the two teams of the demo company promised each other, and what they try out since."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.cli.demo_company import Company
from alignment.sla import agreement
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.promises import (
    accept_or_return,
    answer_to_return,
    decide,
    first_touch,
    light_agreement,
    with_ladder,
)
from alignment.sla.quotas import Measure, Per, Quota
from alignment.sla.tracking import read_leads

DRAFTED_BEFORE = timedelta(days=4)
FIRST_YES_BEFORE = timedelta(minutes=20)
TRIED_AFTER = timedelta(weeks=11)
"""Two weeks before the present one."""
AT_ONCE = 100
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
QUICKER = with_ladder(
    (
        accept_or_return(hours=2),
        first_touch(hours=4),
        decide(working_days=20),
        answer_to_return(hours=8),
    )
)
WHY = "Half the time for a first answer, and a decision within four weeks."


def sign_agreement(session: Session, company: Company) -> AgreementVersion:
    """The light agreement: drafted by marketing, signed by both, in force from the first day."""
    mona, ines, at = company.people["mona"], company.people["ines"], company.started_at
    version = agreement.draft(
        session,
        name="Handoff of new leads",
        marketing=company.teams[Side.MARKETING],
        sales=company.teams[Side.SALES],
        targets=light_agreement(),
        quotas=QUOTAS,
        by=mona,
        now=at - DRAFTED_BEFORE,
    )
    agreement.sign(session, version, by=mona, now=at - FIRST_YES_BEFORE)
    agreement.sign(session, version, by=ines, now=at)
    return version


def try_quicker_answers(
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
    tried = agreement.amend(
        session,
        session.get_one(Agreement, version.agreement_id),
        targets=QUICKER,
        quotas=QUOTAS,
        note=WHY,
        by=ines,
        now=at,
    )
    agreement.start_shadow(session, tried, by=ines, now=at)
    everybody = sorted(lead_ids)
    for first in range(0, len(everybody), AT_ONCE):
        read_leads(session, company.workspace_id, everybody[first : first + AT_ONCE], now=now)
    return tried
