"""How many leads wait in the queue of the reader's sales team, for the desk."""

from dataclasses import dataclass

from alignment.accounts.people.queries import open_teams_of, team_ids_on_side
from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, session, user
from alignment.leads import queries
from alignment.leads.owing_teams import OwingTeams

MOST_LOOKED_AT = 50
"""Of several sales teams' queues so many of the newest leads are asked for whose they are."""


@dataclass(frozen=True, kw_only=True)
class QueueCount:
    """What the reader could take."""

    count: int
    is_at_least: bool
    """Whether there may be more than were looked at."""


NOTHING = QueueCount(count=0, is_at_least=False)


def queue_of_reader() -> QueueCount:
    """Nothing for who is of no sales team."""
    own = team_ids_on_side(session(), user(), Side.SALES)
    if not own or not allowed(Right.WORK):
        return NOTHING
    queued = queries.queued_leads(session(), user().workspace_id, limit=MOST_LOOKED_AT)
    if len(queued) == MOST_LOOKED_AT and _is_every_sales_team(own):
        everything = queries.count_queued_leads(session(), user().workspace_id)
        return QueueCount(count=everything, is_at_least=False)
    teams = OwingTeams(session(), user(), queued)
    mine = [lead for lead in queued if teams.include_person(lead)]
    return QueueCount(count=len(mine), is_at_least=len(queued) == MOST_LOOKED_AT)


def _is_every_sales_team(team_ids: set[int]) -> bool:
    open_teams = open_teams_of(session(), user().workspace_id)
    return {team.id for team in open_teams if team.side is Side.SALES} <= team_ids
