"""Look into stored clocks: each read anew, under the wording and the hours it was started under."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.leads import queries as leads
from alignment.leads.models import Lead
from alignment.sla import queries
from alignment.sla.explain import NOBODY, BarSegment, bar, sentences
from alignment.sla.history import Happened
from alignment.sla.models import AgreementVersion, Timer
from alignment.sla.retargeting import all_readings
from alignment.sla.stopwatch import Reading, State
from alignment.sla.targets import Target
from alignment.sla.tracking import calendar_of, happened
from alignment.sla.wording import targets_of
from alignment.worktime.calendar import Calendar


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """One clock as it reads at an instant, with what it takes to draw and to explain it."""

    timer: Timer
    target: Target
    calendar: Calendar
    reading: Reading
    at: datetime

    @property
    def chip(self) -> str:
        """The word of its state, where nearly due has a word of its own."""
        return chip_of(self.reading, now=self.at)

    @property
    def bar(self) -> tuple[BarSegment, ...]:
        return bar(self.reading, self.calendar, self.at)

    def why(self, zone: str, *, people: Mapping[int, str] = NOBODY) -> tuple[str, ...]:
        """Why it is due then, in sentences told in the reader's zone."""
        return sentences(self.reading, self.target, self.calendar, zone, people=people)


def chip_of(clock: Timer | Reading, *, now: datetime) -> str:
    """The state as chips name it: running clocks are "warned" from their warning point on."""
    is_warned = clock.state is State.RUNNING and clock.warn_at <= now
    return "warned" if is_warned else clock.state.value


def clocks_of(session: Session, lead: Lead, *, now: datetime) -> list[Inspected]:
    """Every clock of one lead, what is open and due first on top."""
    return inspect(session, lead.workspace_id, queries.timers_of(session, lead), now=now)


def inspect(
    session: Session, workspace_id: int, timers: Sequence[Timer], *, now: datetime
) -> list[Inspected]:
    """These clocks in their order; one whose cause was taken back reads nothing and is left out."""
    histories = _histories(session, workspace_id, {timer.lead_id for timer in timers})
    versions = {x.id: x for x in queries.versions_ever_in_force(session, workspace_id)}
    pinned = {timer.opening_hours_id for timer in timers if timer.opening_hours_id}
    hours = queries.hours_by_id(session, workspace_id, pinned)
    found: list[Inspected] = []
    for timer in timers:
        calendar = calendar_of(hours.get(timer.opening_hours_id or 0))
        told, version = histories[timer.lead_id], versions[timer.version_id]
        found += _inspected(timer, version, told, calendar, now=now)
    return found


def promise_names(session: Session, workspace_id: int) -> dict[tuple[int, str], str]:
    """What each promise is called, by its version and key."""
    return {
        (version.id, target.key): target.name
        for version in queries.versions_ever_in_force(session, workspace_id)
        for target in targets_of(version)
    }


def _histories(
    session: Session, workspace_id: int, lead_ids: set[int]
) -> Mapping[int, list[Happened]]:
    told: defaultdict[int, list[Happened]] = defaultdict(list)
    for line in leads.histories(session, workspace_id, sorted(lead_ids)):
        told[line.lead_id].append(happened(line))
    return told


def _inspected(
    timer: Timer,
    version: AgreementVersion,
    told: list[Happened],
    calendar: Calendar,
    *,
    now: datetime,
) -> Iterator[Inspected]:
    targets = targets_of(version)
    rounds = all_readings(
        told, targets, lambda _: calendar, now, facts={}, since=version.effective_at
    )
    for reading in rounds:
        if (reading.target_key, reading.cycle) == (timer.target_key, timer.cycle):
            target = next(
                x
                for x in targets
                if (x.key, x.segment.name) == (reading.target_key, reading.segment)
            )
            yield Inspected(timer=timer, target=target, calendar=calendar, reading=reading, at=now)
