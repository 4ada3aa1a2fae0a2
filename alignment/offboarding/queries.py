"""Every SELECT about what stands on a team. The team is the scope."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from alignment.accounts.models import Membership, Team
from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.rules import WITH_SALES
from alignment.sla.joins import joined_by_id
from alignment.sla.models import Agreement, AgreementVersion, Timer, VersionState
from alignment.sla.timers.queries import still_owed


def running_agreements_of(session: Session, team: Team, *, now: datetime) -> Sequence[Agreement]:
    """Signed, and in force now or later."""
    return session.exec(
        select(Agreement)
        .join(
            AgreementVersion,
            joined_by_id(AgreementVersion, Agreement, AgreementVersion.agreement_id),
        )
        .where(
            Agreement.workspace_id == team.workspace_id,
            _is_of(team),
            AgreementVersion.state == VersionState.SIGNED,
            col(AgreementVersion.ended_at).is_(None) | (col(AgreementVersion.ended_at) > now),
        )
        .distinct()
        .order_by(col(Agreement.name), col(Agreement.id))
    ).all()


def leads_with_open_clocks_of(session: Session, team: Team) -> Sequence[Lead]:
    """Leads for which the team owes something under an agreement of its own, ended ones too."""
    owed = (
        select(Timer.lead_id)
        .join(AgreementVersion, joined_by_id(Timer, AgreementVersion, Timer.version_id))
        .join(Agreement, joined_by_id(AgreementVersion, Agreement, AgreementVersion.agreement_id))
        .where(
            Timer.workspace_id == team.workspace_id,
            Timer.owed_by == team.side,
            _is_of(team),
            ~col(Timer.is_shadow),
            still_owed(),
        )
    )
    return _leads(session, team, col(Lead.id).in_(owed))


def open_leads_of_members(session: Session, team: Team) -> Sequence[Lead]:
    """With sales, and owned by somebody placed in the team, who may have left."""
    members = select(Membership.user_id).where(
        Membership.workspace_id == team.workspace_id, Membership.team_id == team.id
    )
    return _leads(session, team, col(Lead.owner_id).in_(members), col(Lead.stage).in_(WITH_SALES))


def released_leads(session: Session, team: Team) -> Sequence[Lead]:
    """Of the whole workspace what was put into a queue and nobody took."""
    released = select(LeadEvent.lead_id).where(
        LeadEvent.workspace_id == team.workspace_id, LeadEvent.kind == EventKind.RELEASED
    )
    return _leads(
        session,
        team,
        col(Lead.id).in_(released),
        col(Lead.owner_id).is_(None),
        col(Lead.stage).in_(WITH_SALES),
    )


def _leads(session: Session, team: Team, *conditions: ColumnElement[bool]) -> Sequence[Lead]:
    wanted = select(Lead).where(Lead.workspace_id == team.workspace_id, *conditions)
    return session.exec(wanted.order_by(col(Lead.name), col(Lead.id))).all()


def _is_of(team: Team) -> ColumnElement[bool]:
    """Whether the team is the one of its side in a row of ``Agreement``."""
    is_marketing = team.side is Side.MARKETING
    return col(Agreement.marketing_team_id if is_marketing else Agreement.sales_team_id) == team.id
