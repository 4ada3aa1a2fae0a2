"""What leads are read under: each version of an agreement with its leads, its hours and its time.

Which version a round is read under follows from the history alone: the one it started under, or a
later one that was signed for open clocks too, if the round was open and in time just then.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache

from alignment.accounts.models import OpeningHours
from alignment.accounts.roles import Side
from alignment.leads.happenings import HANDOFFS
from alignment.sla.history import Happened
from alignment.sla.keeping import Clock, TimerKey, key_of
from alignment.sla.lifetimes import Lifetime, earlier_at, moments, scope_of
from alignment.sla.models import Agreement, AgreementVersion, Timer
from alignment.sla.regional import Hours, region_at
from alignment.sla.retargeting import all_readings
from alignment.sla.scope import scoped
from alignment.sla.stopwatch import Reading, State
from alignment.sla.targets import ClockOf, Target, by_key
from alignment.sla.whose_hours import Pin, WhoseHours, why_these
from alignment.sla.wording import targets_of
from alignment.worktime.calendar import Calendar

Told = Sequence[Happened]
"""What counts of one lead's history, in order."""

IN_TIME = frozenset({State.RUNNING, State.PAUSED})


class Terms:
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
        self.before: Terms | None = None
        self.after: Terms | None = None
        targets = targets_of(version)
        self._targets = {(target.key, target.segment.name): target for target in targets}
        scope = scope_of(agreement)
        self._earlier_at = cache(lambda at: earlier_at(lives, scope, at))
        turns = dict.fromkeys(map(self._earlier_at, moments(lives, scope, begins)))
        self._scoped = {x: by_key(scoped(targets, scope, earlier=x)) for x in turns}
        self._hours, self._whose = hours, WhoseHours(agreement, hours)

    def take_over(self, before: "Terms") -> None:
        """Read the rounds that are open and in time under the version before as well."""
        self.before, before.after = before, self
        self.first = before.first

    def clocks(
        self, lead_id: int, told: Told, timers: Mapping[TimerKey, Timer], *, now: datetime
    ) -> Iterator[Clock]:
        """Every round of every promise for one lead, each under the hours it was started under."""
        keys = list(dict.fromkeys(key for key, _ in self._targets))
        for today in self._rounds(told, keys, None, now=now):
            timer = self._stored(timers, lead_id, today)
            clock = self._clock(lead_id, told, today, None, timer)
            if timer is None or timer.opening_hours_id in (None, clock.opening_hours_id):
                yield clock
            else:
                yield from self._again(timer, told, timer.opening_hours_id, now=now)

    def clock(
        self, timer: Timer, told: Told, *, now: datetime, hours_id: int | None = None
    ) -> Sequence[Clock]:
        """The stored clock as it reads now; none when nothing starts it any more.

        It is read under the version that has taken it over, and under other hours if asked.
        """
        found = list(self._again(timer, told, hours_id or timer.opening_hours_id, now=now))
        if not found and self.after is not None:
            return self.after.clock(timer, told, now=now, hours_id=hours_id)
        return found

    def calendar(self, clock: Clock) -> Calendar:
        """The calendar that this clock is read under."""
        return self._whose.calendar(clock.opening_hours_id)

    def hours_words(self, clock: Clock, told: Told) -> str:
        """Which hours count and why, where the lead's region was to decide; else empty."""
        hours = self._hours.get(clock.opening_hours_id or 0)
        return why_these(clock.target, hours, _region(clock.target, told, clock.reading))

    def _again(
        self, timer: Timer, told: Told, hours_id: int | None, *, now: datetime
    ) -> Iterator[Clock]:
        is_ours = timer.version_id == self.version.id
        pin = Pin(hours_id=hours_id, started_at=timer.started_at)
        for reading in self._rounds(told, [timer.target_key], pin, now=now):
            is_it = reading.cycle == timer.cycle if is_ours else _is_same(timer, reading)
            if is_it:
                yield self._clock(timer.lead_id, told, reading, pin, timer)

    def _rounds(
        self, told: Told, keys: Iterable[str], pin: Pin | None, *, now: datetime
    ) -> Iterator[Reading]:
        """Every round that is this version's, under those hours or today's."""
        for reading in self._begun(told, keys, pin, now=now):
            if not self._is_gone(reading, told, pin, now=now):
                yield reading

    def _begun(
        self, told: Told, keys: Iterable[str], pin: Pin | None, *, now: datetime
    ) -> Iterator[Reading]:
        """Every round that this version had at some time before it ended."""

        def hours(target: Target) -> Hours:
            return self._whose.hours(target, pin)

        wanted = list(keys)
        for earlier, alike in self._scoped.items():
            targets = [target for key in wanted for target in alike.get(key, ())]
            for reading in all_readings(told, targets, hours, now, facts={}, since=self.first):
                turn = self._earlier_at(max(reading.started_at, self.since))
                if turn == earlier and self._is_ours(reading, told, pin, now=now):
                    yield reading

    def _is_ours(self, reading: Reading, told: Told, pin: Pin | None, *, now: datetime) -> bool:
        if self.until is not None and reading.started_at >= self.until:
            return False
        if reading.started_at >= self.since:
            return True
        if self.before is None or now < self.since:
            return False
        return self.before.passes_on(reading, told, pin)

    def _is_gone(self, reading: Reading, told: Told, pin: Pin | None, *, now: datetime) -> bool:
        if self.after is None or self.until is None or self.until > now:
            return False
        if reading.stopped_at is not None and reading.stopped_at <= self.until:
            return False
        return self.passes_on(reading, told, pin)

    def passes_on(self, reading: Reading, told: Told, pin: Pin | None) -> bool:
        """Whether this round was open and in time when the next version took over."""
        at = self.after.since if self.after else self.since
        then = self._begun(told, [reading.target_key], pin, now=at)
        return any(x.state in IN_TIME for x in then if x.started_at == reading.started_at)

    def _stored(
        self, timers: Mapping[TimerKey, Timer], lead_id: int, reading: Reading
    ) -> Timer | None:
        """The row of this round, which may still stand under the version before."""
        key = (lead_id, self.version.id, self.is_shadow, reading.target_key, reading.cycle)
        if key in timers or reading.started_at >= self.since:
            return timers.get(key)
        before = self.versions_before()
        ours = (x for x in timers.values() if x.lead_id == lead_id and x.version_id in before)
        return next((x for x in ours if not x.is_shadow and _is_same(x, reading)), None)

    def versions_before(self) -> set[int]:
        before = self.before
        return {before.version.id} | before.versions_before() if before else set()

    def _clock(
        self, lead_id: int, told: Told, reading: Reading, pin: Pin | None, timer: Timer | None
    ) -> Clock:
        target = self._targets[reading.target_key, reading.segment]
        return Clock(
            lead_id=lead_id,
            version_id=self.version.id,
            is_shadow=self.is_shadow,
            target=target,
            opening_hours_id=self._whose.hours_id(target, _region(target, told, reading), pin),
            reading=reading,
            owner_id=_answerable(told, target, reading),
            was=key_of(timer) if timer else None,
        )


def _is_same(timer: Timer, reading: Reading) -> bool:
    """Whether a row of another version is of this round; versions may count rounds differently."""
    return (timer.target_key, timer.started_at) == (reading.target_key, reading.started_at)


def _region(target: Target, told: Told, reading: Reading) -> str:
    """Where the lead was when the round began; empty where that decides nothing."""
    is_asked = target.clock_of is ClockOf.LEAD_REGION
    return region_at(told, reading.started_at) if is_asked else ""


def _answerable(told: Told, target: Target, reading: Reading) -> int | None:
    """For sales the lead's owner; for marketing whoever handed the lead off last before."""
    if target.owed_by is Side.SALES:
        return reading.owner_id
    handoffs = [x for x in told if x.kind in HANDOFFS and x.at <= reading.started_at]
    return handoffs[-1].by_id if handoffs else None
