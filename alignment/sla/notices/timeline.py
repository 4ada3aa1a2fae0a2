"""The notices sent about a timer so far, with their recipients, and the next one to come."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from alignment.notifications.outbox.queries import NotifiedPerson, notified_people
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.clock.schedule import schedule
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Escalation
from alignment.sla.notices import queries
from alignment.sla.notices.warnings_and_breaches import (
    BREACHED,
    ESCALATED,
    RESOLVED,
    WARNED,
    WITHDRAWN,
)
from alignment.sla.promises.targets import EscalationStep, RecipientRole
from alignment.sla.timers.inspection import InspectedTimer

NOTICE_PHRASES = {
    WARNED: "it is nearly due",
    BREACHED: "it is past due",
    ESCALATED: "it still waits",
    RESOLVED: "it is done",
    WITHDRAWN: "it no longer counts as missed",
}
RECIPIENT_PHRASES = {
    RecipientRole.OWNER: "the owner",
    RecipientRole.OWNERS_MANAGER: "the owner's manager",
    RecipientRole.BOTH_LEADS: "the leads of both teams",
    RecipientRole.NEXT_AVAILABLE: "the next person who is there",
}
NAMED_PERSON = "a named person"
IN_PLACE_OF_OWNER = {RecipientRole.OWNER, RecipientRole.OWNERS_MANAGER}
"""Where nobody owns the lead, the team hears instead: who leads it, else everybody of it."""
THE_TEAM = "the team"


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One thing that was told, or will be."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class NotificationTimeline:
    """All of one clock's, the first first."""

    past: Sequence[TimelineEntry]
    next: TimelineEntry | None


def timelines_of(
    session: Session,
    workspace_id: int,
    timers: Sequence[InspectedTimer],
    *,
    people: Mapping[int, str],
) -> dict[int, NotificationTimeline]:
    """By the number of the clock; ``people`` are the names of the workspace."""
    ids = [timer.timer.id for timer in timers]
    notices = notified_people(session, workspace_id, tuple(NOTICE_PHRASES), ids)
    climbed = queries.escalations_of(session, workspace_id, ids)
    excused = breaches_queries.excused_timer_ids(session, workspace_id, ids)
    return {
        timer.timer.id: NotificationTimeline(
            past=_entries_in_order(timer, notices, climbed, people),
            next=None if timer.timer.id in excused else next_notification(timer, people=people),
        )
        for timer in timers
    }


def next_notification(timer: InspectedTimer, *, people: Mapping[int, str]) -> TimelineEntry | None:
    """Who hears next and when, while the clock goes aloud; none when nobody will."""
    reading = timer.reading
    if not reading.is_open or reading.state is TimerState.PAUSED or timer.timer.is_shadow:
        return None
    has_owner = timer.timer.owner_id is not None
    warned = RECIPIENT_PHRASES[RecipientRole.OWNER] if has_owner else THE_TEAM
    pauses = [(pause.at, pause.until) for pause in reading.pauses if pause.until is not None]
    plan = schedule(timer.target, timer.calendar, reading.started_at, pauses)
    moments = [
        TimelineEntry(at=plan.warn_at, text=f"{warned} hears that it is nearly due"),
        TimelineEntry(at=plan.due_at, text="both teams hear that it is past due"),
        *(
            TimelineEntry(at=rung.at, text=_step_in_words(rung.step, people, has_owner=has_owner))
            for rung in plan.scheduled_steps
        ),
    ]
    return min(
        (scheduled for scheduled in moments if scheduled.at > timer.at),
        key=lambda scheduled: scheduled.at,
        default=None,
    )


def _entries_in_order(
    timer: InspectedTimer,
    notices: Iterable[NotifiedPerson],
    climbed: Iterable[Escalation],
    people: Mapping[int, str],
) -> list[TimelineEntry]:
    mine = [entry for entry in notices if entry.subject_id == timer.timer.id]
    steps = [step for step in climbed if step.timer_id == timer.timer.id]
    lines = [*_notice_entries(mine), *_step_entries(timer, steps, people)]
    return sorted(lines, key=lambda line: line.at)


def _notice_entries(notices: Iterable[NotifiedPerson]) -> Iterator[TimelineEntry]:
    for (at, kind), some in groupby(notices, key=lambda entry: (entry.at, entry.kind)):
        names = _names_in_words(notice.person.name for notice in some)
        yield TimelineEntry(
            at=at,
            text=f"{names} heard that {NOTICE_PHRASES[kind]}",
        )


def _step_entries(
    timer: InspectedTimer, climbed: Iterable[Escalation], people: Mapping[int, str]
) -> Iterator[TimelineEntry]:
    """Where a step moved the lead, and where it told nobody since it was found too late."""
    steps = {step.identity: step for step in timer.target.steps}
    for escalation in climbed:
        if escalation.reassigned_to_id is not None:
            yield TimelineEntry(
                at=escalation.noticed_at,
                text=f"The lead went to {people[escalation.reassigned_to_id]}",
            )
        elif escalation.is_superseded and escalation.step in steps:
            hearer = _recipient_in_words(steps[escalation.step], people, has_owner=True)
            words = f"Meant for {hearer}, and found too late to be told"
            yield TimelineEntry(at=escalation.reached_at, text=words)


def _step_in_words(step: EscalationStep, people: Mapping[int, str], *, has_owner: bool) -> str:
    if step.to is RecipientRole.NEXT_AVAILABLE:
        return "the lead goes to the next person who is there"
    verb = "hear" if step.to is RecipientRole.BOTH_LEADS else "hears"
    return f"{_recipient_in_words(step, people, has_owner=has_owner)} {verb} that it still waits"


def _recipient_in_words(step: EscalationStep, people: Mapping[int, str], *, has_owner: bool) -> str:
    if step.to is RecipientRole.PERSON:
        return people.get(step.person_id or 0, NAMED_PERSON)
    if step.to in IN_PLACE_OF_OWNER and not has_owner:
        return THE_TEAM
    return RECIPIENT_PHRASES[step.to]


def _names_in_words(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
