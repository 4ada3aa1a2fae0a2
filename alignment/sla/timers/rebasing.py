"""Re-base open timers onto another version or other opening hours, or preview the effect.

Only timers that are open and in time move; results and breaches are facts and stay. A timer that
moves keeps its original start."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.events import OpeningHoursChanged
from alignment.accounts.models import OpeningHours
from alignment.sla.clock.stopwatch import IN_TIME_STATES, TimerState
from alignment.sla.models import Agreement, AgreementVersion, Timer
from alignment.sla.timers import queries
from alignment.sla.timers.histories import load_histories
from alignment.sla.timers.refresh import read_timer, refresh_timers
from alignment.sla.versions import queries as versions_queries
from alignment.sla.versions.index import VersionIndex, build_version_index, load_version_index
from alignment.sla.versions.readings import TimerReading
from alignment.sla.versions.terms import History

TIMERS_PER_BATCH = 250
"""Leads of one batch."""
UNSAVED_HOURS_ID = -1
"""The number of a row that is only thought of."""


@dataclass(frozen=True, kw_only=True)
class RebasePreview:
    """What would become of the open clocks; nothing is written to find out."""

    open_timers: int
    """Those that run or stand still, and are in time."""
    would_move: int
    """Of these, how many would be due at another instant."""
    become_breached: int
    """Of these, how many would be missed at once."""
    become_kept: int
    """Of these, how many would be kept at once."""
    dropped: int
    """Of these, how many the other wording does not promise any more."""


def preview_version(session: Session, version: AgreementVersion, *, now: datetime) -> RebasePreview:
    """What open clocks would come to if this draft took effect now and they moved under it."""
    return _preview_of(_moves_under_version(session, version, now=now))


def preview_hours(session: Session, hours: OpeningHours, *, now: datetime) -> RebasePreview:
    """What open clocks would come to under these hours, which need not be saved."""
    return _preview_of(_moves_under_hours(session, hours, now=now))


def rebase_onto_hours(session: Session, events: Sequence[OpeningHoursChanged]) -> None:
    """Hours of a team or region changed, and open clocks are to count in the new ones as well."""
    for event in events:
        if event.covers_open:
            hours = session.get_one(OpeningHours, event.hours_id)
            moving = [timer for timer, *_ in _moves_under_hours(session, hours, now=event.at)]
            for timers in _batches(moving, TIMERS_PER_BATCH):
                _rebase_timers(session, hours, timers, now=event.at)


def _rebase_timers(
    session: Session, hours: OpeningHours, timers: Sequence[Timer], *, now: datetime
) -> None:
    queries.lock_leads(session, hours.workspace_id, {timer.lead_id for timer in timers})
    for timer in timers:
        timer.opening_hours_id = hours.id
    refresh_timers(session, hours.workspace_id, timers, now=now)


TimerMove = tuple[Timer, TimerReading, TimerReading | None]
"""A clock that is open and in time, how it reads today, and how it would read."""


def _preview_of(moves: Iterable[TimerMove]) -> RebasePreview:
    readings = [(before.reading, after.reading if after else None) for _, before, after in moves]
    moved = [(before, after) for before, after in readings if after is not None]
    return RebasePreview(
        open_timers=len(readings),
        would_move=sum(before.due_at != after.due_at for before, after in moved),
        become_breached=sum(after.state is TimerState.BREACHED for _, after in moved),
        become_kept=sum(after.state is TimerState.MET for _, after in moved),
        dropped=sum(after is None for _, after in readings),
    )


def _moves_under_version(
    session: Session, version: AgreementVersion, *, now: datetime
) -> Iterator[TimerMove]:
    agreement = session.get_one(Agreement, version.agreement_id)
    held = versions_queries.version_in_force(session, agreement, at=now)
    if held is None:
        return
    today = load_version_index(session, version.workspace_id, now=now)
    then = _with_versions(
        session,
        [
            _copy(held, ended_at=now),
            _copy(version, effective_at=now, ended_at=None, covers_open=True),
        ],
        now=now,
    )
    timers = queries.in_time_timers(session, version.workspace_id, version_id=held.id)
    for timer, history in _with_histories(session, timers):
        yield from _move_if_in_time(
            timer,
            read_timer(today, timer, history, now=now),
            read_timer(then, timer, history, now=now),
        )


def _moves_under_hours(
    session: Session, hours: OpeningHours, *, now: datetime
) -> Iterator[TimerMove]:
    known = versions_queries.hours_by_id(session, hours.workspace_id)
    number = hours.id or UNSAVED_HOURS_ID
    today = load_version_index(session, hours.workspace_id, now=now)
    then = build_version_index(
        versions_queries.versions_ever_in_force(session, hours.workspace_id),
        versions_queries.agreements_by_id(session, hours.workspace_id),
        known | {number: OpeningHours(**hours.model_dump() | {"id": number})},
        now=now,
    )
    ids = [
        other_hours.id
        for other_hours in known.values()
        if other_hours.id != number and _may_be_replaced_by(other_hours, hours)
    ]
    timers = queries.in_time_timers(session, hours.workspace_id, hours_ids=ids)
    for timer, history in _with_histories(session, timers):
        after = read_timer(then, timer, history, now=now, hours_id=number)
        if after and after[0].opening_hours_id == number:
            yield from _move_if_in_time(timer, read_timer(today, timer, history, now=now), after)


def _may_be_replaced_by(before: OpeningHours, after: OpeningHours) -> bool:
    """Clocks of a region without hours of its own count in a team's until it has some."""
    if after.lead_region_key is None:
        return before.team_id == after.team_id
    return before.lead_region_key in (None, after.lead_region_key)


def _move_if_in_time(
    timer: Timer, before: Sequence[TimerReading], after: Sequence[TimerReading]
) -> Iterator[TimerMove]:
    """Nothing for a clock that is no longer open and in time; nobody has looked at it since."""
    if before and before[0].reading.state in IN_TIME_STATES:
        yield timer, before[0], after[0] if after else None


def _with_versions(
    session: Session, changed: Sequence[AgreementVersion], *, now: datetime
) -> VersionIndex:
    workspace_id = changed[0].workspace_id
    versions = {x.id: x for x in versions_queries.versions_ever_in_force(session, workspace_id)}
    versions |= {version.id: version for version in changed}
    return build_version_index(
        list(versions.values()),
        versions_queries.agreements_by_id(session, workspace_id),
        versions_queries.hours_by_id(session, workspace_id),
        now=now,
    )


def _copy(version: AgreementVersion, **changed: object) -> AgreementVersion:
    """A row that belongs to no session, so that it is never saved."""
    return AgreementVersion(**version.model_dump() | changed)


def _with_histories(session: Session, timers: Sequence[Timer]) -> Iterator[tuple[Timer, History]]:
    for some in _batches(timers, TIMERS_PER_BATCH):
        lead_ids = {timer.lead_id for timer in some}
        histories_by_lead = load_histories(session, some[0].workspace_id, lead_ids)
        yield from ((timer, histories_by_lead[timer.lead_id]) for timer in some)


def _batches(timers: Sequence[Timer], size: int) -> Iterator[Sequence[Timer]]:
    for first in range(0, len(timers), size):
        yield timers[first : first + size]
