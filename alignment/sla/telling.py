"""What was told about a clock, when and to whom; and who hears next, unless it is done."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from alignment.notifications.queries import WasTold, who_was_told
from alignment.sla import queries
from alignment.sla.inspection import Inspected
from alignment.sla.models import Escalation
from alignment.sla.notices import BREACHED, ESCALATED, RESOLVED, WARNED, WITHDRAWN
from alignment.sla.schedule import schedule
from alignment.sla.stopwatch import State
from alignment.sla.targets import Listener, Step

WHAT = {
    WARNED: "it is nearly due",
    BREACHED: "it is past due",
    ESCALATED: "it still waits",
    RESOLVED: "it is done",
    WITHDRAWN: "it no longer counts as missed",
}
HEARER = {
    Listener.OWNER: "the owner",
    Listener.OWNERS_MANAGER: "the owner's manager",
    Listener.BOTH_LEADS: "the leads of both teams",
    Listener.NEXT_AVAILABLE: "the next person who is there",
}
SOMEBODY = "a named person"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that was told, or will be."""

    at: datetime
    words: str


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """All of one clock's, the first first."""

    told: Sequence[Line]
    coming: Line | None


def ladders_of(
    session: Session, workspace_id: int, clocks: Sequence[Inspected], *, people: Mapping[int, str]
) -> dict[int, Ladder]:
    """By the number of the clock; ``people`` are the names of the workspace."""
    ids = [clock.timer.id for clock in clocks]
    told = who_was_told(session, workspace_id, tuple(WHAT), ids)
    climbed = queries.escalations_of(session, workspace_id, ids)
    excused = queries.excused_clocks(session, workspace_id, ids)
    return {
        clock.timer.id: Ladder(
            told=_in_order(clock, told, climbed, people),
            coming=None if clock.timer.id in excused else coming(clock, people=people),
        )
        for clock in clocks
    }


def coming(clock: Inspected, *, people: Mapping[int, str]) -> Line | None:
    """Who hears next and when, while the clock goes aloud; none when nobody will."""
    reading = clock.reading
    if not reading.is_open or reading.state is State.PAUSED or clock.timer.is_shadow:
        return None
    pauses = [(pause.at, pause.until) for pause in reading.pauses if pause.until is not None]
    plan = schedule(clock.target, clock.calendar, reading.started_at, pauses)
    moments = [
        Line(at=plan.warn_at, words="the owner hears that it is nearly due"),
        Line(at=plan.due_at, words="both teams hear that it is past due"),
        *(Line(at=rung.at, words=_will_be(rung.step, people)) for rung in plan.rungs),
    ]
    return min((x for x in moments if x.at > clock.at), key=lambda x: x.at, default=None)


def _in_order(
    clock: Inspected,
    told: Iterable[WasTold],
    climbed: Iterable[Escalation],
    people: Mapping[int, str],
) -> list[Line]:
    mine = [one for one in told if one.subject_id == clock.timer.id]
    steps = [step for step in climbed if step.timer_id == clock.timer.id]
    lines = [*_messages(mine), *_steps(clock, steps, people)]
    return sorted(lines, key=lambda line: line.at)


def _messages(told: Iterable[WasTold]) -> Iterator[Line]:
    for (at, kind), some in groupby(told, key=lambda one: (one.at, one.kind)):
        yield Line(at=at, words=f"{_names(x.person.name for x in some)} heard that {WHAT[kind]}")


def _steps(
    clock: Inspected, climbed: Iterable[Escalation], people: Mapping[int, str]
) -> Iterator[Line]:
    """Where a step moved the lead, and where it told nobody since it was found too late."""
    for one in climbed:
        if one.moved_to_id is not None:
            yield Line(at=one.noticed_at, words=f"The lead went to {people[one.moved_to_id]}")
        elif one.is_superseded and one.step < len(clock.target.steps):
            hearer = _hearer(clock.target.steps[one.step], people)
            words = f"Meant for {hearer}, and found too late to be told"
            yield Line(at=one.reached_at, words=words)


def _will_be(step: Step, people: Mapping[int, str]) -> str:
    if step.to is Listener.NEXT_AVAILABLE:
        return "the lead goes to the next person who is there"
    verb = "hear" if step.to is Listener.BOTH_LEADS else "hears"
    return f"{_hearer(step, people)} {verb} that it still waits"


def _hearer(step: Step, people: Mapping[int, str]) -> str:
    if step.to is Listener.PERSON:
        return people.get(step.person_id or 0, SOMEBODY)
    return HEARER[step.to]


def _names(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
