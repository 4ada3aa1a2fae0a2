"""PURE. What is promised: for which lead, from which event to which, in how long, by whom."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.leads.event_kinds import BACKDATING_LIMIT_DAYS, EventKind
from alignment.leads.fields import LEAD_FIELDS
from alignment.sla.promises.segments import Segment

THREE_QUARTERS = Fraction(3, 4)

REQUIRABLE_FIELDS = frozenset(field.name for field in LEAD_FIELDS if field.is_requirable)
"""What a lead may be asked to have; ``leads.handoff`` records under "known" which it has."""


class HoursSource(StrEnum):
    """Whose opening hours count."""

    OWNER_TEAM = "owner_team"
    """The hours of the team that owes the promise."""
    LEAD_REGION = "lead_region"
    """The hours of the region the lead is in when the clock starts, if it has hours; else the
    team's that owes it."""
    ALWAYS = "always"
    """Every hour of every day."""


class RecipientRole(StrEnum):
    """Who hears when a step of the escalation ladder is reached."""

    OWNER = "owner"
    OWNERS_MANAGER = "owners_manager"
    BOTH_LEADS = "both_leads"
    PERSON = "person"
    NEXT_AVAILABLE = "next_available"
    """The lead goes to the next person who is there."""


@dataclass(frozen=True)
class OpenTime:
    """So much time while the calendar is open: a minute to 365 days."""

    seconds: int

    def __post_init__(self) -> None:
        if not 60 <= self.seconds <= 365 * 86_400:
            raise Refused("Promise a time between 1 minute and 365 days")

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class WorkingDays:
    """The same wall time so many working dates later, or that date's closing if it is earlier."""

    days: int

    def __post_init__(self) -> None:
        if not 1 <= self.days <= 365:
            raise Refused("Promise between 1 and 365 working days")


@dataclass(frozen=True, kw_only=True)
class EscalationStep:
    """One rung of the escalation ladder: a share of the time, or open time after due."""

    when: Fraction | timedelta
    to: RecipientRole
    person_id: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.when, Fraction) and not 0 < self.when < 1:
            raise Refused("A step before due lies between 0 and 100 percent of the time")
        if isinstance(self.when, timedelta) and self.when < timedelta():
            raise Refused("A step after due cannot lie before it")
        if (self.to is RecipientRole.PERSON) != (self.person_id is not None):
            raise Refused("Name the person this step tells")

    @property
    def identity(self) -> str:
        """Names the step wherever it stands in a ladder: when it is reached, and who hears."""
        when = self.when if isinstance(self.when, Fraction) else round(self.when.total_seconds())
        return f"{when}:{self.to}:{self.person_id or ''}"


@dataclass(frozen=True, kw_only=True)
class Target:
    """One promise. ``key`` names it across versions and across its segments.

    Several targets of one key are one promise to several segments: the first by ``rank`` whose
    segment has the lead is the one that holds.
    """

    key: str
    name: str
    owed_by: Side
    starts_on: frozenset[EventKind]
    stops_on: frozenset[EventKind]
    allowed: OpenTime | WorkingDays
    cancels_on: frozenset[EventKind] = frozenset()
    pauses_on: frozenset[EventKind] = frozenset({EventKind.PAUSED})
    resumes_on: frozenset[EventKind] = frozenset({EventKind.RESUMED})
    rank: int = 100
    segment: Segment = field(default_factory=Segment)
    clock_of: HoursSource = HoursSource.OWNER_TEAM
    warn_share: Fraction = THREE_QUARTERS
    times: int = 1
    """How many stops keep the promise."""
    counts_early: bool = True
    """Whether a stop recorded before the first start keeps the promise at once."""
    per_owner: bool = False
    """Whether another owner gets the whole time again."""
    max_restarts: int = 3
    pause_limit: timedelta | None = None
    """How much open time all pauses of one cycle may take; then the clock runs on."""
    pause_reasons: frozenset[str] = frozenset()
    """The reasons that pause; none named means any."""
    pause_people: frozenset[int] = frozenset()
    """The people who may pause; none named means anybody."""
    required_fields: tuple[str, ...] = ()
    """What a lead must have to be complete; then only a line after which it has all of it stops
    the clock, at once when the line that starts it is such a one."""
    steps: tuple[EscalationStep, ...] = ()
    dated_back_limit_days: int = BACKDATING_LIMIT_DAYS
    """How many working days later a touch may still be written down as of when it happened."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", self.key):
            raise Refused("A promise's key is lower case letters, digits and underscores")
        for wrong, sentence in self._complaints():
            if wrong:
                raise Refused(f"{self.name or self.key}: {sentence}")

    def _complaints(self) -> Iterable[tuple[bool, str]]:
        yield not self.name.strip(), "give the promise a name"
        yield self.owed_by not in (Side.MARKETING, Side.SALES), "marketing or sales must owe it"
        yield not self.starts_on, "say what starts the clock"
        yield not self.stops_on, "say what keeps the promise"
        yield bool(self.pauses_on & self.resumes_on), "one event cannot both pause and resume"
        yield bool(self.stops_on & self.cancels_on), "one event cannot both keep and cancel it"
        yield bool(self.starts_on & self.cancels_on), "one event cannot both start and cancel it"
        yield not 0 < self.warn_share < 1, "warn between 0 and 100 percent of the time"
        yield not 1 <= self.times <= 50, "ask for 1 to 50 touches"
        yield self.times > 1 and bool(self.required_fields), "ask once for a complete lead"
        for name in sorted(set(self.required_fields) - REQUIRABLE_FIELDS):
            yield True, f"a lead has no field {name!r}"
        yield not 0 <= self.max_restarts <= 20, "allow 0 to 20 restarts"
        yield (
            self.pause_limit is not None and self.pause_limit <= timedelta(),
            "a limit on pauses is longer than nothing",
        )
        yield not 0 <= self.dated_back_limit_days <= 20, "allow 0 to 20 working days for late notes"
        # The next person who is there is one of sales; marketing's answer is not theirs to give.
        gives_away = any(step.to is RecipientRole.NEXT_AVAILABLE for step in self.steps)
        yield (
            gives_away and self.owed_by is Side.MARKETING,
            "what marketing owes cannot go to the next person of sales; let a step tell somebody",
        )

    @property
    def depends_on_facts(self) -> bool:
        """Whether what is known of a lead decides for whom it holds, and when it is due or kept."""
        is_regional = self.clock_of is HoursSource.LEAD_REGION
        return self.segment.depends_on_facts or is_regional or bool(self.required_fields)

    def missing(self, facts: Mapping[str, object]) -> tuple[str, ...]:
        """The required fields this lead lacks, in the order they were asked for."""
        return missing_fields(self.required_fields, facts)


def missing_fields(required: Iterable[str], facts: Mapping[str, object]) -> tuple[str, ...]:
    """Which of these fields a lead of such facts lacks; lines that tell no "known" tell values."""
    known = facts.get("known")
    has = known if isinstance(known, list) else []
    return tuple(name for name in required if name not in has and facts.get(name) in (None, ""))


def target_for(facts: Mapping[str, object], targets: Iterable[Target]) -> Target | None:
    """Of one promise's targets, the first by rank whose segment has the lead."""
    fitting = (target for target in targets if target.segment.includes(facts))
    return min(fitting, key=lambda target: target.rank, default=None)


def targets_by_key(targets: Iterable[Target]) -> dict[str, tuple[Target, ...]]:
    """Each promise with its targets by rank; refuses two that start or end differently.

    A lead may move from one segment to another while its clock runs, so all targets of a promise
    must agree on what starts and ends it.
    """
    groups: dict[str, tuple[Target, ...]] = {}
    for target in sorted(targets, key=lambda target: target.rank):
        groups[target.key] = (*groups.get(target.key, ()), target)
    for same_key_targets in groups.values():
        _refuse_unless_same_bounds(same_key_targets)
    return groups


def _refuse_unless_same_bounds(same_key_targets: tuple[Target, ...]) -> None:
    if len({target.rank for target in same_key_targets}) < len(same_key_targets):
        raise Refused(f"{same_key_targets[0].name}: two segments have the same rank")
    if len({_bounds(target) for target in same_key_targets}) > 1:
        raise Refused(
            f"{same_key_targets[0].name}: every segment needs the same start and end events"
        )
    if len({target.required_fields for target in same_key_targets}) > 1:
        raise Refused(
            f"{same_key_targets[0].name}: every segment needs the same fields; promise others apart"
        )


def _bounds(target: Target) -> tuple[object, ...]:
    return (
        target.owed_by,
        target.starts_on,
        target.stops_on,
        target.cancels_on,
        target.times,
        target.counts_early,
        target.per_owner,
        target.max_restarts,
    )
