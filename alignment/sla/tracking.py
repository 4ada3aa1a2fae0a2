"""Bring the stored clocks of leads in line with their histories.

A clock is pinned to the version and the opening hours it was started under, so that finished
results do not move when somebody edits an agreement or a holiday.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from alignment.accounts.models import OpeningHours, id_of
from alignment.accounts.roles import Side
from alignment.accounts.working_hours import calendar_for
from alignment.leads import queries as leads
from alignment.leads.events import LeadChanged
from alignment.leads.happenings import HANDOFFS
from alignment.leads.models import LeadEvent
from alignment.sla import queries
from alignment.sla.history import Happened
from alignment.sla.keeping import Clock, TimerKey, keep
from alignment.sla.models import Agreement, AgreementVersion, Timer
from alignment.sla.retargeting import all_readings
from alignment.sla.stopwatch import Reading
from alignment.sla.targets import ClockOf, Target
from alignment.sla.wording import targets_of
from alignment.worktime.calendar import Calendar


@dataclass(frozen=True)
class Promised:
    """What is in force or was: the versions of a workspace, and whose hours count for them."""

    versions: Sequence[AgreementVersion]
    agreements: Mapping[int, Agreement]
    newest_hours: Mapping[int, OpeningHours]
    pinned_hours: Mapping[int, OpeningHours]

    def hours(self, version: AgreementVersion, target: Target) -> OpeningHours | None:
        """The hours of the team that owes it, as they are today; none for an always open clock."""
        if target.clock_of is ClockOf.ALWAYS:
            return None
        agreement = self.agreements[version.agreement_id]
        owes = target.owed_by is Side.MARKETING
        team_id = agreement.marketing_team_id if owes else agreement.sales_team_id
        return self.newest_hours.get(team_id)


def read_again(session: Session, events: Sequence[LeadChanged]) -> None:
    """Something happened to these leads: read their clocks again."""
    for workspace_id, told in groupby(events, key=lambda event: event.workspace_id):
        group = list(told)
        lead_ids = {event.lead_id for event in group}
        read_leads(session, workspace_id, lead_ids, now=max(event.at for event in group))


def read_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int], *, now: datetime
) -> None:
    """Read every clock of these leads as of ``now`` and keep what changed."""
    timers = {key_of(t): t for t in queries.timers_of_leads(session, workspace_id, lead_ids)}
    promised = _promised(session, workspace_id, timers.values())
    if not promised.versions:
        return

    found = [
        clock
        for history in _histories(session, workspace_id, lead_ids)
        for clock in _clocks_of(history, promised, timers, now=now)
    ]
    keep(session, workspace_id, found, timers, now=now)


def _promised(session: Session, workspace_id: int, timers: Collection[Timer]) -> Promised:
    pinned = {timer.opening_hours_id for timer in timers if timer.opening_hours_id}
    return Promised(
        versions=queries.versions_ever_in_force(session, workspace_id),
        agreements=queries.agreements_by_id(session, workspace_id),
        newest_hours=queries.newest_hours(session, workspace_id),
        pinned_hours=queries.hours_by_id(session, workspace_id, pinned),
    )


def _histories(
    session: Session, workspace_id: int, lead_ids: Collection[int]
) -> Iterator[list[LeadEvent]]:
    told = leads.histories(session, workspace_id, list(lead_ids))
    for _, lines in groupby(told, key=lambda line: line.lead_id):
        yield list(lines)


def _clocks_of(
    history: list[LeadEvent],
    promised: Promised,
    timers: Mapping[TimerKey, Timer],
    *,
    now: datetime,
) -> Iterator[Clock]:
    """Every round of every promise for one lead, under each version it started under."""
    told = [happened(line) for line in history]
    for version in promised.versions:
        terms = _Terms(promised, version, told, now)
        for today in terms.read():
            if version.ended_at is not None and today.started_at >= version.ended_at:
                continue
            timer = timers.get((history[0].lead_id, id_of(version), today.target_key, today.cycle))
            hours, reading = terms.as_pinned(today, timer)
            yield Clock(
                lead_id=history[0].lead_id,
                version=version,
                target=terms.target_of(reading),
                hours=hours,
                reading=reading,
                owner_id=_answerable(history, terms.target_of(reading), reading),
            )


class _Terms:
    """One lead under one version: its rounds under today's hours, or under those of a clock."""

    def __init__(
        self, promised: Promised, version: AgreementVersion, told: list[Happened], now: datetime
    ) -> None:
        self.promised, self.version, self.told, self.now = promised, version, told, now
        self.all_targets = targets_of(version)
        self.targets = {(x.key, x.segment.name): x for x in self.all_targets}

    def read(self) -> tuple[Reading, ...]:
        return self._read(lambda target: calendar_of(self.promised.hours(self.version, target)))

    def target_of(self, reading: Reading) -> Target:
        return self.targets[reading.target_key, reading.segment]

    def as_pinned(self, today: Reading, timer: Timer | None) -> tuple[OpeningHours | None, Reading]:
        """The hours a clock was started under, and its reading under them."""
        newest = self.promised.hours(self.version, self.target_of(today))
        if timer is None or timer.opening_hours_id in (None, newest and newest.id):
            return newest, today
        pinned = self.promised.pinned_hours[timer.opening_hours_id]
        calendar = calendar_of(pinned)
        rounds = self._read(lambda _: calendar)
        same = (x for x in rounds if (x.target_key, x.cycle) == (today.target_key, today.cycle))
        return pinned, next(same)

    def _read(self, calendar: Callable[[Target], Calendar]) -> tuple[Reading, ...]:
        since = self.version.effective_at
        return all_readings(self.told, self.all_targets, calendar, self.now, facts={}, since=since)


def happened(line: LeadEvent) -> Happened:
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


def _answerable(history: list[LeadEvent], target: Target, reading: Reading) -> int | None:
    """For sales the lead's owner; for marketing whoever handed the lead off last before."""
    if target.owed_by is Side.SALES:
        return reading.owner_id
    handoffs = [x for x in history if x.kind in HANDOFFS and x.at <= reading.started_at]
    return handoffs[-1].by_id if handoffs else None


def calendar_of(hours: OpeningHours | None) -> Calendar:
    return calendar_for(hours) if hours else Calendar.always()


def key_of(timer: Timer) -> TimerKey:
    return timer.lead_id, timer.version_id, timer.target_key, timer.cycle
