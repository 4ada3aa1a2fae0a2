"""Change a person's role, team and manager; deactivate and reactivate a person."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlmodel import Session

from alignment.accounts.authentication import sessions, tokens, trusted_devices
from alignment.accounts.events import PersonDeactivated, PersonPlaced, PersonReactivated
from alignment.accounts.models import LARGEST_ID, Membership, Team, User, id_of
from alignment.accounts.people import queries
from alignment.accounts.roles import Role
from alignment.errors import Forbidden, Refused
from alignment.events import publish


class Placement(BaseModel):
    """What a person is here: a role, a team or none, and whom he or she reports to."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    team_id: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    is_team_lead: bool = False
    manager_id: int | None = Field(default=None, ge=1, le=LARGEST_ID)

    @field_validator("team_id", "manager_id", mode="before")
    @classmethod
    def _is_none_where_blank(cls, typed: object) -> object:
        return None if typed == "" else typed


def assign_placement(
    session: Session, person: User, wish: Placement, *, by: User, now: datetime
) -> None:
    """Give a person this place instead of the one before."""
    _may_change(person, by=by)
    if wish.role is not Role.OWNER:
        _refuse_last_owner(session, person)
    elif by.role is not Role.OWNER:
        raise Forbidden("Only an owner can make somebody an owner.")
    team = queries.open_team_for(session, by, wish.team_id) if wish.team_id is not None else None
    manager = _manager(session, person, wish, by=by)

    person.role, person.manager_id = wish.role, manager.id if manager else None
    session.add(person)
    _set_team(session, person, team, is_team_lead=wish.is_team_lead)
    fact = {"workspace_id": person.workspace_id, "user_id": id_of(person), "by_id": id_of(by)}
    placed = PersonPlaced(
        **fact,
        at=now,
        team_id=wish.team_id,
        role=wish.role,
        is_team_lead=wish.is_team_lead,
        manager_id=person.manager_id,
    )
    publish(session, placed)


def deactivate(session: Session, person: User, *, by: User, now: datetime) -> None:
    """End this person's access at once: every browser and every link."""
    _may_change(person, by=by)
    if person.id == by.id:
        raise Refused("You cannot deactivate yourself. Ask another owner or manager.")
    _refuse_last_owner(session, person)
    if not person.is_active:
        return

    person.is_active, person.security_stamp = False, tokens.new_token()
    session.add(person)
    tokens.revoke_sign_in_links(session, person, now=now)
    sessions.end_all_sessions(session, person, now=now)
    trusted_devices.distrust_all(session, person, now=now)
    fact = {"workspace_id": person.workspace_id, "user_id": id_of(person), "by_id": id_of(by)}
    publish(session, PersonDeactivated(**fact, at=now))


def reactivate(session: Session, person: User, *, by: User, now: datetime) -> None:
    """Let a person back in, to sign in with the password known before; into no closed team."""
    _may_change(person, by=by)
    if person.is_active:
        return

    person.is_active = True
    session.add(person)
    open_ids = {team.id for team in queries.open_teams_of(session, person.workspace_id)}
    for place in queries.memberships_of(session, person):
        if place.team_id not in open_ids:
            session.delete(place)
    fact = {"workspace_id": person.workspace_id, "user_id": id_of(person), "by_id": id_of(by)}
    publish(session, PersonReactivated(**fact, at=now))


def _manager(session: Session, person: User, wish: Placement, *, by: User) -> User | None:
    if wish.manager_id is None:
        return None
    if wish.manager_id == person.id:
        raise Refused("Choose somebody else as the manager.")
    manager = queries.person_for(session, by, wish.manager_id)
    if person.id in _managers_above(session, manager):
        raise Refused(f"{manager.name} reports to {person.name}. Change that first.")
    return manager


def _managers_above(session: Session, person: User) -> list[int]:
    """Whom this person reports to, from the next one up, each once."""
    above: list[int] = []
    manager_id = person.manager_id
    while manager_id is not None and manager_id not in above:
        above.append(manager_id)
        manager_id = session.get_one(User, manager_id).manager_id
    return above


def _may_change(person: User, *, by: User) -> None:
    if person.role is Role.OWNER and by.role is not Role.OWNER:
        raise Forbidden("Only an owner can change an owner.")


def _refuse_last_owner(session: Session, person: User) -> None:
    if queries.active_owner_ids(session, person.workspace_id) == {person.id}:
        raise Refused(f"{person.name} is the only owner. Make somebody else an owner first.")


def _set_team(session: Session, person: User, team: Team | None, *, is_team_lead: bool) -> None:
    memberships = {
        membership.team_id: membership for membership in queries.memberships_of(session, person)
    }
    if team is not None:
        current = memberships.pop(id_of(team), None) or Membership(
            workspace_id=person.workspace_id, user_id=id_of(person), team_id=id_of(team)
        )
        current.is_team_lead = is_team_lead
        session.add(current)
    for former in memberships.values():
        session.delete(former)
