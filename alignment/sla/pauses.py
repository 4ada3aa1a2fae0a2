"""Let the clocks of a lead stand still: who may, for which reasons, and for how long in all.

A pause is one line in the lead's history; each promise says for itself whether it takes it. It
ends when somebody resumes, and for each promise at its limit, whichever comes first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.leads import pausing
from alignment.leads.happenings import Happening
from alignment.leads.models import Lead, LeadEvent
from alignment.sla.history import Pause
from alignment.sla.inspection import Inspected, clocks_of
from alignment.sla.stopwatch import State


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A running clock that this person may pause."""

    clock: Inspected
    reasons: frozenset[str]
    """The reasons that count; none named means any."""
    left: timedelta | None
    """How much open time all its pauses may still take; None where there is no limit."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A clock that stands still now."""

    clock: Inspected
    pause: Pause
    left: timedelta | None


def pause(
    session: Session, lead: Lead, *, reason: str, by: User, now: datetime, note: str = ""
) -> LeadEvent:
    """Pause what this person may pause for this reason; refused where that is nothing."""
    clocks = clocks_of(session, lead, now=now)
    offered = offers(clocks, by=by)
    if not offered:
        raise Refused(why_not(lead, clocks, by=by) or f"{lead.name} is paused already.")
    if not any(_takes(offer, reason) for offer in offered):
        named = sorted({x.replace("_", " ") for offer in offered for x in offer.reasons})
        raise Refused(f"{lead.name} can be paused for: {', '.join(named)}.")
    return pausing.pause(session, lead, reason=reason, by=by, now=now, note=note)


def offers(clocks: Iterable[Inspected], *, by: User) -> list[Offer]:
    """The running clocks that this person may pause now, what is due first on top."""
    return [
        Offer(clock=clock, reasons=clock.target.pause_reasons, left=left)
        for clock in clocks
        if clock.reading.state is State.RUNNING and _is_for(clock, by)
        if (left := _left(clock)) is None or left > timedelta()
    ]


def standing(clocks: Iterable[Inspected]) -> list[Standing]:
    """The clocks that stand still now, with who paused them and what is left of the limit."""
    return [
        Standing(clock=clock, pause=clock.reading.pauses[-1], left=_left(clock))
        for clock in clocks
        if clock.reading.state is State.PAUSED
    ]


def why_not(lead: Lead, clocks: Sequence[Inspected], *, by: User) -> str:
    """Why nothing of this lead can be paused by this person, if so, in a sentence."""
    running = [clock for clock in clocks if clock.reading.state is State.RUNNING]
    if not any(clock.reading.is_open for clock in clocks):
        return f"No clock runs for {lead.name}, so there is nothing to pause."
    if offers(running, by=by) or standing(clocks):
        return ""
    if not running:
        return f"What is owed for {lead.name} is past due. A pause would not move it."
    if not any(_pauses(clock) for clock in running):
        return f"Nothing that was promised for {lead.name} can be paused."
    if not any(_is_for(clock, by) for clock in running):
        return f"Only people named in the agreement may pause what runs for {lead.name}."
    return f"All the time for which {lead.name} may be paused is used."


def _takes(offer: Offer, reason: str) -> bool:
    return not offer.reasons or reason in offer.reasons


def _is_for(clock: Inspected, by: User) -> bool:
    people = clock.target.pause_people
    return _pauses(clock) and (not people or by.id in people)


def _pauses(clock: Inspected) -> bool:
    return Happening.PAUSED in clock.target.pauses_on


def _left(clock: Inspected) -> timedelta | None:
    limit = clock.target.pause_limit
    if limit is None:
        return None
    pauses = ((pause.at, pause.until or clock.at) for pause in clock.reading.pauses)
    used = (clock.calendar.between(at, until) for at, until in pauses)
    return max(limit - sum(used, timedelta()), timedelta())
