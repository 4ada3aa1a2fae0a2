"""Speed to lead, beside the promises: in all, and by week, team, owner or source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import User, Workspace
from alignment.accounts.roles import Side
from alignment.leads import queries as leads
from alignment.metrics.columns import Numbers
from alignment.metrics.pace import Speed, speed
from alignment.metrics.periods import Period
from alignment.metrics.waits.queries import NOBODY, Ways, ways

MEANS = (
    "From arrival to the first human touch, in calendar time; automatic mail is none. "
    "The system’s part ends when somebody of sales owns the lead, the human part begins there. "
    "Who has no touch yet counts with at least the time so far. "
    "Touches dated back are left out and counted apart. "
    "Counted are leads by their first handoff."
)
NO_NAMES = {
    "team": "No team of sales",
    "owner": "Nobody owned it",
    "source": "No source given",
}
WEEK = timedelta(days=7)


class By(StrEnum):
    """What each line is about."""

    WEEK = "week"
    TEAM = "team"
    OWNER = "owner"
    SOURCE = "source"


@dataclass(frozen=True, kw_only=True)
class Line:
    """The speed of one week, team, owner or source."""

    name: str
    owner_id: int | None
    """Whose figures these are, where they are one person's."""
    speed: Speed


@dataclass(frozen=True, kw_only=True)
class SpeedToLead:
    """All lines of a period, and its total."""

    by: By
    period: Period
    lines: tuple[Line, ...]
    total: Speed


def speed_to_lead(
    session: Session, workspace: Workspace, *, by: By, period: Period, now: datetime
) -> SpeedToLead:
    """As it stands now; weeks begin on Monday in the workspace's zone."""
    found = ways(session, workspace.id, period)
    return SpeedToLead(
        by=by,
        period=period,
        lines=tuple(_lines(session, workspace, found, by, period, now=now)),
        total=_speed(found, now=now),
    )


def in_all(session: Session, workspace: Workspace, *, period: Period, now: datetime) -> Speed:
    """The total alone."""
    return _speed(ways(session, workspace.id, period), now=now)


def _speed(found: Ways, *, now: datetime) -> Speed:
    return speed(
        arrived=found.arrived,
        assigned=found.assigned,
        touched=found.touched,
        ended=found.ended,
        is_dated_back=found.is_dated_back,
        now=int(now.timestamp()),
    )


def _lines(
    session: Session, workspace: Workspace, found: Ways, by: By, period: Period, *, now: datetime
) -> Iterator[Line]:
    names, keys = _keys(session, workspace, found, by, period)
    groups = [(int(key), np.flatnonzero(keys == key)) for key in np.unique(keys)]
    if by is not By.WEEK:
        groups.sort(key=lambda group: (-len(group[1]), names[group[0]]))
    for key, those in groups:
        yield Line(
            name=names[key],
            owner_id=key or None if by is By.OWNER else None,
            speed=_speed(found.of(those), now=now),
        )


def _keys(
    session: Session, workspace: Workspace, found: Ways, by: By, period: Period
) -> tuple[Mapping[int, str], Numbers]:
    """What to call each line, and on which line each lead stands."""
    none = {NOBODY: NO_NAMES.get(by.value, "")}
    match by:
        case By.WEEK:
            return _weeks(found, period)
        case By.SOURCE:
            sources = leads.sources(session, workspace.id)
            return none | {source.id: source.name for source in sources}, found.source_ids
        case By.OWNER:
            return none | _people(session, found), found.owner_ids
        case By.TEAM:
            teams = {team.id: team.name for team in accounts.teams_of(session, workspace.id)}
            return none | teams, _teams_of_owners(session, workspace, found)


def _weeks(found: Ways, period: Period) -> tuple[Mapping[int, str], Numbers]:
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


def _people(session: Session, found: Ways) -> dict[int, str]:
    ids = [int(x) for x in np.unique(found.owner_ids) if x != NOBODY]
    return {person_id: session.get_one(User, person_id).name for person_id in ids}


def _teams_of_owners(session: Session, workspace: Workspace, found: Ways) -> Numbers:
    """The team of sales that each owner is in now."""
    owners = np.unique(found.owner_ids)
    teams = accounts.team_by_side(session, workspace.id, {int(x) for x in owners})
    of_owner = [teams.get((int(owner), Side.SALES), NOBODY) for owner in owners]
    return np.array(of_owner, dtype=np.int64)[np.searchsorted(owners, found.owner_ids)]
