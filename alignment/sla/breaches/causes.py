"""Why promises were missed: a cause given by either team, suggested if obvious, and grouped."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.sla.breaches import queries
from alignment.sla.events import BreachCauseRecorded
from alignment.sla.models import Breach, Cause, Timer
from alignment.sla.versions import queries as versions_queries

MIN_RECURRENCES = 3
"""So many missed promises of one cause are one issue …"""
RECURRENCE_WINDOW = timedelta(days=5)
"""… when they were due within this time before now."""


@dataclass(frozen=True, kw_only=True)
class RecurringCause:
    """One cause behind several missed promises of late, whichever team owed them."""

    cause: Cause
    breaches: tuple[Breach, ...]
    """The latest due first."""


def record_cause(
    session: Session, breach: Breach, cause: Cause, *, by: User, now: datetime
) -> None:
    """Somebody of either team names the cause; it can be changed, and the journal keeps each."""
    agreement = queries.agreement_of_breach(session, breach)
    if not versions_queries.sides_in(session, agreement, by.id):
        raise Refused("Only members of the two teams of the agreement can say why.")
    if breach.is_shadow:
        raise Refused("Nobody has signed this promise yet. There is nothing to explain.")
    if breach.cause is cause and breach.cause_by_id is not None:
        return

    breach.cause, breach.cause_by_id = cause, by.id
    session.add(breach)
    publish(
        session,
        BreachCauseRecorded(
            workspace_id=breach.workspace_id,
            at=now,
            breach_id=breach.id,
            lead_id=breach.lead_id,
            cause=cause,
            by_id=by.id,
        ),
    )


def suggested_cause(timer: Timer) -> Cause | None:
    """What is plain without asking: where the lead had no owner, nobody could have acted."""
    return Cause.SYSTEM if timer.owner_id is None else None


def recurring_causes(breaches: Iterable[Breach], *, now: datetime) -> list[RecurringCause]:
    """Three or more of one cause in five days stand as one; the largest first."""
    by_cause: defaultdict[Cause, list[Breach]] = defaultdict(list)
    for breach in sorted(breaches, key=lambda breach: breach.due_at, reverse=True):
        if breach.cause and now - RECURRENCE_WINDOW <= breach.due_at <= now:
            by_cause[breach.cause].append(breach)
    recurring = [
        RecurringCause(cause=cause, breaches=tuple(some))
        for cause, some in by_cause.items()
        if len(some) >= MIN_RECURRENCES
    ]
    return sorted(recurring, key=lambda issue: (-len(issue.breaches), issue.cause))
