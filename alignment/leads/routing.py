"""Choose the next owner in sales: whoever is not absent and has waited longest for a lead."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.roles import Right, holding
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads import queries
from alignment.leads.availability import away_when_time_begins
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadAssigned, change_fields
from alignment.leads.history.lead_teams import sales_team_for_handoff
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.permissions import require
from alignment.leads.rules import Verb

EVERYBODY_IS_AWAY = "Everybody of sales is away when its time begins."


@dataclass(frozen=True, kw_only=True)
class NextOwner:
    """The next owner; ``note`` says what was unusual about the choice, for the lead's history."""

    owner: User | None
    note: str = ""

    @property
    def owner_id(self) -> int | None:
        return self.owner.id if self.owner else None


def next_owner(session: Session, lead: Lead, *, by: User | None = None, now: datetime) -> NextOwner:
    """Whose turn it is in the sales team of the agreement that has the lead once this person hands
    it off; in all of sales where no agreement has it.
    """
    team_id = sales_team_for_handoff(session, lead, by=by, now=now)
    return next_owner_of(session, lead, team_ids=[team_id] if team_id else None, now=now)


def next_owner_of(
    session: Session, lead: Lead, *, team_ids: Collection[int] | None, now: datetime
) -> NextOwner:
    """The active person of these teams, or of sales, whose last lead is the longest ago, the absent
    left out.

    Where everybody is away the longest waiting gets it anyway; nobody where the teams are empty.
    """
    away = _away(session, lead, now=now)
    owner = queries.longest_waiting_of_sales(
        session, lead.workspace_id, team_ids=team_ids, excluding=away
    )
    if owner is not None or not away:
        return NextOwner(owner=owner)

    anybody = queries.longest_waiting_of_sales(session, lead.workspace_id, team_ids=team_ids)
    return NextOwner(owner=anybody, note=EVERYBODY_IS_AWAY if anybody else "")


def previous_or_next_owner(
    session: Session, lead: Lead, *, by: User | None = None, now: datetime
) -> NextOwner:
    """Who owned it before, while still here and not away; else whose turn it is."""
    owner = session.get_one(User, lead.owner_id) if lead.owner_id else None
    if owner and can_answer(owner) and owner.id not in _away(session, lead, now=now):
        return NextOwner(owner=owner)
    return next_owner(session, lead, by=by, now=now)


def next_available_owner(
    session: Session, lead: Lead, *, team_ids: Collection[int], now: datetime
) -> User | None:
    """Of these teams' people of sales the next in turn who is there and is not its owner."""
    away = _away(session, lead, now=now)
    owner = {lead.owner_id} if lead.owner_id else set()
    return queries.longest_waiting_of_sales(
        session, lead.workspace_id, team_ids=team_ids, excluding=away | owner
    )


def give(
    session: Session, lead: Lead, *, owner: User, by: User, now: datetime, note: str = ""
) -> LeadEvent:
    """One person gives the lead to another, or takes it over."""
    require(session, lead, giving_verb(owner=owner, by=by), by=by)
    return assign(session, lead, owner=owner, by=by, now=now, note=note)


def take_from_queue(session: Session, lead: Lead, *, by: User, now: datetime) -> LeadEvent:
    """Own a lead that nobody owns; of two who take it at once the first has it."""
    if lead.owner_id not in (None, by.id):
        owner = session.get_one(User, lead.owner_id)
        raise Refused(f"{owner.name} took {lead.name} from the queue meanwhile.")
    return give(session, lead, owner=by, by=by, now=now)


def giving_verb(*, owner: User, by: User) -> Verb:
    return Verb.TAKE_OVER if owner.id == by.id else Verb.GIVE


def assign(
    session: Session,
    lead: Lead,
    *,
    owner: User,
    by: User | None,
    now: datetime,
    reason: str = "",
    note: str = "",
) -> LeadEvent:
    """Make ``owner`` the owner from now on; nobody did it where an agreement's ladder did."""
    line = record_owner(session, lead, owner=owner, by=by, now=now, reason=reason, note=note)
    assigned = LeadAssigned(**change_fields(lead, by=by, now=now), owner_id=id_of(owner))
    publish(session, assigned)
    return line


def record_owner(
    session: Session,
    lead: Lead,
    *,
    owner: User,
    by: User | None,
    now: datetime,
    reason: str = "",
    note: str = "",
) -> LeadEvent:
    """Write into the lead's history who owns it from now on; whoever asks publishes it."""
    if not can_answer(owner) or owner.workspace_id != lead.workspace_id:
        raise Refused(f"{owner.name} cannot own leads here.")

    event = NewLeadEvent(
        kind=EventKind.ASSIGNED,
        at=now,
        by_id=by.id if by else None,
        owner_id=owner.id,
        reason=reason,
        note=note,
    )
    return record_event(session, lead, event, now=now)


def can_answer(person: User) -> bool:
    """Whoever left or only reads keeps no promise about a lead."""
    return person.is_active and person.role in holding(Right.WORK)


def _away(session: Session, lead: Lead, *, now: datetime) -> set[int]:
    return away_when_time_begins(session, lead.workspace_id, now=now)
