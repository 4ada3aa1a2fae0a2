"""Act on a step of the ladder: tell who is to hear, or give the lead to whoever is next.

Nobody gets two messages about one clock at one look: who is told of the miss itself, or of another
step, is not told again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from functools import cache
from itertools import groupby
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import Letter, enqueue_many
from alignment.notifications.queries import WasTold, who_was_told
from alignment.sla.ears import Ears
from alignment.sla.events import StepReached
from alignment.sla.models import Timer
from alignment.sla.notices import BREACHED, ESCALATED, WARNED, Matter, matters
from alignment.sla.passing_on import pass_on
from alignment.sla.phrases import duration
from alignment.sla.stopwatch import State
from alignment.sla.targets import Listener, Step

PASSED_ON = "lead_passed_on"
CLOCK_KINDS = (WARNED, BREACHED, ESCALATED)
WHAT = {WARNED: "nearly due", BREACHED: "past due", ESCALATED: "still open"}


def act(session: Session, events: Sequence[StepReached]) -> None:
    """Tell each step to its listeners; one that moves the lead tells who had it and who has it."""
    for (workspace_id, now), some in groupby(events, key=lambda x: (x.workspace_id, x.at)):
        steps = list(some)
        ids = {event.timer_id for event in steps}
        found = {matter.timer.id: matter for matter in matters(session, workspace_id, ids)}
        told = Told(who_was_told(session, workspace_id, CLOCK_KINDS, ids), now=now)
        ears = Ears(session, found.values())
        letters = [
            letter
            for event in steps
            for letter in _letters(session, event, found[event.timer_id], ears, told)
        ]
        enqueue_many(session, letters, now=now)


def still_open(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why nobody need hear of a step any more, if so."""
    timer = session.get_one(Timer, delivery.subject_id)
    if timer.stopped_at is not None:
        return "It is done or given up by now."
    if timer.state not in (State.RUNNING, State.BREACHED):
        return f"The clock is {timer.state.replace('_', ' ')} by now."
    return None


class Told:
    """Who was told what about some clocks, and who hears of it just now."""

    def __init__(self, before: Iterable[WasTold], *, now: datetime) -> None:
        self._before: defaultdict[int, list[WasTold]] = defaultdict(list)
        self._now: set[tuple[int, int]] = set()
        # Several steps of a clock at one look say the same.
        self.words = cache(self._words)
        for each in before:
            self._before[each.subject_id].append(each)
            if each.at == now:
                self._now.add((each.subject_id, each.person.id))

    def first(self, timer: Timer, people: Iterable[User]) -> Iterator[User]:
        """Those of these people who hear nothing else of this clock at this look."""
        for person in people:
            if (timer.id, person.id) not in self._now:
                self._now.add((timer.id, person.id))
                yield person

    def _words(self, timer_id: int) -> list[dict[str, Any]]:
        """Who was told what when, one line a message."""
        told = groupby(self._before[timer_id], key=lambda x: (x.at, x.kind))
        return [
            {"what": WHAT[kind], "at": at, "who": ", ".join(x.person.name for x in some)}
            for (at, kind), some in told
        ]


def when(step: Step, *, is_missed: bool) -> str:
    """Why the step is told now, as the end of a sentence."""
    if isinstance(step.when, Fraction):
        return f"{round(step.when * 100)} % of the time is used"
    if not step.when:
        return "it was due" if is_missed else "it is due"
    return f"it is {duration(step.when)} of open time past due"


def _letters(
    session: Session, event: StepReached, matter: Matter, ears: Ears, told: Told
) -> Iterator[Letter]:
    if event.to is not Listener.NEXT_AVAILABLE:
        hearers = told.first(matter.timer, ears.of(matter, event))
        yield from _told(event, matter, hearers, told, ears)
        return
    passed = pass_on(session, event, matter, now=event.at)
    if passed.after is None:
        hearers = told.first(matter.timer, ears.both_leads(matter))
        yield from _told(event, matter, hearers, told, ears, why_not=passed.why_not)
    elif passed.before is not None and passed.before.is_active:
        yield _moved(event, matter, passed.before, passed.after)


def _told(
    event: StepReached,
    matter: Matter,
    people: Iterable[User],
    told: Told,
    ears: Ears,
    *,
    why_not: str = "",
) -> Iterator[Letter]:
    timer, step = matter.timer, matter.target.steps[event.step]
    words = matter.words | {
        "owner": ears.holder_name(matter),
        "when": when(step, is_missed=timer.state is State.BREACHED),
        "is_missed": timer.state is State.BREACHED,
        "why_not": why_not,
        "told": told.words(timer.id),
    }
    for person in people:
        letter = _letter(ESCALATED, event, matter, person, subject_id=timer.id, words=words)
        # Found after a standstill of the scheduler, it is as late as its step.
        yield replace(letter, due_at=event.reached_at)


def _moved(event: StepReached, matter: Matter, before: User, after: User) -> Letter:
    words = matter.words | {"owner": after.name}
    return _letter(PASSED_ON, event, matter, before, subject_id=event.lead_id, words=words)


def _letter(
    kind: str,
    event: StepReached,
    matter: Matter,
    person: User,
    *,
    subject_id: int,
    words: dict[str, Any],
) -> Letter:
    return Letter(
        workspace_id=event.workspace_id,
        key=f"{kind}:{event.timer_id}:{event.step}:{person.id}",
        kind=kind,
        recipient_id=person.id,
        address=person.email,
        subject_id=subject_id,
        words=words,
        thread=f"lead-{matter.timer.lead_id}",
    )
