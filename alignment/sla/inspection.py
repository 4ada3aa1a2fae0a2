"""Look into stored clocks: each read anew, under the wording and the hours it was started under."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.leads.models import Lead
from alignment.sla import queries
from alignment.sla.book import terms_of
from alignment.sla.explain import NOBODY, BarSegment, bar, sentences
from alignment.sla.models import AgreementVersion, Timer
from alignment.sla.phrases import day_and_clock
from alignment.sla.stopwatch import Reading, State
from alignment.sla.targets import Target
from alignment.sla.tracking import histories, read
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
    version: AgreementVersion | None = None
    """Under which it reads; none while that is only tried."""
    hours_words: str = ""
    """Whose hours count, where the lead's region was to decide."""

    @property
    def chip(self) -> str:
        """The word of its state, where nearly due has a word of its own."""
        return chip_of(self.reading, now=self.at)

    @property
    def bar(self) -> tuple[BarSegment, ...]:
        return bar(self.reading, self.calendar, self.at)

    def why(self, zone: str, *, people: Mapping[int, str] = NOBODY) -> tuple[str, ...]:
        """Why it is due then, in sentences told in the reader's zone."""
        promise, *story = sentences(self.reading, self.target, self.calendar, zone, people=people)
        whose = [self.hours_words] if self.hours_words else []
        return promise, *whose, *self._moved(zone), *story

    def _moved(self, zone: str) -> Iterator[str]:
        """Whether another version took it over while it ran."""
        version, started_at = self.version, self.reading.started_at
        if version is None or version.effective_at is None or version.effective_at <= started_at:
            return
        at = day_and_clock(version.effective_at, ZoneInfo(zone))
        yield f"Moved under version {version.number} {at}, counted from the start."


def chip_of(clock: Timer | Reading, *, now: datetime) -> str:
    """The state as chips name it: running clocks are "warned" from their warning point on."""
    is_warned = clock.state is State.RUNNING and clock.warn_at <= now
    return "warned" if is_warned else clock.state.value


def clocks_of(session: Session, lead: Lead, *, now: datetime) -> list[Inspected]:
    """Every clock of one lead that people hear of, what is open and due first on top."""
    timers = [timer for timer in queries.timers_of(session, lead) if not timer.is_shadow]
    return inspect(session, lead.workspace_id, timers, now=now)


def inspect(
    session: Session, workspace_id: int, timers: Sequence[Timer], *, now: datetime
) -> list[Inspected]:
    """These clocks in their order; one whose cause was taken back reads nothing and is left out."""
    told = histories(session, workspace_id, {timer.lead_id for timer in timers})
    terms = terms_of(session, workspace_id, now=now)
    versions = {one.id: one for one in queries.versions_ever_in_force(session, workspace_id)}
    return [
        Inspected(
            timer=timer,
            target=clock.target,
            calendar=terms[clock.version_id, clock.is_shadow].calendar(clock),
            reading=clock.reading,
            at=now,
            version=None if clock.is_shadow else versions.get(clock.version_id),
            hours_words=terms[clock.version_id, clock.is_shadow].hours_words(
                clock, told[clock.lead_id]
            ),
        )
        for timer in timers
        for clock in read(terms, timer, told[timer.lead_id], now=now)
    ]


def promise_names(session: Session, workspace_id: int) -> dict[tuple[int, str], str]:
    """What each promise is called, by its version and key."""
    return {
        (version.id, target.key): target.name
        for version in queries.versions_ever_in_force(session, workspace_id)
        for target in targets_of(version)
    }
