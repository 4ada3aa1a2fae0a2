"""Act on an escalation step: notify its recipients, or reassign the lead.

Nobody gets two notices about one timer from one refresh: who is notified of the breach itself, or
of another step, is not notified again."""

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
from alignment.accounts.people.substitutes import Substitutes
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.outbox.queries import NotifiedPerson, notified_people
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.events import EscalationStepReached
from alignment.sla.models import Timer
from alignment.sla.notices.deadlines import deadline
from alignment.sla.notices.reassignment import reassign_to_next
from alignment.sla.notices.recipients import EscalationRecipients
from alignment.sla.notices.warnings_and_breaches import (
    BREACHED,
    ESCALATED,
    WARNED,
    TimerSubject,
    timer_subjects,
)
from alignment.sla.promises.dates_and_durations import duration_in_words
from alignment.sla.promises.targets import EscalationStep, RecipientRole

LEAD_REASSIGNED = "lead_passed_on"
TIMER_NOTICE_KINDS = (WARNED, BREACHED, ESCALATED)
HEADLINES = {WARNED: "nearly due", BREACHED: "past due", ESCALATED: "still open"}


def act_on_steps(session: Session, events: Sequence[EscalationStepReached]) -> None:
    """Tell each step to its listeners; one that moves the lead tells who had it and who has it."""
    for (workspace_id, now), some in groupby(events, key=lambda x: (x.workspace_id, x.at)):
        steps = list(some)
        ids = {event.timer_id for event in steps}
        subjects = {
            matter.timer.id: matter for matter in timer_subjects(session, workspace_id, ids)
        }
        notified = AlreadyNotified(
            notified_people(session, workspace_id, TIMER_NOTICE_KINDS, ids), now=now
        )
        ears = EscalationRecipients(
            session, subjects.values(), Substitutes(session, workspace_id, now=now)
        )
        letters = [
            letter
            for event in steps
            for letter in _notices_of_step(session, event, subjects[event.timer_id], ears, notified)
        ]
        enqueue_many(session, letters, now=now)


def why_step_no_longer_matters(
    session: Session, delivery: Delivery, *, now: datetime
) -> str | None:
    """Why nobody need hear of a step any more, if so; what is missed by now is told so."""
    timer = session.get_one(Timer, delivery.subject_id)
    if timer.stopped_at is not None:
        return "It is done or given up by now."
    if timer.state not in (TimerState.RUNNING, TimerState.BREACHED):
        return f"The clock is {timer.state.replace('_', ' ')} by now."
    if timer.due_at <= now and not delivery.words.get("is_missed"):
        delivery.words = {**delivery.words, "is_missed": True, "when": "it was due"}
    return None


class AlreadyNotified:
    """Who was told what about some clocks, and who hears of it just now."""

    def __init__(self, notices_before: Iterable[NotifiedPerson], *, now: datetime) -> None:
        self._before: defaultdict[int, list[NotifiedPerson]] = defaultdict(list)
        self._now: set[tuple[int, int]] = set()
        # Several steps of a clock at one look say the same.
        self.words = cache(self._words)
        for each in notices_before:
            self._before[each.subject_id].append(each)
            if each.at == now:
                self._now.add((each.subject_id, each.person.id))

    def first_told_now(self, timer: Timer, people: Iterable[User]) -> Iterator[User]:
        """Those of these people who hear nothing else of this clock at this look."""
        for person in people:
            if (timer.id, person.id) not in self._now:
                self._now.add((timer.id, person.id))
                yield person

    def _words(self, timer_id: int) -> list[dict[str, Any]]:
        """Who was told what when, one line a message."""
        notices = groupby(self._before[timer_id], key=lambda notice: (notice.at, notice.kind))
        return [
            {
                "what": HEADLINES[kind],
                "at": at,
                "who": ", ".join(notice.person.name for notice in some),
            }
            for (at, kind), some in notices
        ]


def reached_in_words(step: EscalationStep, *, is_missed: bool) -> str:
    """Why the step is told now, as the end of a sentence."""
    if isinstance(step.when, Fraction):
        return f"{round(step.when * 100)} % of the time is used"
    if not step.when:
        return "it was due" if is_missed else "it is due"
    return f"it is {duration_in_words(step.when)} of open time past due"


def _notices_of_step(
    session: Session,
    event: EscalationStepReached,
    matter: TimerSubject,
    ears: EscalationRecipients,
    notified: AlreadyNotified,
) -> Iterator[Notice]:
    if event.to is not RecipientRole.NEXT_AVAILABLE:
        hearers = notified.first_told_now(matter.timer, ears.of_step(matter, event))
        yield from _notices_to(event, matter, hearers, notified, ears)
        return
    passed = reassign_to_next(session, event, matter, now=event.at)
    if passed.new_owner is None:
        hearers = notified.first_told_now(matter.timer, ears.both_leads(matter))
        yield from _notices_to(event, matter, hearers, notified, ears, why_not=passed.why_not)
    elif passed.previous_owner is not None and passed.previous_owner.is_active:
        yield _reassignment_notice(event, matter, passed.previous_owner, passed.new_owner)


def _notices_to(
    event: EscalationStepReached,
    matter: TimerSubject,
    people: Iterable[User],
    notified: AlreadyNotified,
    ears: EscalationRecipients,
    *,
    why_not: str = "",
) -> Iterator[Notice]:
    timer = matter.timer
    step = next(step for step in matter.target.steps if step.identity == event.step)
    words = matter.words | {
        "owner": ears.holder_name(matter),
        "when": reached_in_words(step, is_missed=timer.state is TimerState.BREACHED),
        "is_missed": timer.state is TimerState.BREACHED,
        "why_not": why_not,
        "told": notified.words(timer.id),
    }
    for person in people:
        letter = _notice(ESCALATED, event, matter, person, subject_id=timer.id, words=words)
        # Found after a standstill of the scheduler, it is as late as its step.
        yield replace(
            letter, due_at=event.reached_at, deliver_by_at=deadline([timer], now=event.at)
        )


def _reassignment_notice(
    event: EscalationStepReached, matter: TimerSubject, previous_owner: User, new_owner: User
) -> Notice:
    words = matter.words | {"owner": new_owner.name}
    return _notice(
        LEAD_REASSIGNED, event, matter, previous_owner, subject_id=event.lead_id, words=words
    )


def _notice(
    kind: str,
    event: EscalationStepReached,
    matter: TimerSubject,
    person: User,
    *,
    subject_id: int,
    words: dict[str, Any],
) -> Notice:
    return Notice(
        workspace_id=event.workspace_id,
        key=f"{kind}:{event.timer_id}:{event.step}:{event.reached_at.isoformat()}:{person.id}",
        kind=kind,
        recipient_id=person.id,
        address=person.email,
        subject_id=subject_id,
        words=words,
        thread=f"lead-{matter.timer.lead_id}",
    )
