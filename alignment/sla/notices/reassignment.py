"""Reassign a lead to the next available person when an escalation step says so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.leads import routing
from alignment.leads.models import Lead
from alignment.sla.events import EscalationStepReached
from alignment.sla.models import Escalation
from alignment.sla.notices import queries
from alignment.sla.notices.warnings_and_breaches import TimerSubject

REASSIGNED_BY_ESCALATION = "passed_on"
"""The reason in the lead's history."""


@dataclass(frozen=True, kw_only=True)
class Reassignment:
    """From whom to whom; or to nobody, and why."""

    previous_owner: User | None = None
    new_owner: User | None = None
    why_not: str = ""


def reassign_to_next(
    session: Session, event: EscalationStepReached, matter: TimerSubject, *, now: datetime
) -> Reassignment:
    """Make the next of its owner's team who is there the owner, as often as is agreed at most."""
    times = queries.count_reassignments(session, matter.timer)
    if times >= matter.target.max_restarts:
        return Reassignment(why_not=f"The lead was passed on {_times_in_words(times)} already.")

    lead = session.get_one(Lead, event.lead_id)
    previous_owner = session.get_one(User, lead.owner_id) if lead.owner_id else None
    new_owner = routing.next_available_owner(
        session, lead, team_ids=_candidate_team_ids(session, matter, previous_owner), now=now
    )
    if new_owner is None:
        return Reassignment(why_not=f"Nobody else of {matter.owed_by.name} is there today.")

    _record_new_owner(session, event, new_owner)
    note = (
        f"{matter.promise}: {previous_owner.name if previous_owner else 'nobody'} had it until now."
    )
    routing.assign(
        session, lead, owner=new_owner, by=None, now=now, reason=REASSIGNED_BY_ESCALATION, note=note
    )
    return Reassignment(previous_owner=previous_owner, new_owner=new_owner)


def _candidate_team_ids(session: Session, matter: TimerSubject, owner: User | None) -> list[int]:
    """The owner's own teams on the side that owes it; without any the team that promised."""
    side = matter.owed_by.side
    own = accounts.team_ids_on_side(session, owner, side) if owner else set()
    return sorted(own) or [matter.owed_by.id]


def _record_new_owner(session: Session, event: EscalationStepReached, new_owner: User) -> None:
    climbed = update(Escalation).where(
        col(Escalation.workspace_id) == event.workspace_id,
        col(Escalation.timer_id) == event.timer_id,
        col(Escalation.step) == event.step,
        col(Escalation.reached_at) == event.reached_at,
    )
    session.connection().execute(climbed.values(reassigned_to_id=new_owner.id))


def _times_in_words(times: int) -> str:
    return "once" if times == 1 else f"{times} times"
