"""Hand the open leads of one sales team over to another, so that the first can be closed."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import Team, User, id_of
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.events import publish_many
from alignment.leads import routing
from alignment.leads.events import LeadAssigned, LeadFollowedOwner, change_fields
from alignment.leads.models import Lead
from alignment.leads.routing import NextOwner
from alignment.leads.rules import WITH_SALES
from alignment.offboarding.team_work import work_of_team

TEAM_CHANGED = "team_changed"
"""The reason in the lead's history."""
MOST_AT_ONCE = 500
"""Nobody else can save anything meanwhile, so that this must be over in seconds."""


def hand_over_leads(session: Session, team: Team, to: Team, *, by: User, now: datetime) -> int:
    """Whoever is of the other team keeps his or her leads, the rest go in turn to its people. The
    first team's open clocks end, and the other's begin.

    How many went over; never more than ``MOST_AT_ONCE``.
    """
    if {team.side, to.side} != {Side.SALES} or team.id == to.id or not to.is_open:
        raise Refused("Choose another sales team.")
    members = {id_of(person) for person in accounts.members_of(session, to)}
    work = work_of_team(session, team, reader=by, now=now)
    leads = [lead for lead in work.leads if lead.stage in WITH_SALES][:MOST_AT_ONCE]
    events: list[LeadAssigned | LeadFollowedOwner] = []
    for lead in leads:
        former_id, turn = lead.owner_id, _turn(session, lead, to, members, now=now)
        if turn.owner is None:
            raise Refused(f"Nobody of {to.name} can own leads. Place people in it first.")
        note = " ".join(filter(None, (f"{team.name} had it until now.", turn.note)))
        routing.record_owner(
            session, lead, owner=turn.owner, by=by, now=now, reason=TEAM_CHANGED, note=note
        )
        fields = change_fields(lead, by=by, now=now)
        owner_id = id_of(turn.owner)
        is_same = owner_id == former_id
        events.append(
            LeadFollowedOwner(**fields) if is_same else LeadAssigned(**fields, owner_id=owner_id)
        )
    publish_many(session, sorted(events, key=lambda event: type(event).__name__))
    return len(leads)


def _turn(
    session: Session, lead: Lead, to: Team, members: Collection[int], *, now: datetime
) -> NextOwner:
    if lead.owner_id is not None and lead.owner_id in members:
        owner = session.get_one(User, lead.owner_id)
        if routing.can_answer(owner):
            return NextOwner(owner=owner)
    return routing.next_owner_of(session, lead, team_ids=[id_of(to)], now=now)
