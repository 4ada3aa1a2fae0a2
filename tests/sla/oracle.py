"""A stopwatch that shares no code with the engine: it walks minute by minute and only counts.

Instants are whole minutes since the Unix epoch. Rules come from the written semantics, not from
the engine: at one minute stops, then the ends of stays, pauses, resumes and owners, then starts
and cancels in the order of a lead's life; of several owners the one told last has the lead, and 0
says that nobody has. Then
the minute counts when the team is open and nothing is paused. Where fields are required, lines
that leave a lead complete stop a clock after they may have started it.
A promise of working days is one of as many open minutes as lie before the same wall time so many
working dates later; it is never due before that time.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

LIFE = [
    *("arrived", "assigned", "released", "handed_off", "accepted", "returned", "fixed", "recycled"),
    *("withdrawn", "called", "wrote", "met", "mailed_automatically", "qualified"),
    *("opportunity_opened", "unreachable", "won", "lost", "paused", "resumed"),
    *("reprioritised", "merged", "reopened"),
]

STAY_ENDS = {
    *("handed_off", "fixed", "returned", "recycled", "withdrawn", "won", "lost", "merged"),
    "reopened",
}
"""A pause that was made before goes no further."""


@dataclass(frozen=True)
class OracleEvent:
    minute: int
    kind: str
    id: str
    owner: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    told: int = 0


@dataclass(frozen=True)
class Promise:
    starts: frozenset[str]
    stops: frozenset[str]
    minutes: int = 0
    days: int = 0
    """So many working days instead of minutes."""
    zone: str = "UTC"
    """Where the wall clock hangs by which days are told."""
    requires: frozenset[str] = frozenset()
    cancels: frozenset[str] = frozenset()
    times: int = 1
    counts_early: bool = True
    per_owner: bool = False
    max_restarts: int = 3
    pause_limit: int | None = None


@dataclass
class OracleTimer:
    cycle: int
    started: int
    owner: int | None
    whole: int
    """The open minutes that the promise takes."""
    earliest: int
    """Before this minute it is not due."""
    used: int = 0
    paused_for: int = 0
    paused_since: int | None = None
    done: int = 0
    stopped: int | None = None
    how: str = ""
    warn: int | None = None
    due: int | None = None


@dataclass
class Minutes:
    """Everything the walk remembers."""

    promise: Promise
    open_minutes: Sequence[int]
    clocks: list[OracleTimer] = field(default_factory=list)
    spare: list[OracleEvent] = field(default_factory=list)
    owner: int | None = None
    in_pause: bool = False
    restarts: int = 0
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def clock(self) -> OracleTimer | None:
        return self.clocks[-1] if self.clocks and self.clocks[-1].stopped is None else None


def read(
    lines: Iterable[OracleEvent], promise: Promise, open_minutes: Sequence[int], now: int
) -> list[tuple[object, ...]]:
    """Of each cycle: number, state, start, warning, due, end, minutes used and left."""
    by_minute: dict[int, dict[str, OracleEvent]] = {}
    seen_ids: set[str] = set()
    for line in sorted(lines, key=lambda line: line.minute):
        if line.minute <= now and line.id not in seen_ids:
            seen_ids.add(line.id)
            by_minute.setdefault(line.minute, {})[line.id] = line
    told = Minutes(promise, open_minutes)
    marks = sorted(by_minute)
    for minute, following in pairwise([*marks, now]):
        happened = sorted(by_minute[minute].values(), key=lambda x: (LIFE.index(x.kind), x.id))
        apply(told, minute, happened)
        tick_until(told, minute, following)
    return [result(told, clock, now) for clock in told.clocks]


def apply(told: Minutes, minute: int, happened: list[OracleEvent]) -> None:
    for line in happened:
        if line.kind in told.promise.stops and not told.promise.requires:
            answer(told, line)
    told.in_pause = told.in_pause and not any(line.kind in STAY_ENDS for line in happened)
    told.in_pause = told.in_pause or any(line.kind == "paused" for line in happened)
    told.in_pause = told.in_pause and not any(line.kind == "resumed" for line in happened)
    told_in_turn = sorted(happened, key=lambda x: x.told)
    owners = [line.owner for line in told_in_turn if line.owner is not None]
    if owners:
        change_owner(told, minute, owners[-1] or None)
    for line in happened:
        start_or_cancel(told, minute, line)


def answer(told: Minutes, line: OracleEvent) -> None:
    if told.clock is None:
        told.spare.append(line)
    else:
        stop(told, told.clock, line)


def start_or_cancel(told: Minutes, minute: int, line: OracleEvent) -> None:
    if line.kind in told.promise.starts and told.clock is None:
        start(told, line)
    clock = told.clock
    if line.kind in told.promise.cancels and clock is not None:
        clock.stopped = minute
        clock.how = "merged" if line.kind == "merged" else "cancelled"
    told.facts.update(line.facts)
    if told.promise.requires and line.kind in told.promise.stops and is_complete(told):
        answer(told, line)


def is_complete(told: Minutes) -> bool:
    names = told.facts.get("known", [])
    assert isinstance(names, list)
    told_apart = {name for name, value in told.facts.items() if value or value == 0}
    return told.promise.requires <= told_apart.union(names)


def stop(told: Minutes, clock: OracleTimer, line: OracleEvent) -> None:
    clock.done += 1
    if clock.done >= told.promise.times:
        clock.stopped, clock.how = max(line.minute, clock.started), "kept"


def start(told: Minutes, line: OracleEvent) -> None:
    is_first = not told.clocks
    begin(told, line.minute, told.owner)
    told.restarts = 0
    for early in [] if told.promise.requires else told.spare:
        is_later = (LIFE.index(early.kind), early.id) > (LIFE.index(line.kind), line.id)
        at_once = early.minute == line.minute and (told.promise.counts_early or is_later)
        before = early.minute < line.minute and told.promise.counts_early and is_first
        if (at_once or before) and early.id != line.id and told.clock is not None:
            stop(told, told.clock, early)


def begin(told: Minutes, minute: int, owner: int | None) -> None:
    whole, earliest = told.promise.minutes, minute
    if told.promise.days:
        earliest = days_later(told, minute)
        whole = len(list(minutes_until(told, minute, earliest)))
    told.clocks.append(OracleTimer(len(told.clocks) + 1, minute, owner, whole, earliest))


def days_later(told: Minutes, minute: int) -> int:
    """The same wall time on the n-th next date that is open, within that date's hours."""
    wall = ZoneInfo(told.promise.zone)
    begun = local_time(next(minutes_from(told, minute)), wall)
    dates: dict[date, list[int]] = {}
    for each in minutes_from(told, minute):
        on = local_time(each, wall).date()
        if on > begun.date():
            if on not in dates and len(dates) == told.promise.days:
                break
            dates.setdefault(on, []).append(each)
    on, hours = list(dates.items())[-1]
    same_time = datetime.combine(on, begun.time(), wall)
    return min(max(int(same_time.timestamp()) // 60, hours[0]), hours[-1] + 1)


def local_time(minute: int, wall: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(wall)


def change_owner(told: Minutes, minute: int, owner: int | None) -> None:
    before, told.owner = told.owner, owner
    clock = told.clock
    if clock is None or not told.promise.per_owner or owner == before:
        return
    if clock.owner is None:
        clock.owner = owner
    elif told.restarts < told.promise.max_restarts:
        told.restarts += 1
        clock.stopped, clock.how = minute, "cancelled"
        begin(told, minute, owner)


def tick_until(told: Minutes, minute: int, following: int) -> None:
    """Count every open minute while a clock is open; without one there is nothing to count."""
    clock = told.clock
    if clock is None:
        return
    note_pause(told, clock, minute)
    for each in minutes_from(told, minute):
        if each >= following:
            break
        if clock.paused_since is None:
            count(clock, each)
        else:
            clock.paused_for += 1
            note_pause(told, clock, each)


def note_pause(told: Minutes, clock: OracleTimer, minute: int) -> None:
    limit = told.promise.pause_limit
    if not told.in_pause or (limit is not None and clock.paused_for >= limit):
        clock.paused_since = None
    elif clock.paused_since is None:
        clock.paused_since = minute


def minutes_from(told: Minutes, minute: int) -> Iterator[int]:
    return islice(told.open_minutes, bisect_left(told.open_minutes, minute), None)


def minutes_until(told: Minutes, minute: int, end: int) -> Iterator[int]:
    for each in minutes_from(told, minute):
        if each >= end:
            return
        yield each


def count(clock: OracleTimer, minute: int) -> None:
    """The warning comes with a whole minute, or within this one."""
    clock.used += 1
    if clock.warn is None and clock.used * 4 >= clock.whole * 3:
        clock.warn = minute + 1 if clock.used * 4 == clock.whole * 3 else minute
    if clock.used == clock.whole:
        clock.due = max(minute + 1, clock.earliest)


def result(told: Minutes, clock: OracleTimer, now: int) -> tuple[object, ...]:
    end = now if clock.stopped is None else clock.stopped
    used, left = clock.used, clock.whole - clock.used
    since = clock.paused_since if clock.stopped is None else None
    is_paused = since is not None
    due = project(told, clock, end if since is None else since)
    is_late = end > due and not (is_paused and left > 0)
    known = state(clock, is_late=is_late, is_paused=is_paused)
    return clock.cycle, known, clock.started, clock.warn, due, clock.stopped, used, left


def project(told: Minutes, clock: OracleTimer, minute: int) -> int:
    """When it would be due from here on; a paused clock as if it had not paused."""
    following = minutes_from(told, minute)
    while clock.due is None:
        count(clock, next(following))
    return clock.due


def state(clock: OracleTimer, *, is_late: bool, is_paused: bool) -> str:
    if clock.stopped is None:
        return "breached" if is_late else "paused" if is_paused else "running"
    if clock.how == "kept":
        return "met_late" if is_late else "met"
    return "breached" if is_late and clock.how != "merged" else "cancelled"


def office_minutes(
    zone: str, opens: int, closes: int, first: datetime, last: datetime, *, closed: Iterable[str]
) -> list[int]:
    """Monday to Friday between two hours of the wall clock, but for some dates ("2016-03-25")."""
    found, away, wall = [], set(closed), ZoneInfo(zone)
    for minute in range(int(first.timestamp()) // 60, int(last.timestamp()) // 60):
        local = datetime.fromtimestamp(minute * 60, UTC).astimezone(wall)
        is_working_day = local.weekday() < 5 and f"{local:%Y-%m-%d}" not in away
        if is_working_day and opens <= local.hour < closes:
            found.append(minute)
    return found
