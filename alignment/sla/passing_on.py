"""Give a lead to the next person who is there, because its ladder says so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from alignment.accounts import queries as accounts
from alignment.accounts.models import User
from alignment.leads import routing
from alignment.leads.models import Lead
from alignment.sla import queries
from alignment.sla.events import StepReached
from alignment.sla.models import Escalation
from alignment.sla.notices import Matter

PASSED_ON = "passed_on"
"""The reason in the lead's history."""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """From whom to whom; or to nobody, and why."""

    before: User | None = None
    after: User | None = None
    why_not: str = ""


def pass_on(session: Session, event: StepReached, matter: Matter, *, now: datetime) -> Passed:
    """Make the next of its owner's team who is there the owner, as often as is agreed at most."""
    times = queries.times_passed_on(session, matter.timer)
    if times >= matter.target.max_restarts:
        return Passed(why_not=f"The lead was passed on {_times(times)} already.")

    lead = session.get_one(Lead, event.lead_id)
    before = session.get_one(User, lead.owner_id) if lead.owner_id else None
    after = routing.next_available(session, lead, team_ids=_teams(session, matter, before), now=now)
    if after is None:
        return Passed(why_not=f"Nobody else of {matter.owed_by.name} is there today.")

    _note_down(session, event, after)
    said = f"{matter.promise}: {before.name if before else 'nobody'} had it until now."
    routing.assign(session, lead, to=after, by=None, now=now, reason=PASSED_ON, note=said)
    return Passed(before=before, after=after)


def _teams(session: Session, matter: Matter, owner: User | None) -> list[int]:
    """The owner's own teams; without an owner the team that promised."""
    own = accounts.memberships_of(session, owner) if owner else []
    return [membership.team_id for membership in own] or [matter.owed_by.id]


def _note_down(session: Session, event: StepReached, after: User) -> None:
    climbed = update(Escalation).where(
        col(Escalation.workspace_id) == event.workspace_id,
        col(Escalation.timer_id) == event.timer_id,
        col(Escalation.step) == event.step,
    )
    session.connection().execute(climbed.values(moved_to_id=after.id))


def _times(times: int) -> str:
    return "once" if times == 1 else f"{times} times"
