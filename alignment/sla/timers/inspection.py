"""Read stored timers again for display, under the version and hours each was started under."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.leads.models import Lead
from alignment.sla.clock.explanation import (
    NO_NAMES,
    BarSegment,
    bar_segments,
    explanation_sentences,
)
from alignment.sla.clock.stopwatch import Reading, TimerState
from alignment.sla.models import AgreementVersion, Timer
from alignment.sla.promises.dates_and_durations import date_and_time
from alignment.sla.promises.targets import Target
from alignment.sla.timers import queries
from alignment.sla.timers.histories import load_histories
from alignment.sla.timers.refresh import read_timer
from alignment.sla.versions import queries as versions_queries
from alignment.sla.versions.index import load_version_index
from alignment.sla.versions.stored_promises import targets_of_version
from alignment.worktime.calendar import Calendar


@dataclass(frozen=True, kw_only=True)
class InspectedTimer:
    """One clock as it reads at an instant, with what it takes to draw and to explain it."""

    timer: Timer
    target: Target
    calendar: Calendar
    reading: Reading
    at: datetime
    version: AgreementVersion | None = None
    """Under which it reads; none while that is only tried."""
    hours_sentence: str = ""
    """Whose hours count, where the lead's region was to decide."""

    @property
    def state_label(self) -> str:
        """The word of its state, where nearly due has a word of its own."""
        return state_label(self.reading, now=self.at)

    @property
    def bar(self) -> tuple[BarSegment, ...]:
        return bar_segments(self.reading, self.calendar, self.at)

    def explanation(self, zone: str, *, people: Mapping[int, str] = NO_NAMES) -> tuple[str, ...]:
        """Why it is due then, in sentences told in the reader's zone."""
        promise, *story = explanation_sentences(
            self.reading, self.target, self.calendar, zone, people=people
        )
        whose = [self.hours_sentence] if self.hours_sentence else []
        return promise, *whose, *self._moved(zone), *story

    def _moved(self, zone: str) -> Iterator[str]:
        """Whether another version took it over while it ran."""
        version, started_at = self.version, self.reading.started_at
        if version is None or version.effective_at is None or version.effective_at <= started_at:
            return
        at = date_and_time(version.effective_at, ZoneInfo(zone))
        yield f"Moved under version {version.number} {at}, counted from the start."


def state_label(reading: Timer | Reading, *, now: datetime) -> str:
    """The state as chips name it: running clocks are "warned" from their warning point on."""
    is_warned = reading.state is TimerState.RUNNING and reading.warn_at <= now
    return "warned" if is_warned else reading.state.value


def inspect_lead(session: Session, lead: Lead, *, now: datetime) -> list[InspectedTimer]:
    """Every clock of one lead that people hear of, what is open and due first on top."""
    timers = [timer for timer in queries.timers_of(session, lead) if not timer.is_shadow]
    return inspect_timers(session, lead.workspace_id, timers, now=now)


def inspect_timers(
    session: Session, workspace_id: int, timers: Sequence[Timer], *, now: datetime
) -> list[InspectedTimer]:
    """These clocks in their order; one whose cause was taken back reads nothing and is left out."""
    histories_by_lead = load_histories(session, workspace_id, {timer.lead_id for timer in timers})
    terms = load_version_index(session, workspace_id, now=now)
    versions = {
        one.id: one for one in versions_queries.versions_ever_in_force(session, workspace_id)
    }
    return [
        InspectedTimer(
            timer=timer,
            target=reading.target,
            calendar=terms[reading.version_id, reading.is_shadow].calendar_for(reading),
            reading=reading.reading,
            at=now,
            version=None if reading.is_shadow else versions.get(reading.version_id),
            hours_sentence=terms[reading.version_id, reading.is_shadow].hours_sentence(
                reading, histories_by_lead[reading.lead_id]
            ),
        )
        for timer in timers
        for reading in read_timer(terms, timer, histories_by_lead[timer.lead_id], now=now)
    ]


def promise_names(session: Session, workspace_id: int) -> dict[tuple[int, str], str]:
    """What each promise is called, by its version and key."""
    return {
        (version.id, target.key): target.name
        for version in versions_queries.versions_ever_in_force(session, workspace_id)
        for target in targets_of_version(version)
    }
