"""Give the leads of somebody who left to one person, or to the next in turn, one after another."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.errors import Refused
from alignment.events import publish_many
from alignment.leads import routing
from alignment.leads.events import LeadInherited, change_fields
from alignment.leads.models import Lead
from alignment.leads.owing_teams import OwingTeams
from alignment.leads.routing import NextOwner

OWNER_LEFT = "owner_left"
"""The reason in the lead's history."""


def inherit_leads(
    session: Session,
    leads: Sequence[Lead],
    *,
    former: User,
    successor: User | None,
    by: User,
    now: datetime,
) -> None:
    """All to the successor; without one, in turn to the people of the team that owes the lead."""
    teams = OwingTeams(session, by, leads)
    events = []
    for lead in leads:
        turn = (
            NextOwner(owner=successor)
            if successor
            else routing.next_owner_of(session, lead, team_ids=teams.ids(lead), now=now)
        )
        if turn.owner is None:
            raise Refused("Nobody else of the team can own leads. Choose one successor.")
        note = " ".join(filter(None, (f"{former.name} had it until now.", turn.note)))
        routing.record_owner(
            session, lead, owner=turn.owner, by=by, now=now, reason=OWNER_LEFT, note=note
        )
        fields = change_fields(lead, by=by, now=now)
        events.append(LeadInherited(**fields, owner_id=id_of(turn.owner)))
    publish_many(session, events)
