"""How a promise came out as of an instant: one rule for the numbers and for the list behind them.

Kept and missed are the promises that fell due; an open one is neither a miss nor a pass. A clock
that runs past its due time is missed at once, whether or not the sweep has seen it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from alignment.sla.models import Timer
from alignment.sla.stopwatch import State

WITH_AN_OUTCOME: Final = (
    State.MET,
    State.MET_LATE,
    State.BREACHED,
    State.RUNNING,
    State.PAUSED,
)
"""Every stored state but a cancelled one."""


class Outcome(StrEnum):
    """What became of a promise that was due in a period."""

    KEPT = "kept"
    MISSED = "missed"
    OPEN = "open"


def came_out(outcome: Outcome, *, now: datetime) -> ColumnElement[bool]:
    """Tell it from a row of ``Timer``; a cancelled promise has no outcome."""
    state, is_past = col(Timer.state), col(Timer.due_at) < now
    return {
        Outcome.KEPT: state == State.MET,
        Outcome.MISSED: or_(
            state.in_([State.MET_LATE, State.BREACHED]), and_(state == State.RUNNING, is_past)
        ),
        Outcome.OPEN: or_(state == State.PAUSED, and_(state == State.RUNNING, ~is_past)),
    }[outcome]
