"""Which marketing and which sales team a lead is with: the one rule.

Its history tells them where people of those teams handed it off and owned it. What a history does
not tell, the agreement that has the lead says.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import Team, User
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.leads.history import queries
from alignment.leads.history.agreed_teams import load_agreed_teams
from alignment.leads.history.current_facts import current_facts
from alignment.leads.history.facts import MARKETING_TEAM, SALES_TEAM
from alignment.leads.history.team_facts import TeamFacts
from alignment.leads.models import Lead

FACT_OF_SIDE = {Side.MARKETING: MARKETING_TEAM, Side.SALES: SALES_TEAM}


class LeadTeams:
    """The teams of some leads of one workspace, as of now; looked up for all of them at once."""

    def __init__(self, session: Session, workspace_id: int, leads: Iterable[Lead]) -> None:
        lead_ids = [lead.id for lead in leads]
        self._facts = queries.facts_of_leads(session, workspace_id, lead_ids) if lead_ids else {}
        self._agreed = load_agreed_teams(session, workspace_id) if lead_ids else None

    def team_id(self, lead: Lead, side: Side) -> int | None:
        """None where neither its history nor an agreement tells."""
        facts = self._facts.get(lead.id, {})
        told = facts.get(FACT_OF_SIDE[side])
        if isinstance(told, int):
            return told
        if self._agreed is None or lead.handed_off_at is None:
            return None
        return self._agreed(facts, lead.handed_off_at).get(side)


def marketing_teams_of(session: Session, lead: Lead) -> list[Team]:
    """The team that answers when the lead comes back; every marketing team where none is told."""
    teams = accounts.open_teams_of(session, lead.workspace_id)
    of_side = [team for team in teams if team.side is Side.MARKETING]
    team_id = LeadTeams(session, lead.workspace_id, [lead]).team_id(lead, Side.MARKETING)
    return [team for team in of_side if team.id == team_id] or of_side


def sales_team_for_handoff(
    session: Session, lead: Lead, *, by: User | None, now: datetime
) -> int | None:
    """The sales team that gets the lead when this person hands it off now: that of the agreement
    that has it then. None where no agreement has it: any sales team may get it.
    """
    by_id = by.id if by else None
    told = queries.facts_of_leads(session, lead.workspace_id, [lead.id]).get(lead.id, {})
    sender = TeamFacts(session, lead.workspace_id, [by_id]).facts_for(
        EventKind.HANDED_OFF, by_id=by_id, owner_id=None
    )
    facts = {**told, **current_facts(session, lead), **sender}
    # Whose it was before decides nothing: the facts do, as they are now.
    facts.pop(SALES_TEAM, None)
    return load_agreed_teams(session, lead.workspace_id)(facts, now).get(Side.SALES)
