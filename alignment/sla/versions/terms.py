"""Read leads and timers under one version: its targets, its scope, its hours and its lifetime.

A cycle belongs to the version it started under, or to a later one that was signed for open timers
as well, if the cycle was open and in time when that version took effect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache

from alignment.accounts.models import OpeningHours
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.clock.regional_hours import CycleCalendars, region_at
from alignment.sla.clock.responsibility import responsible_person
from alignment.sla.clock.retargeting import all_readings
from alignment.sla.clock.stopwatch import IN_TIME_STATES, Reading
from alignment.sla.models import Agreement, AgreementVersion, Timer
from alignment.sla.promises.agreement_scope import scope_targets
from alignment.sla.promises.targets import HoursSource, Target, targets_by_key
from alignment.sla.versions.applicable_hours import ApplicableHours, PinnedHours, why_these_hours
from alignment.sla.versions.lifetimes import (
    Lifetime,
    precedence_changes,
    preceding_scopes_at,
    scope_of,
)
from alignment.sla.versions.readings import TimerKey, TimerReading, key_of_timer
from alignment.sla.versions.stored_promises import targets_of_version
from alignment.worktime.calendar import Calendar

History = Sequence[HistoryEvent]
"""What counts of one lead's history, in order."""


class VersionTerms:
    """One version of an agreement: what it promises for whom, and the hours that count for it."""

    def __init__(
        self,
        version: AgreementVersion,
        agreement: Agreement,
        hours: Mapping[int, OpeningHours],
        lives: Sequence[Lifetime],
        *,
        is_shadow: bool = False,
    ) -> None:
        self.version, self.agreement, self.is_shadow = version, agreement, is_shadow
        begins, ends = version.effective_at, version.ended_at
        if is_shadow:
            begins, ends = version.shadow_at, version.effective_at
        if begins is None:
            raise ValueError(f"Nothing was ever read under version {version.id}.")
        self.since, self.until, self.first = begins, ends, begins
        self.before: VersionTerms | None = None
        self.after: VersionTerms | None = None
        targets = targets_of_version(version)
        self._targets = {(target.key, target.segment.name): target for target in targets}
        scope = scope_of(agreement)
        self._earlier_at = cache(lambda at: preceding_scopes_at(lives, scope, at))
        turns = dict.fromkeys(map(self._earlier_at, precedence_changes(lives, scope, begins)))
        self._scoped = {
            owner_event: targets_by_key(scope_targets(targets, scope, earlier=owner_event))
            for owner_event in turns
        }
        self._hours, self._whose = hours, ApplicableHours(agreement, hours)

    def take_over(self, previous: "VersionTerms") -> None:
        """Read the rounds that are open and in time under the version before as well."""
        self.before, previous.after = previous, self
        self.first = previous.first

    def read_lead(
        self, lead_id: int, events: History, timers: Mapping[TimerKey, Timer], *, now: datetime
    ) -> Iterator[TimerReading]:
        """Every round of every promise for one lead, each under the hours it was started under."""
        keys = list(dict.fromkeys(key for key, _ in self._targets))
        for today in self._own_cycles(events, keys, None, now=now):
            timer = self._stored_key(timers, lead_id, today)
            reading = self._timer_reading(lead_id, events, today, None, timer)
            if timer is None or timer.opening_hours_id in (None, reading.opening_hours_id):
                yield reading
            else:
                yield from self._read_stored(timer, events, timer.opening_hours_id, now=now)

    def read_timer(
        self, timer: Timer, events: History, *, now: datetime, hours_id: int | None = None
    ) -> Sequence[TimerReading]:
        """The stored clock as it reads now; none when nothing starts it any more.

        It is read under the version that has taken it over, and under other hours if asked.
        """
        reading = list(
            self._read_stored(timer, events, hours_id or timer.opening_hours_id, now=now)
        )
        if not reading and self.after is not None:
            return self.after.read_timer(timer, events, now=now, hours_id=hours_id)
        return reading

    def calendar_for(self, reading: TimerReading) -> Calendar:
        """The calendar that this clock is read under."""
        return self._whose.calendar(reading.opening_hours_id)

    def hours_sentence(self, reading: TimerReading, events: History) -> str:
        """Which hours count and why, where the lead's region was to decide; else empty."""
        hours = self._hours.get(reading.opening_hours_id or 0)
        return why_these_hours(
            reading.target, hours, _region_at_start(reading.target, events, reading.reading)
        )

    def _read_stored(
        self, timer: Timer, events: History, hours_id: int | None, *, now: datetime
    ) -> Iterator[TimerReading]:
        is_ours = timer.version_id == self.version.id
        pin = PinnedHours(hours_id=hours_id, started_at=timer.started_at)
        for reading in self._own_cycles(events, [timer.target_key], pin, now=now):
            is_it = reading.cycle == timer.cycle if is_ours else _is_same_cycle(timer, reading)
            if is_it:
                yield self._timer_reading(timer.lead_id, events, reading, pin, timer)

    def _own_cycles(
        self, events: History, keys: Iterable[str], pin: PinnedHours | None, *, now: datetime
    ) -> Iterator[Reading]:
        """Every round that is this version's, under those hours or today's."""
        for reading in self._started_cycles(events, keys, pin, now=now):
            if not self._is_gone(reading, events, pin, now=now):
                yield reading

    def _started_cycles(
        self, events: History, keys: Iterable[str], pin: PinnedHours | None, *, now: datetime
    ) -> Iterator[Reading]:
        """Every round that this version had at some time before it ended."""

        def hours(target: Target) -> CycleCalendars:
            return self._whose.hours(target, pin)

        wanted = list(keys)
        for earlier, alike in self._scoped.items():
            targets = [target for key in wanted for target in alike.get(key, ())]
            for reading in all_readings(events, targets, hours, now, facts={}, since=self.first):
                turn = self._earlier_at(max(reading.started_at, self.since))
                if turn == earlier and self._is_ours(reading, events, pin, now=now):
                    yield reading

    def _is_ours(
        self, reading: Reading, events: History, pin: PinnedHours | None, *, now: datetime
    ) -> bool:
        if self.until is not None and reading.started_at >= self.until:
            return False
        if reading.started_at >= self.since:
            return True
        if self.before is None or now < self.since:
            return False
        return self.before.hands_over(reading, events, pin)

    def _is_gone(
        self, reading: Reading, events: History, pin: PinnedHours | None, *, now: datetime
    ) -> bool:
        if self.after is None or self.until is None or self.until > now:
            return False
        if reading.stopped_at is not None and reading.stopped_at <= self.until:
            return False
        return self.hands_over(reading, events, pin)

    def hands_over(self, reading: Reading, events: History, pin: PinnedHours | None) -> bool:
        """Whether this round was open and in time when the next version took over."""
        at = self.after.since if self.after else self.since
        then = self._started_cycles(events, [reading.target_key], pin, now=at)
        return any(
            owner_event.state in IN_TIME_STATES
            for owner_event in then
            if owner_event.started_at == reading.started_at
        )

    def _stored_key(
        self, timers: Mapping[TimerKey, Timer], lead_id: int, reading: Reading
    ) -> Timer | None:
        """The row of this round, which may still stand under the version before."""
        key = (lead_id, self.version.id, self.is_shadow, reading.target_key, reading.cycle)
        if key in timers or reading.started_at >= self.since:
            return timers.get(key)
        previous = self.versions_before()
        ours = (
            owner_event
            for owner_event in timers.values()
            if owner_event.lead_id == lead_id and owner_event.version_id in previous
        )
        return next(
            (
                owner_event
                for owner_event in ours
                if not owner_event.is_shadow and _is_same_cycle(owner_event, reading)
            ),
            None,
        )

    def versions_before(self) -> set[int]:
        previous = self.before
        return {previous.version.id} | previous.versions_before() if previous else set()

    def _timer_reading(
        self,
        lead_id: int,
        events: History,
        reading: Reading,
        pin: PinnedHours | None,
        timer: Timer | None,
    ) -> TimerReading:
        target = self._targets[reading.target_key, reading.segment]
        return TimerReading(
            lead_id=lead_id,
            version_id=self.version.id,
            is_shadow=self.is_shadow,
            target=target,
            opening_hours_id=self._whose.hours_id(
                target, _region_at_start(target, events, reading), pin
            ),
            reading=reading,
            owner_id=responsible_person(events, target, reading),
            stored_key=key_of_timer(timer) if timer else None,
        )


def _is_same_cycle(timer: Timer, reading: Reading) -> bool:
    """Whether a row of another version is of this round; versions may count rounds differently."""
    return (timer.target_key, timer.started_at) == (reading.target_key, reading.started_at)


def _region_at_start(target: Target, events: History, reading: Reading) -> str:
    """Where the lead was when the round began; empty where that decides nothing."""
    is_asked = target.clock_of is HoursSource.LEAD_REGION
    return region_at(events, reading.started_at) if is_asked else ""
