"""One promise of an agreement in words, with an example due time from now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alignment.accounts.models import OpeningHours
from alignment.leads.event_kinds import HANDOFF_KINDS, TOUCH_KINDS, EventKind
from alignment.sla.clock.schedule import schedule
from alignment.sla.promises.compared_fields import target_fields
from alignment.sla.promises.dates_and_durations import duration_in_words
from alignment.sla.promises.segments import EVERYTHING_ELSE
from alignment.sla.promises.targets import HoursSource, OpenTime, Target, WorkingDays
from alignment.sla.versions.applicable_hours import calendar_of_hours

KEPT_BY = {
    "accept_or_return": "Sales says yes or no to every lead. Going on with it is a yes.",
    "first_touch": "A person calls, writes or meets. Automatic mail is no touch.",
    "answer_to_return": "Marketing fixes the lead, takes it back or gives it up.",
}
"""What keeps the promises of the light agreement, by their keys."""
SHOWN_IN_TITLE = ("name", "owed by")
"""What stands over a promise already."""
STARTS = (
    (HANDOFF_KINDS, "handed off", "its handoff"),
    (frozenset({EventKind.ARRIVED}), "that arrived", "its arrival"),
    (frozenset({EventKind.RETURNED}), "returned", "its return"),
    (frozenset({EventKind.ACCEPTED}), "accepted", "being accepted"),
    (TOUCH_KINDS, "touched", "the last touch"),
)
"""What starts a clock: in "a lead … now", and in "within 4 hours of …"."""


@dataclass(frozen=True, kw_only=True)
class PromiseText:
    """One promise as the contract says it."""

    name: str
    within: str
    """ "within 4 hours of open time of its handoff"."""
    previous_allowed_time: str
    """How long the version in force allows, where that is another length."""
    segment: str
    kept_by: str
    started: str
    """ "handed off", for the example."""
    due_at: datetime
    """When it would be due if it started now."""
    details: tuple[tuple[str, str], ...]
    """Everything it says, part by part."""


@dataclass(frozen=True, kw_only=True)
class TextContext:
    """What the words of a promise depend on, besides the promise and the hours."""

    now: datetime
    people: Mapping[int, str] = field(default_factory=dict)
    replaced: Collection[Target] = ()
    """The targets that would end when these begin."""

    def replaced_by(self, target: Target) -> Target | None:
        """The one of the same promise to the same segment."""
        place = (target.key, target.segment.name)
        same = (each for each in self.replaced if (each.key, each.segment.name) == place)
        return next(same, None)


def promise_text(target: Target, hours: OpeningHours | None, context: TextContext) -> PromiseText:
    """``hours`` are those of the team that owes it."""
    started, start = _start(target)
    allowed, replaced = allowed_time_text(target), context.replaced_by(target)
    before = allowed_time_text(replaced) if replaced else ""
    is_regional = target.clock_of is HoursSource.LEAD_REGION
    return PromiseText(
        name=target.name,
        within=f"within {allowed}{_kind(target)} of {start}",
        previous_allowed_time=before if before != allowed else "",
        segment="" if target.segment.name == EVERYTHING_ELSE else target.segment.name,
        kept_by=KEPT_BY.get(target.key, ""),
        started=f"of no known region {started}" if is_regional else started,
        due_at=_due_at(target, hours, now=context.now),
        details=tuple(
            (what, said(target))
            for what, said in target_fields(context.people).items()
            if what not in SHOWN_IN_TITLE
        ),
    )


def allowed_time_text(target: Target) -> str:
    """ "4 hours", or "2 working days"."""
    if isinstance(target.allowed, WorkingDays):
        days = target.allowed.days
        return f"{days} working day{'s'[: days > 1]}"
    return duration_in_words(target.allowed.length)


def _due_at(target: Target, hours: OpeningHours | None, *, now: datetime) -> datetime:
    is_always = target.clock_of is HoursSource.ALWAYS
    return schedule(target, calendar_of_hours(None if is_always else hours), now, ()).due_at


def _kind(target: Target) -> str:
    if target.clock_of is HoursSource.LEAD_REGION:
        return ", in the hours of the lead’s region,"
    if isinstance(target.allowed, OpenTime):
        return ", day and night," if target.clock_of is HoursSource.ALWAYS else " of open time"
    return ""


def _start(target: Target) -> tuple[str, str]:
    for happenings, started, start in STARTS:
        if happenings & target.starts_on:
            return started, start
    first = sorted(target.starts_on)[0].replace("_", " ")
    return first, f"being {first}"
