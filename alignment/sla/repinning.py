"""Open clocks under another wording or other hours: what would move, and moving it.

Finished clocks and missed ones stay where they are: a result and a breach are facts. A clock that
moves keeps its original start. What moves is told by the same reading as every day's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.events import OpeningHoursChanged
from alignment.accounts.models import OpeningHours
from alignment.sla import queries
from alignment.sla.book import Book, book, terms_of
from alignment.sla.keeping import Clock
from alignment.sla.models import Agreement, AgreementVersion, Timer
from alignment.sla.stopwatch import State
from alignment.sla.terms import IN_TIME, Told
from alignment.sla.tracking import histories, read, read_timers

AT_ONCE = 250
"""Leads of one batch."""
UNSAVED = -1
"""The number of a row that is only thought of."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would become of the open clocks; nothing is written to find out."""

    open_clocks: int
    """Those that run or stand still, and are in time."""
    move: int
    """Of these, how many would be due at another instant."""
    become_breached: int
    """Of these, how many would be missed at once."""
    become_kept: int
    """Of these, how many would be kept at once."""
    dropped: int
    """Of these, how many the other wording does not promise any more."""


def preview_version(session: Session, version: AgreementVersion, *, now: datetime) -> Preview:
    """What open clocks would come to if this draft took effect now and they moved under it."""
    return _counted(_moves_under(session, version, now=now))


def preview_hours(session: Session, hours: OpeningHours, *, now: datetime) -> Preview:
    """What open clocks would come to under these hours, which need not be saved."""
    return _counted(_moves_into(session, hours, now=now))


def move_into_hours(session: Session, events: Sequence[OpeningHoursChanged]) -> None:
    """Hours of a team or region changed, and open clocks are to count in the new ones as well."""
    for event in events:
        if event.covers_open:
            hours = session.get_one(OpeningHours, event.hours_id)
            moving = [timer for timer, *_ in _moves_into(session, hours, now=event.at)]
            for timers in _batches(moving, AT_ONCE):
                _pin(session, hours, timers, now=event.at)


def _pin(session: Session, hours: OpeningHours, timers: Sequence[Timer], *, now: datetime) -> None:
    queries.hold_leads(session, hours.workspace_id, {timer.lead_id for timer in timers})
    for timer in timers:
        timer.opening_hours_id = hours.id
    read_timers(session, hours.workspace_id, timers, now=now)


Move = tuple[Timer, Clock, Clock | None]
"""A clock that is open and in time, how it reads today, and how it would read."""


def _counted(moves: Iterable[Move]) -> Preview:
    readings = [(before.reading, after.reading if after else None) for _, before, after in moves]
    found = [(before, after) for before, after in readings if after is not None]
    return Preview(
        open_clocks=len(readings),
        move=sum(before.due_at != after.due_at for before, after in found),
        become_breached=sum(after.state is State.BREACHED for _, after in found),
        become_kept=sum(after.state is State.MET for _, after in found),
        dropped=sum(after is None for _, after in readings),
    )


def _moves_under(session: Session, version: AgreementVersion, *, now: datetime) -> Iterator[Move]:
    agreement = session.get_one(Agreement, version.agreement_id)
    held = queries.version_in_force(session, agreement, at=now)
    if held is None:
        return
    today = terms_of(session, version.workspace_id, now=now)
    then = _with_versions(
        session,
        [
            _copy(held, ended_at=now),
            _copy(version, effective_at=now, ended_at=None, covers_open=True),
        ],
        now=now,
    )
    timers = queries.open_in_time(session, version.workspace_id, version_id=held.id)
    for timer, told in _with_histories(session, timers):
        yield from _beside(
            timer, read(today, timer, told, now=now), read(then, timer, told, now=now)
        )


def _moves_into(session: Session, hours: OpeningHours, *, now: datetime) -> Iterator[Move]:
    known = queries.hours_by_id(session, hours.workspace_id)
    number = hours.id or UNSAVED
    today = terms_of(session, hours.workspace_id, now=now)
    then = book(
        queries.versions_ever_in_force(session, hours.workspace_id),
        queries.agreements_by_id(session, hours.workspace_id),
        known | {number: OpeningHours(**hours.model_dump() | {"id": number})},
        now=now,
    )
    ids = [x.id for x in known.values() if x.id != number and _may_give_way(x, hours)]
    timers = queries.open_in_time(session, hours.workspace_id, hours_ids=ids)
    for timer, told in _with_histories(session, timers):
        after = read(then, timer, told, now=now, hours_id=number)
        if after and after[0].opening_hours_id == number:
            yield from _beside(timer, read(today, timer, told, now=now), after)


def _may_give_way(before: OpeningHours, after: OpeningHours) -> bool:
    """Clocks of a region without hours of its own count in a team's until it has some."""
    if after.lead_region_key is None:
        return before.team_id == after.team_id
    return before.lead_region_key in (None, after.lead_region_key)


def _beside(timer: Timer, before: Sequence[Clock], after: Sequence[Clock]) -> Iterator[Move]:
    """Nothing for a clock that is no longer open and in time; nobody has looked at it since."""
    if before and before[0].reading.state in IN_TIME:
        yield timer, before[0], after[0] if after else None


def _with_versions(session: Session, changed: Sequence[AgreementVersion], *, now: datetime) -> Book:
    workspace_id = changed[0].workspace_id
    versions = {x.id: x for x in queries.versions_ever_in_force(session, workspace_id)}
    versions |= {version.id: version for version in changed}
    return book(
        list(versions.values()),
        queries.agreements_by_id(session, workspace_id),
        queries.hours_by_id(session, workspace_id),
        now=now,
    )


def _copy(version: AgreementVersion, **changed: object) -> AgreementVersion:
    """A row that belongs to no session, so that it is never saved."""
    return AgreementVersion(**version.model_dump() | changed)


def _with_histories(session: Session, timers: Sequence[Timer]) -> Iterator[tuple[Timer, Told]]:
    for some in _batches(timers, AT_ONCE):
        lead_ids = {timer.lead_id for timer in some}
        told = histories(session, some[0].workspace_id, lead_ids)
        yield from ((timer, told[timer.lead_id]) for timer in some)


def _batches(timers: Sequence[Timer], size: int) -> Iterator[Sequence[Timer]]:
    for first in range(0, len(timers), size):
        yield timers[first : first + size]
