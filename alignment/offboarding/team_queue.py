"""Put the open leads of somebody who left into the queue of the team that owes them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.events import publish_many
from alignment.leads.bulk.release import release_leads
from alignment.leads.models import Lead
from alignment.leads.owing_teams import OwingTeams
from alignment.offboarding.events import LeadsQueued


def put_into_queue(
    session: Session, leads: Sequence[Lead], *, former: User, by: User, now: datetime
) -> None:
    """Nobody owns them from now on; one event for each team, or teams that may both answer."""
    release_leads(session, leads, former=former, by=by, now=now)
    teams = OwingTeams(session, by, leads)
    by_teams: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for lead in leads:
        by_teams[tuple(sorted(teams.ids(lead)))].append(lead.id)
    queued = [
        LeadsQueued(
            workspace_id=former.workspace_id,
            at=now,
            from_id=id_of(former),
            by_id=id_of(by),
            team_ids=team_ids,
            lead_ids=tuple(lead_ids),
        )
        for team_ids, lead_ids in sorted(by_teams.items())
    ]
    publish_many(session, queued)
