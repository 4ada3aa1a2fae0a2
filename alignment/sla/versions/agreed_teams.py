"""Which two teams have agreed on a lead, by its facts and the agreements in force at an instant."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.leads.history.agreed_teams import AgreedTeams
from alignment.leads.history.facts import Facts
from alignment.sla.versions import queries
from alignment.sla.versions.lifetimes import lifetimes


def load_agreed_teams(session: Session, workspace_id: int) -> AgreedTeams:
    """The scopes and turns are those under which timers start, so that both name the same team."""
    agreements = queries.agreements_by_id(session, workspace_id)
    lives = lifetimes(queries.versions_ever_in_force(session, workspace_id), agreements)

    def teams_at(facts: Facts, at: datetime) -> Mapping[Side, int]:
        scopes = [x.scope for x in lives if x.has(at) and x.scope.includes(facts)]
        first = min(scopes, key=lambda scope: scope.precedence, default=None)
        return agreements[first.agreement_id].team_ids if first else {}

    return teams_at
