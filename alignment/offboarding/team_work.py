"""What stands on a team, and keeps it from being closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import Invitation, Team, User
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Side
from alignment.leads import queries as leads_queries
from alignment.leads.history.lead_teams import LeadTeams
from alignment.leads.models import Lead
from alignment.leads.owing_teams import OwingTeams
from alignment.notifications.endpoints import queries as endpoint_queries
from alignment.notifications.models import Endpoint
from alignment.offboarding import queries
from alignment.sla.models import Agreement

MOST_RETURNED = 500
"""Returned leads that are looked through; those with a clock are found without it."""


@dataclass(frozen=True, kw_only=True)
class TeamWork:
    """Everything that somebody has to move, end or remove before the team can be closed."""

    people: Sequence[User]
    invitations: Sequence[Invitation]
    leads: Sequence[Lead]
    agreements: Sequence[Agreement]
    channels: Sequence[Endpoint]
    is_last_of_side: bool
    """Leads go from marketing to sales: of each side one team stays open."""

    @property
    def is_any(self) -> bool:
        return self.is_last_of_side or any(
            (self.people, self.invitations, self.leads, self.agreements, self.channels)
        )


def work_of_team(session: Session, team: Team, *, reader: User, now: datetime) -> TeamWork:
    waiting = accounts.open_invitations(session, team.workspace_id)
    channels = endpoint_queries.endpoints_of_teams(session, team.workspace_id)
    return TeamWork(
        people=accounts.members_of(session, team),
        invitations=[invitation for invitation in waiting if invitation.team_id == team.id],
        leads=_leads_of(session, team, reader),
        agreements=queries.running_agreements_of(session, team, now=now),
        channels=[channel for channel in channels if channel.team_id == team.id],
        is_last_of_side=_is_last_of_side(session, team),
    )


def _leads_of(session: Session, team: Team, reader: User) -> list[Lead]:
    """What the team owes under its agreements, and what no other team owes an answer.

    What was missed before a lead went to another team stays a miss of this one, with an open clock:
    the lead is the other's all the same.
    """
    with_clocks = queries.leads_with_open_clocks_of(session, team)
    with_teams = LeadTeams(session, team.workspace_id, with_clocks)
    found = [x for x in with_clocks if with_teams.team_id(x, team.side) in (None, team.id)]
    if team.side is Side.SALES:
        candidates = [
            *queries.open_leads_of_members(session, team),
            *queries.released_leads(session, team),
        ]
        owing = OwingTeams(session, reader, candidates)
        found += [lead for lead in candidates if owing.ids(lead) == {team.id}]
    elif team.side is Side.MARKETING:
        returned = leads_queries.returned_leads(session, team.workspace_id, limit=MOST_RETURNED)
        teams = LeadTeams(session, team.workspace_id, returned)
        found += [lead for lead in returned if teams.team_id(lead, Side.MARKETING) == team.id]
    return list({lead.id: lead for lead in found}.values())


def _is_last_of_side(session: Session, team: Team) -> bool:
    if team.side is Side.OTHER:
        return False
    open_teams = accounts.open_teams_of(session, team.workspace_id)
    return [other.id for other in open_teams if other.side is team.side] == [team.id]
