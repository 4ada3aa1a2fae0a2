"""Every SELECT about opening_hours. Workspace or person is the scope."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from alignment.accounts.models import (
    OpeningHours,
    Team,
    User,
)
from alignment.errors import NotFound


def newest_hours_of(session: Session, team: Team) -> OpeningHours | None:
    """The newest version of a team's opening hours."""
    return session.exec(
        select(OpeningHours)
        .where(OpeningHours.workspace_id == team.workspace_id, OpeningHours.team_id == team.id)
        .order_by(col(OpeningHours.version).desc())
    ).first()


def region_hours(session: Session, workspace_id: int, key: str) -> OpeningHours | None:
    """The newest version of the hours of a region of leads, by its name as compared."""
    return session.exec(
        select(OpeningHours)
        .where(OpeningHours.workspace_id == workspace_id, OpeningHours.lead_region_key == key)
        .order_by(col(OpeningHours.version).desc())
    ).first()


def region_hours_for(session: Session, user: User, hours_id: int) -> OpeningHours:
    """The newest version of a region's hours, whichever of its versions is asked for."""
    found = session.exec(
        select(OpeningHours).where(
            OpeningHours.workspace_id == user.workspace_id,
            OpeningHours.id == hours_id,
            col(OpeningHours.lead_region_key).is_not(None),
        )
    ).first()
    newest = found and region_hours(session, user.workspace_id, found.lead_region_key or "")
    if newest is None:
        raise NotFound("This region has no hours here.")
    return newest


def newest_hours_of_regions(session: Session, workspace_id: int) -> list[OpeningHours]:
    """The newest version of the hours of each region of leads, by the region's name."""
    rows = session.exec(
        select(OpeningHours)
        .where(
            OpeningHours.workspace_id == workspace_id,
            col(OpeningHours.lead_region_key).is_not(None),
        )
        .order_by(col(OpeningHours.version))
    )
    newest = {hours.lead_region_key or "": hours for hours in rows}
    return [newest[key] for key in sorted(newest)]


def newest_hours_by_team(session: Session, workspace_id: int) -> Mapping[int, OpeningHours]:
    """The newest version of the opening hours of each team that has any, by team."""
    rows = session.exec(
        select(OpeningHours)
        .where(OpeningHours.workspace_id == workspace_id)
        .order_by(col(OpeningHours.version))
    )
    return {hours.team_id: hours for hours in rows if hours.team_id is not None}
