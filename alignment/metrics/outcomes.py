"""How a promise came out as of an instant: one rule for the numbers and for the list behind them.

Kept and missed are the promises that fell due; an open one is neither a miss nor a pass. A clock
that runs past its due time is missed at once, whether or not the sweep has seen it. What nobody
has signed (shadow) is in none of the three.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from alignment.sla.models import Timer
from alignment.sla.queries import is_dated_back_clock, is_excused_clock, is_withdrawn_clock
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


class Apart(StrEnum):
    """What is told apart from the outcomes: a part of one, or a promise that has none."""

    DATED_BACK = "dated_back"
    """Of those kept: by a touch that a person wrote down later than it happened."""
    EXCUSED = "excused"
    """Of those missed: set aside by the other team."""
    WITHDRAWN = "withdrawn"
    """Told as missed once, until a late fact showed that it was not."""
    SHADOW = "shadow"
    """Under an agreement that nobody has signed, whatever became of it."""


def came_out(outcome: Outcome | Apart, *, now: datetime) -> ColumnElement[bool]:
    """Tell it from a row of ``Timer``; a cancelled promise has no outcome."""
    is_told = ~col(Timer.is_shadow)
    if isinstance(outcome, Outcome):
        return and_(is_told, state_says(outcome, now=now))
    return {
        Apart.DATED_BACK: and_(is_told, state_says(Outcome.KEPT, now=now), is_dated_back_clock()),
        Apart.EXCUSED: and_(is_told, state_says(Outcome.MISSED, now=now), is_excused_clock()),
        Apart.WITHDRAWN: and_(is_told, is_withdrawn_clock()),
        Apart.SHADOW: and_(col(Timer.is_shadow), col(Timer.state).in_(WITH_AN_OUTCOME)),
    }[outcome]


def state_says(outcome: Outcome, *, now: datetime) -> ColumnElement[bool]:
    """The same of any promise, one in shadow too."""
    state, is_past = col(Timer.state), col(Timer.due_at) < now
    return {
        Outcome.KEPT: state == State.MET,
        Outcome.MISSED: or_(
            state.in_([State.MET_LATE, State.BREACHED]), and_(state == State.RUNNING, is_past)
        ),
        Outcome.OPEN: or_(state == State.PAUSED, and_(state == State.RUNNING, ~is_past)),
    }[outcome]
