"""In which time zone a person reads times, and by which the person's days begin."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from alignment.accounts.events import TimeZoneChanged
from alignment.accounts.models import Team, User, Workspace, id_of
from alignment.accounts.opening_hours import queries
from alignment.accounts.opening_hours.time_zones import Zone, clean_zone
from alignment.events import publish


class NewTimeZone(BaseModel):
    """The zone that a person chooses."""

    model_config = ConfigDict(extra="forbid")

    zone: Zone


def change_time_zone(session: Session, person: User, wish: NewTimeZone, *, now: datetime) -> None:
    """Show this person every time in this zone from now on; dates that are set stay as they are."""
    if person.zone == wish.zone:
        return
    changed = TimeZoneChanged(
        workspace_id=person.workspace_id,
        at=now,
        user_id=id_of(person),
        zone=wish.zone,
        former_zone=person.zone,
    )
    person.zone = wish.zone
    session.add(person)
    publish(session, changed)


def first_zone(session: Session, team: Team, *, browser_zone: str) -> str:
    """The zone of the browser, where we know it, or else the team's."""
    try:
        return clean_zone(browser_zone)
    except ValueError:
        return team_zone(session, team)


def team_zone(session: Session, team: Team) -> str:
    """The zone of the team's opening hours; the workspace's where nobody wrote hours."""
    hours = queries.newest_hours_of(session, team)
    return hours.zone if hours else session.get_one(Workspace, team.workspace_id).zone
