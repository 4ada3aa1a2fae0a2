"""How many leads wait in the queue of the reader's sales team, for the desk."""

from dataclasses import dataclass

from alignment.accounts.roles import Right
from alignment.edge import allowed, session, user
from alignment.leads import queries
from alignment.leads.owing_teams import OwingTeams

MOST_LOOKED_AT = 50
"""So many of the newest are looked at; a team with more in its queue reads that there are more."""


@dataclass(frozen=True, kw_only=True)
class QueueCount:
    """What the reader could take."""

    count: int
    is_at_least: bool
    """Whether there may be more than were looked at."""


def queue_of_reader() -> QueueCount:
    """Nothing for who is of no sales team."""
    if not allowed(Right.WORK):
        return QueueCount(count=0, is_at_least=False)
    queued = queries.queued_leads(session(), user().workspace_id, limit=MOST_LOOKED_AT)
    teams = OwingTeams(session(), user(), queued)
    mine = [lead for lead in queued if teams.include_person(lead)]
    return QueueCount(count=len(mine), is_at_least=len(queued) == MOST_LOOKED_AT)
