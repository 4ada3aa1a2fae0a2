"""Every SELECT of the board: what one side missed and still owes, or has done since.

The board is asked for every 30 seconds on every wall, so the database counts, and only the rows
that are shown are read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from alignment.accounts.roles import Side
from alignment.sla.breaches.queries import BreachOnBoard, breaches_where
from alignment.sla.joins import joined_in_workspace
from alignment.sla.models import Breach, Cause, Timer


class BoardPart(Enum):
    """Where a missed promise stands on the board."""

    STILL_OPEN = "still open"
    DONE_SINCE = "done since"
    """Of those that fell due this week."""


@dataclass(frozen=True, kw_only=True)
class MissedCount:
    """How many missed promises of one side and one cause stand in one part of the board."""

    side: Side
    part: BoardPart
    cause: Cause | None
    """None where nobody has said why."""
    count: int


def count_missed(session: Session, workspace_id: int, *, since: datetime) -> list[MissedCount]:
    """Both sides' misses that are still open, and those due ``since`` then and done."""
    is_open = col(Timer.stopped_at).is_(None).label("is_open")
    rows = session.execute(
        sa_select(col(Breach.owed_by), is_open, col(Breach.cause), func.count())
        .join(Timer, joined_in_workspace(Timer, Breach.workspace_id, Timer.id, Breach.timer_id))
        .where(_is_told(workspace_id), or_(is_open, col(Breach.due_at) >= since))
        .group_by(col(Breach.owed_by), is_open, col(Breach.cause))
    )
    return [
        MissedCount(
            side=side,
            part=BoardPart.STILL_OPEN if still_open else BoardPart.DONE_SINCE,
            cause=cause,
            count=count,
        )
        for side, still_open, cause, count in rows
    ]


@dataclass(frozen=True, kw_only=True)
class MissedFilter:
    """One side's part of the board, perhaps of some causes only."""

    side: Side
    part: BoardPart
    since: datetime
    """What is done is shown if it was due from then on."""
    causes: Collection[Cause | None]
    """None stands for misses of which nobody has said why."""


def latest_missed(
    session: Session, workspace_id: int, wanted: MissedFilter, *, limit: int
) -> Sequence[BreachOnBoard]:
    is_open = col(Timer.stopped_at).is_(None)
    is_done_since = and_(~is_open, col(Breach.due_at) >= wanted.since)
    return breaches_where(
        session,
        _is_told(workspace_id),
        Breach.owed_by == wanted.side,
        is_open if wanted.part is BoardPart.STILL_OPEN else is_done_since,
        _has_cause(wanted.causes),
        limit=limit,
    )


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """From one instant until another, both included."""

    start: datetime
    end: datetime


def count_by_cause(session: Session, workspace_id: int, due: Stretch) -> dict[Cause, int]:
    """How many promises about leads of that time were missed for each cause that was given."""
    rows = session.exec(
        select(Breach.cause, func.count())
        .where(
            _is_told(workspace_id),
            col(Breach.timer_id).is_not(None),
            col(Breach.due_at).between(due.start, due.end),
        )
        .group_by(col(Breach.cause))
    )
    return {Cause(cause): count for cause, count in rows if cause is not None}


def latest_of_cause(
    session: Session, workspace_id: int, due: Stretch, cause: Cause, *, limit: int
) -> Sequence[BreachOnBoard]:
    """Those of both sides that were due last."""
    return breaches_where(
        session,
        _is_told(workspace_id),
        Breach.cause == cause,
        col(Breach.due_at).between(due.start, due.end),
        limit=limit,
    )


def _is_told(workspace_id: int) -> ColumnElement[bool]:
    """Missed under a signed agreement, and nothing has proved it kept."""
    return and_(
        col(Breach.workspace_id) == workspace_id,
        col(Breach.withdrawn_at).is_(None),
        ~col(Breach.is_shadow),
    )


def _has_cause(causes: Collection[Cause | None]) -> ColumnElement[bool]:
    named = col(Breach.cause).in_([cause for cause in causes if cause is not None])
    return or_(named, col(Breach.cause).is_(None)) if None in causes else named
