"""What the two teams of the demo company promised each other, signed as its quarter began."""

from datetime import timedelta

from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.cli.demo_company import Company
from alignment.sla import agreement
from alignment.sla.models import AgreementVersion
from alignment.sla.promises import light_agreement

DRAFTED_BEFORE = timedelta(days=4)
FIRST_YES_BEFORE = timedelta(minutes=20)


def sign_agreement(session: Session, company: Company) -> AgreementVersion:
    """The light agreement: drafted by marketing, signed by both, in force from the first day."""
    mona, ines, at = company.people["mona"], company.people["ines"], company.started_at
    version = agreement.draft(
        session,
        name="Handoff of new leads",
        marketing=company.teams[Side.MARKETING],
        sales=company.teams[Side.SALES],
        targets=light_agreement(),
        by=mona,
        now=at - DRAFTED_BEFORE,
    )
    agreement.sign(session, version, by=mona, now=at - FIRST_YES_BEFORE)
    agreement.sign(session, version, by=ines, now=at)
    return version
