"""Why promises were missed: a cause given by either team, suggested if obvious, and grouped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.sla.breaches import queries
from alignment.sla.breaches.board import queries as board_queries
from alignment.sla.breaches.board.queries import Stretch
from alignment.sla.breaches.queries import BreachOnBoard
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
    count: int
    latest: Sequence[BreachOnBoard]
    """Those due last, the last one first; not all of them where they are many."""


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


def recurring_causes(
    session: Session, workspace_id: int, *, now: datetime, limit: int
) -> list[RecurringCause]:
    """Three or more of one cause in five days stand as one; the largest first.

    Of each, the ``limit`` latest due are read.
    """
    lately = Stretch(start=now - RECURRENCE_WINDOW, end=now)
    counts = board_queries.count_by_cause(session, workspace_id, lately)
    recurring = [cause for cause, count in counts.items() if count >= MIN_RECURRENCES]
    return [
        RecurringCause(
            cause=cause,
            count=counts[cause],
            latest=board_queries.latest_of_cause(session, workspace_id, lately, cause, limit=limit),
        )
        for cause in sorted(recurring, key=lambda cause: (-counts[cause], cause))
    ]
