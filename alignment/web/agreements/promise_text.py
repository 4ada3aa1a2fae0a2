"""Each promise of an agreement in words, with its hours and an example due time from now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from alignment.accounts.models import OpeningHours, Team, holiday_names
from alignment.accounts.opening_hours.public_holidays import countries
from alignment.accounts.opening_hours.text_format import write_day
from alignment.accounts.opening_hours.versions import WEEKDAYS
from alignment.accounts.roles import Side
from alignment.leads.event_kinds import HANDOFF_KINDS, TOUCH_KINDS, EventKind
from alignment.sla.clock.schedule import schedule
from alignment.sla.promises.compared_fields import FieldDescriptions, target_fields
from alignment.sla.promises.dates_and_durations import duration_in_words
from alignment.sla.promises.descriptions import NO_NAMES
from alignment.sla.promises.segments import EVERYTHING_ELSE
from alignment.sla.promises.targets import HoursSource, OpenTime, Target, WorkingDays
from alignment.sla.versions.applicable_hours import calendar_of_hours

MAX_HOLIDAYS = 2
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
class AgreementSide:
    """One of the two columns: a team, its hours and what it promises."""

    team: Team
    week: tuple[str, ...]
    zone: str
    holidays_of: str
    holidays: tuple[tuple[date, str], ...]
    promises: tuple[PromiseText, ...]


def agreement_side(
    side: Side,
    team: Team,
    hours: OpeningHours | None,
    targets: Iterable[Target],
    *,
    instead_of: Collection[Target],
    people: Mapping[int, str] = NO_NAMES,
    now: datetime,
) -> AgreementSide:
    """What this team promises; ``instead_of`` are the targets that these would replace."""
    lengths = {
        (previous.key, previous.segment.name): allowed_time_text(previous)
        for previous in instead_of
    }
    return AgreementSide(
        team=team,
        week=week_words(hours.week) if hours else ("always open",),
        zone=hours.zone if hours else "UTC",
        holidays_of=_holidays_of(hours),
        holidays=_coming_holidays(hours, now=now),
        promises=tuple(
            _promise(target, hours, lengths, target_fields(people), now=now)
            for target in targets
            if target.owed_by is side
        ),
    )


def allowed_time_text(target: Target) -> str:
    """ "4 hours", or "2 working days"."""
    if isinstance(target.allowed, WorkingDays):
        days = target.allowed.days
        return f"{days} working day{'s'[: days > 1]}"
    return duration_in_words(target.allowed.length)


def week_words(week: Mapping[str, list[list[str]]]) -> tuple[str, ...]:
    """ "Mon to Fri 09:00-17:00": days that are alike together, closed ones left out."""
    days = [(day.capitalize(), write_day(week.get(day, []))) for day in WEEKDAYS]
    said = []
    for times, alike in groupby(days, key=lambda day: day[1]):
        names = [name for name, _ in alike]
        span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        said += [f"{span} {times}"] if times else []
    return tuple(said)


def _promise(
    target: Target,
    hours: OpeningHours | None,
    lengths: Mapping[tuple[str, str], str],
    parts: FieldDescriptions,
    *,
    now: datetime,
) -> PromiseText:
    started, start = _start(target)
    is_always = target.clock_of is HoursSource.ALWAYS
    is_regional = target.clock_of is HoursSource.LEAD_REGION
    before = lengths.get((target.key, target.segment.name), "")
    return PromiseText(
        name=target.name,
        within=f"within {allowed_time_text(target)}{_kind(target)} of {start}",
        previous_allowed_time=before if before != allowed_time_text(target) else "",
        segment="" if target.segment.name == EVERYTHING_ELSE else target.segment.name,
        kept_by=KEPT_BY.get(target.key, ""),
        started=f"of no known region {started}" if is_regional else started,
        due_at=schedule(target, calendar_of_hours(None if is_always else hours), now, ()).due_at,
        details=tuple(
            (what, said(target)) for what, said in parts.items() if what not in SHOWN_IN_TITLE
        ),
    )


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


def _holidays_of(hours: OpeningHours | None) -> str:
    if hours is None or not hours.country:
        return ""
    country = countries().get(hours.country, hours.country)
    return f"{country} ({hours.region})" if hours.region else country


def _coming_holidays(hours: OpeningHours | None, *, now: datetime) -> tuple[tuple[date, str], ...]:
    named = sorted(holiday_names(hours).items()) if hours else []
    coming = [(on, name) for on, name in named if on >= now.date()]
    return tuple(coming[:MAX_HOLIDAYS])
