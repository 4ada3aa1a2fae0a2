"""The outcome of a promise at an instant, as SQL conditions that metrics and lists share.

Kept and missed are promises that fell due: their due time has passed. One that is not due yet is
neither, even when it is answered, or a day would begin with all promises kept. A timer past its due
time is missed at once, whether or not the sweep has seen it. Shadow promises, under an unsigned
agreement, are in none of the three.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from alignment.accounts.roles import Side
from alignment.sla.breaches.queries import is_excused_timer, is_withdrawn_timer
from alignment.sla.clock.stopwatch import IN_TIME_STATES, LATE_STATES, SETTLED_STATES, TimerState
from alignment.sla.models import Timer
from alignment.sla.timers.queries import is_backdated_timer

STATES_WITH_OUTCOME: Final = SETTLED_STATES | IN_TIME_STATES
"""Every stored state but a cancelled one."""


class PromiseOutcome(StrEnum):
    """What became of a promise that was due in a period."""

    KEPT = "kept"
    MISSED = "missed"
    OPEN = "open"
    """Not due yet, answered or not."""


class PromiseRemark(StrEnum):
    """What is told apart from the outcomes: a part of one, or a promise that has none."""

    DATED_BACK = "dated_back"
    """Of those kept: by a touch that a person wrote down later than it happened."""
    EXCUSED = "excused"
    """Of those missed: set aside by the other team."""
    WITHDRAWN = "withdrawn"
    """Told as missed once, until a late fact showed that it was not."""
    SHADOW = "shadow"
    """Under an agreement that nobody has signed, whatever became of it."""


def has_outcome(outcome: PromiseOutcome | PromiseRemark, *, now: datetime) -> ColumnElement[bool]:
    """Tell it from a row of ``Timer``; a cancelled promise has no outcome."""
    is_told = ~col(Timer.is_shadow)
    if isinstance(outcome, PromiseOutcome):
        return and_(is_told, state_has_outcome(outcome, now=now))
    return {
        PromiseRemark.DATED_BACK: and_(
            is_told, state_has_outcome(PromiseOutcome.KEPT, now=now), is_backdated_timer()
        ),
        PromiseRemark.EXCUSED: and_(
            is_told, state_has_outcome(PromiseOutcome.MISSED, now=now), is_excused_timer()
        ),
        PromiseRemark.WITHDRAWN: and_(is_told, is_withdrawn_timer()),
        PromiseRemark.SHADOW: and_(col(Timer.is_shadow), col(Timer.state).in_(STATES_WITH_OUTCOME)),
    }[outcome]


def state_has_outcome(outcome: PromiseOutcome, *, now: datetime) -> ColumnElement[bool]:
    """The same of any promise, one in shadow too."""
    state, is_past = col(Timer.state), col(Timer.due_at) < now
    is_to_come = col(Timer.due_at) > now
    return {
        PromiseOutcome.KEPT: and_(state == TimerState.MET, ~is_to_come),
        PromiseOutcome.MISSED: or_(
            state.in_(LATE_STATES),
            and_(state == TimerState.RUNNING, is_past),
        ),
        PromiseOutcome.OPEN: or_(
            state == TimerState.PAUSED,
            and_(state == TimerState.RUNNING, ~is_past),
            and_(state == TimerState.MET, is_to_come),
        ),
    }[outcome]


SIDES: Final = (Side.MARKETING, Side.SALES)
