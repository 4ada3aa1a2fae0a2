"""Speed to lead in total and by week, team, owner or source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
from sqlmodel import Session

from alignment.accounts.models import User, Workspace
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Side
from alignment.leads import queries as leads
from alignment.metrics.bulk_columns import Numbers
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.speed.durations import SpeedStats, speed_stats
from alignment.metrics.speed.queries import NOBODY, NOT_KNOWN, StayTimings, stay_timings

MEANS = (
    "Counted are stays with sales: from arrival, and in a later stay from its handoff, to the "
    "first human touch, in calendar time; automatic mail is none. "
    "The system’s part ends when somebody of sales owns the lead, the human part begins there; "
    "where a history does not say who owned it, they are not known. "
    "Each stay is charged to who owned it when it was touched, or when it ended without a touch. "
    "Who has no touch yet counts with at least the time so far. "
    "Touches dated back are left out and counted apart."
)
NAMES_WITHOUT_GROUP = {
    "team": {NOBODY: "No team of sales", NOT_KNOWN: "Owner not known"},
    "owner": {NOBODY: "Nobody owned it", NOT_KNOWN: "Owner not known"},
    "source": {NOBODY: "No source given"},
}
WEEK = timedelta(days=7)


class SpeedBy(StrEnum):
    """What each line is about."""

    WEEK = "week"
    TEAM = "team"
    OWNER = "owner"
    SOURCE = "source"


@dataclass(frozen=True, kw_only=True)
class SpeedLine:
    """The speed of one week, team, owner or source."""

    name: str
    owner_id: int | None
    """Whose figures these are, where they are one person's."""
    speed: SpeedStats


@dataclass(frozen=True, kw_only=True)
class SpeedToLead:
    """All lines of a period, and its total."""

    by: SpeedBy
    period: ReportPeriod
    lines: tuple[SpeedLine, ...]
    total: SpeedStats


def speed_to_lead(
    session: Session, workspace: Workspace, *, by: SpeedBy, period: ReportPeriod, now: datetime
) -> SpeedToLead:
    """As it stands now; weeks begin on Monday in the workspace's zone."""
    timings = stay_timings(session, workspace.id, period)
    return SpeedToLead(
        by=by,
        period=period,
        lines=tuple(_lines(session, workspace, timings, by, period, now=now)),
        total=_speed(timings, now=now),
    )


def total_speed(
    session: Session, workspace: Workspace, *, period: ReportPeriod, now: datetime
) -> SpeedStats:
    """The total alone."""
    return _speed(stay_timings(session, workspace.id, period), now=now)


def _speed(found: StayTimings, *, now: datetime) -> SpeedStats:
    return speed_stats(
        began=found.began,
        assigned=found.assigned,
        touched=found.touched,
        ended=found.ended,
        is_owner_unknown=found.owner_ids == NOT_KNOWN,
        is_dated_back=found.is_backdated,
        now=int(now.timestamp()),
    )


def _lines(
    session: Session,
    workspace: Workspace,
    found: StayTimings,
    by: SpeedBy,
    period: ReportPeriod,
    *,
    now: datetime,
) -> Iterator[SpeedLine]:
    names, keys = _keys(session, workspace, found, by, period)
    groups = [(int(key), np.flatnonzero(keys == key)) for key in np.unique(keys)]
    if by is not SpeedBy.WEEK:
        groups.sort(key=lambda group: (-len(group[1]), names[group[0]]))
    for key, those in groups:
        yield SpeedLine(
            name=names[key],
            owner_id=key if by is SpeedBy.OWNER and key > NOBODY else None,
            speed=_speed(found.at_places(those), now=now),
        )


def _keys(
    session: Session, workspace: Workspace, found: StayTimings, by: SpeedBy, period: ReportPeriod
) -> tuple[Mapping[int, str], Numbers]:
    """What to call each line, and on which line each stay stands."""
    none = NAMES_WITHOUT_GROUP.get(by.value, {})
    match by:
        case SpeedBy.WEEK:
            return _weeks(found, period)
        case SpeedBy.SOURCE:
            sources = leads.sources(session, workspace.id)
            return none | {source.id: source.name for source in sources}, found.source_ids
        case SpeedBy.OWNER:
            return none | _people(session, found), found.owner_ids
        case SpeedBy.TEAM:
            teams = {team.id: team.name for team in accounts.teams_of(session, workspace.id)}
            return none | teams, _teams_of_owners(session, workspace, found)


def _weeks(found: StayTimings, period: ReportPeriod) -> tuple[Mapping[int, str], Numbers]:
    monday = period.from_on - timedelta(days=period.from_on.weekday())
    starts = []
    while monday <= period.until_on:
        starts.append(monday)
        monday += WEEK
    instants = np.array([_midnight(on, period.zone) for on in starts], dtype=np.int64)
    places = np.searchsorted(instants, found.handed_off, side="right") - 1
    return {place: f"Week of {on.day} {on:%b %Y}" for place, on in enumerate(starts)}, places


def _midnight(on: date, zone: str) -> int:
    return int(datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC).timestamp())


def _people(session: Session, found: StayTimings) -> dict[int, str]:
    ids = [int(x) for x in np.unique(found.owner_ids) if x > NOBODY]
    return {person_id: session.get_one(User, person_id).name for person_id in ids}


def _teams_of_owners(session: Session, workspace: Workspace, found: StayTimings) -> Numbers:
    """The team of sales that each owner is in now."""
    owners = np.unique(found.owner_ids)
    teams = accounts.team_by_side(session, workspace.id, {int(x) for x in owners})
    nobodies = {NOT_KNOWN: NOT_KNOWN}
    of_owner = [
        nobodies.get(int(owner), teams.get((int(owner), Side.SALES), NOBODY)) for owner in owners
    ]
    return np.array(of_owner, dtype=np.int64)[np.searchsorted(owners, found.owner_ids)]
