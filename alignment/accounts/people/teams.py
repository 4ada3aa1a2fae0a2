"""Add, rename, close and reopen teams: marketing, sales and any other party."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from alignment.accounts.events import TeamAdded, TeamClosed, TeamRenamed, TeamReopened
from alignment.accounts.models import Team, User, id_of
from alignment.accounts.names import Name
from alignment.accounts.opening_hours import versions
from alignment.accounts.opening_hours.time_zones import Zone
from alignment.accounts.people import queries
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.events import publish
from alignment.normalisation import nfkc


class NewTeam(BaseModel):
    """What a team is called, whose it is, and in which zone its days begin."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    side: Side
    zone: Zone


class TeamName(BaseModel):
    """What a team is called from now on."""

    model_config = ConfigDict(extra="forbid")

    name: Name


def add_team(session: Session, wish: NewTeam, *, by: User, now: datetime) -> Team:
    """One more team, at office hours in its zone; people are placed in it afterwards."""
    team = Team(workspace_id=by.workspace_id, side=wish.side, name=wish.name)
    _refuse_taken_name(session, team, wish.name)
    found_team(session, team, zone=wish.zone, now=now)
    added = TeamAdded(
        workspace_id=team.workspace_id,
        at=now,
        team_id=id_of(team),
        name=team.name,
        side=team.side,
        by_id=id_of(by),
    )
    publish(session, added)
    return team


def rename_team(session: Session, team: Team, wish: TeamName, *, by: User, now: datetime) -> None:
    """Call the team this everywhere, also where the past is told; the old name is journaled."""
    if team.name == wish.name:
        return
    _refuse_taken_name(session, team, wish.name)
    renamed = TeamRenamed(
        workspace_id=team.workspace_id,
        at=now,
        team_id=id_of(team),
        name=wish.name,
        former_name=team.name,
        by_id=id_of(by),
    )
    team.name = wish.name
    session.add(team)
    publish(session, renamed)


def close_team(session: Session, team: Team, *, by: User, now: datetime) -> None:
    """Offer the team for nothing new; ``offboarding.team_closing`` looks first whether anything
    stands on it.
    """
    team.closed_at = now
    session.add(team)
    fact = {"workspace_id": team.workspace_id, "team_id": id_of(team), "by_id": id_of(by)}
    publish(session, TeamClosed(**fact, at=now, name=team.name))


def reopen_team(session: Session, team: Team, *, by: User, now: datetime) -> None:
    """Offer the team as any other again; people are placed in it anew."""
    if team.is_open:
        return
    team.closed_at = None
    session.add(team)
    fact = {"workspace_id": team.workspace_id, "team_id": id_of(team), "by_id": id_of(by)}
    publish(session, TeamReopened(**fact, at=now, name=team.name))


def found_team(session: Session, team: Team, *, zone: str, now: datetime) -> None:
    """Save a new team with office hours."""
    session.add(team)
    session.flush()
    session.add(versions.office_hours(team, zone=zone, now=now))


def _refuse_taken_name(session: Session, team: Team, name: str) -> None:
    """Two teams whose names differ in nothing but capitals cannot be told apart."""
    others = (row for row in queries.teams_of(session, team.workspace_id) if row.id != team.id)
    for other in others:
        if _name_key(other.name) != _name_key(name):
            continue
        if other.is_open:
            raise Refused(f"There is a team {other.name} already. Choose another name.")
        raise Refused(f"{other.name} is closed. Reopen it, or choose another name.")


def _name_key(name: str) -> str:
    return nfkc(name).casefold()
