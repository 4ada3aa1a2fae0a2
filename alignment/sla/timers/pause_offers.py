"""Pause the timers of a lead: who may, for which reasons, and for how long in total.

A pause is one event of the lead's history; each target decides whether it accepts it. It ends when
somebody resumes or at the target's limit, whichever comes first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.leads import pausing
from alignment.leads.event_kinds import EventKind
from alignment.leads.models import Lead, LeadEvent
from alignment.sla.clock.history import Pause
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.timers.inspection import InspectedTimer, inspect_lead


@dataclass(frozen=True, kw_only=True)
class PauseOffer:
    """A running clock that this person may pause."""

    timer: InspectedTimer
    reasons: frozenset[str]
    """The reasons that count; none named means any."""
    left: timedelta | None
    """How much open time all its pauses may still take; None where there is no limit."""


@dataclass(frozen=True, kw_only=True)
class PausedTimer:
    """A clock that stands still now."""

    timer: InspectedTimer
    pause: Pause
    left: timedelta | None


def pause_lead(
    session: Session, lead: Lead, *, reason: str, by: User, now: datetime, note: str = ""
) -> LeadEvent:
    """Pause what this person may pause for this reason; refused where that is nothing."""
    timers = inspect_lead(session, lead, now=now)
    offered = pause_offers(timers, by=by)
    if not offered:
        raise Refused(why_not_pausable(lead, timers, by=by) or f"{lead.name} is paused already.")
    if not any(_allows_reason(offer, reason) for offer in offered):
        named = sorted({x.replace("_", " ") for offer in offered for x in offer.reasons})
        raise Refused(f"{lead.name} can be paused for: {', '.join(named)}.")
    return pausing.pause(session, lead, reason=reason, by=by, now=now, note=note)


def pause_offers(timers: Iterable[InspectedTimer], *, by: User) -> list[PauseOffer]:
    """The running clocks that this person may pause now, what is due first on top."""
    return [
        PauseOffer(timer=timer, reasons=timer.target.pause_reasons, left=left)
        for timer in timers
        if timer.reading.state is TimerState.RUNNING and _may_pause(timer, by)
        if (left := _pause_limit_left(timer)) is None or left > timedelta()
    ]


def paused_timers(timers: Iterable[InspectedTimer]) -> list[PausedTimer]:
    """The clocks that stand still now, with who paused them and what is left of the limit."""
    return [
        PausedTimer(timer=timer, pause=timer.reading.pauses[-1], left=_pause_limit_left(timer))
        for timer in timers
        if timer.reading.state is TimerState.PAUSED
    ]


def why_not_pausable(lead: Lead, timers: Sequence[InspectedTimer], *, by: User) -> str:
    """Why nothing of this lead can be paused by this person, if so, in a sentence."""
    running = [timer for timer in timers if timer.reading.state is TimerState.RUNNING]
    if not any(timer.reading.is_open for timer in timers):
        return f"No clock runs for {lead.name}, so there is nothing to pause."
    if pause_offers(running, by=by) or paused_timers(timers):
        return ""
    if not running:
        return f"What is owed for {lead.name} is past due. A pause would not move it."
    if not any(_can_be_paused(timer) for timer in running):
        return f"Nothing that was promised for {lead.name} can be paused."
    if not any(_may_pause(timer, by) for timer in running):
        return f"Only people named in the agreement may pause what runs for {lead.name}."
    return f"All the time for which {lead.name} may be paused is used."


def _allows_reason(offer: PauseOffer, reason: str) -> bool:
    return not offer.reasons or reason in offer.reasons


def _may_pause(timer: InspectedTimer, by: User) -> bool:
    people = timer.target.pause_people
    return _can_be_paused(timer) and (not people or by.id in people)


def _can_be_paused(timer: InspectedTimer) -> bool:
    return EventKind.PAUSED in timer.target.pauses_on


def _pause_limit_left(timer: InspectedTimer) -> timedelta | None:
    limit = timer.target.pause_limit
    if limit is None:
        return None
    pauses = ((pause.at, pause.until or timer.at) for pause in timer.reading.pauses)
    used = (timer.calendar.between(at, until) for at, until in pauses)
    return max(limit - sum(used, timedelta()), timedelta())
