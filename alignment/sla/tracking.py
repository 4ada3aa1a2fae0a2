"""Bring the stored clocks of leads in line with their histories.

A clock is pinned to the version and the opening hours it was started under, so that finished
results do not move when somebody edits an agreement or a holiday.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from alignment.accounts.models import OpeningHours
from alignment.accounts.roles import Side
from alignment.accounts.working_hours import calendar_for
from alignment.leads.events import LeadChanged
from alignment.leads.happenings import HANDOFFS
from alignment.leads.models import LeadEvent
from alignment.sla import queries
from alignment.sla.history import Happened
from alignment.sla.keeping import Clock, TimerKey, keep
from alignment.sla.models import Agreement, AgreementVersion, Timer
from alignment.sla.retargeting import all_readings
from alignment.sla.stopwatch import Reading
from alignment.sla.targets import ClockOf, Target, by_key
from alignment.sla.wording import targets_of
from alignment.worktime.calendar import Calendar

Told = Sequence[Happened]
"""What counts of one lead's history, in order."""


def read_again(session: Session, events: Sequence[LeadChanged]) -> None:
    """Something happened to these leads: read their clocks again."""
    for workspace_id, told in groupby(events, key=lambda event: event.workspace_id):
        group = list(told)
        lead_ids = {event.lead_id for event in group}
        read_leads(session, workspace_id, lead_ids, now=max(event.at for event in group))


def read_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int], *, now: datetime
) -> None:
    """Read every clock of these leads as of ``now``, start new ones and keep what changed."""
    # First of all: what others just told or kept of these leads is then seen by all that follows.
    queries.hold_leads(session, workspace_id, lead_ids)
    terms = _terms(session, workspace_id)
    if not terms:
        return

    timers = queries.timers_of_leads(session, workspace_id, lead_ids)
    known = {key_of(timer): timer for timer in timers}
    found = [
        clock
        for lead_id, told in _histories(session, workspace_id, lead_ids).items()
        for each in terms.values()
        for clock in each.clocks(lead_id, told, known, now=now)
    ]
    keep(session, workspace_id, found, known, now=now)


def read_timers(
    session: Session, workspace_id: int, timers: Sequence[Timer], *, now: datetime
) -> None:
    """Read these clocks alone as of ``now``; the caller holds their leads, nothing was told."""
    terms = _terms(session, workspace_id)
    histories = _histories(session, workspace_id, {timer.lead_id for timer in timers})
    found = [
        clock
        for timer in timers
        for clock in terms[timer.version_id].clock(timer, histories[timer.lead_id], now=now)
    ]
    keep(session, workspace_id, found, {key_of(timer): timer for timer in timers}, now=now)


def _terms(session: Session, workspace_id: int) -> dict[int, "Terms"]:
    """Every version that clocks may have started under, the oldest first."""
    agreements = queries.agreements_by_id(session, workspace_id)
    hours = queries.hours_by_id(session, workspace_id)
    versions = queries.versions_ever_in_force(session, workspace_id)
    return {x.id: Terms(x, agreements[x.agreement_id], hours) for x in versions}


def _histories(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Mapping[int, Told]:
    told: defaultdict[int, list[Happened]] = defaultdict(list)
    for line in queries.lines_of_leads(session, workspace_id, lead_ids):
        told[line.lead_id].append(happened(line))
    return told


class Terms:
    """One version of an agreement: what it promises, and the opening hours that count for it."""

    def __init__(
        self, version: AgreementVersion, agreement: Agreement, hours: Mapping[int, OpeningHours]
    ) -> None:
        self._version = version
        self._alike = by_key(targets_of(version))
        self._targets = {(x.key, x.segment.name): x for some in self._alike.values() for x in some}
        newest = {each.team_id: each.id for each in hours.values()}
        self._newest = {side: newest.get(team) for side, team in agreement.team_ids.items()}
        self._calendar = cache(lambda hours_id: calendar_of(hours.get(hours_id)))

    def clocks(
        self, lead_id: int, told: Told, timers: Mapping[TimerKey, Timer], *, now: datetime
    ) -> Iterator[Clock]:
        """Every round of every promise for one lead, each under the hours it was started under."""
        for today in self._rounds(told, self._targets.values(), None, now=now):
            timer = timers.get((lead_id, self._version.id, today.target_key, today.cycle))
            if timer is None or self._has_newest_hours(timer):
                yield self._clock(lead_id, told, today, None)
            else:
                yield from self.clock(timer, told, now=now)

    def clock(self, timer: Timer, told: Told, *, now: datetime) -> Iterator[Clock]:
        """The stored clock as it reads now; none when nothing starts it any more."""
        hours_id = timer.opening_hours_id
        for reading in self._rounds(told, self._alike[timer.target_key], hours_id, now=now):
            if reading.cycle == timer.cycle:
                yield self._clock(timer.lead_id, told, reading, hours_id)

    def _rounds(
        self, told: Told, targets: Iterable[Target], hours_id: int | None, *, now: datetime
    ) -> Iterator[Reading]:
        """Every cycle that started before this version ended, under those hours or today's."""
        since, ended_at = self._version.effective_at, self._version.ended_at

        def calendar(target: Target) -> Calendar:
            return self._calendar(self._hours_id(target, hours_id))

        for reading in all_readings(told, targets, calendar, now, facts={}, since=since):
            if ended_at is None or reading.started_at < ended_at:
                yield reading

    def _clock(self, lead_id: int, told: Told, reading: Reading, hours_id: int | None) -> Clock:
        target = self._targets[reading.target_key, reading.segment]
        return Clock(
            lead_id=lead_id,
            version_id=self._version.id,
            target=target,
            opening_hours_id=self._hours_id(target, hours_id),
            reading=reading,
            owner_id=_answerable(told, target, reading),
        )

    def _hours_id(self, target: Target, pinned_id: int | None) -> int | None:
        """The hours pinned, else the newest of the team that owes it; none when always open."""
        if target.clock_of is ClockOf.ALWAYS:
            return None
        return pinned_id or self._newest[target.owed_by]

    def _has_newest_hours(self, timer: Timer) -> bool:
        return timer.opening_hours_id in (None, self._newest[timer.owed_by])


def happened(line: LeadEvent | Row[Any]) -> Happened:
    """A line of the history as the stopwatch takes it."""
    return Happened(
        kind=line.kind,
        at=line.at,
        id=line.key,
        by_id=line.by_id,
        owner_id=line.owner_id,
        reason=line.reason,
        facts=line.facts,
    )


def _answerable(told: Told, target: Target, reading: Reading) -> int | None:
    """For sales the lead's owner; for marketing whoever handed the lead off last before."""
    if target.owed_by is Side.SALES:
        return reading.owner_id
    handoffs = [x for x in told if x.kind in HANDOFFS and x.at <= reading.started_at]
    return handoffs[-1].by_id if handoffs else None


def calendar_of(hours: OpeningHours | None) -> Calendar:
    return calendar_for(hours) if hours else Calendar.always()


def key_of(timer: Timer) -> TimerKey:
    return timer.lead_id, timer.version_id, timer.target_key, timer.cycle
