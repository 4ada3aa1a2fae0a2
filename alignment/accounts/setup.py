"""First set-up of an installation: a workspace, its two teams and its owner."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from sqlmodel import Session

from alignment.accounts.authentication import passwords, tokens
from alignment.accounts.events import WorkspaceFounded
from alignment.accounts.models import Team, User, Workspace, id_of
from alignment.accounts.names import MailAddress, Name, address_key
from alignment.accounts.opening_hours.time_zones import Zone
from alignment.accounts.people import queries
from alignment.accounts.people.teams import found_team
from alignment.accounts.roles import Role, Side
from alignment.errors import Refused
from alignment.events import publish

PURPOSE = "set-up"
TEAMS = {Side.MARKETING: "Marketing", Side.SALES: "Sales"}


class NewWorkspace(BaseModel):
    """What the first person gives."""

    model_config = ConfigDict(extra="forbid")

    company: Name
    zone: Zone
    name: Name
    email: MailAddress
    password: str

    @field_validator("password")
    @classmethod
    def _is_rare_enough(cls, password: str, info: ValidationInfo) -> str:
        passwords.check_new(password, known=[str(given) for given in info.data.values()])
        return password


def set_up_path(session: Session, *, secret: str) -> str | None:
    """The page for the first person, to be put after the base address; nothing once one is here."""
    if queries.is_anybody_here(session):
        return None
    return f"/set-up/{tokens.sign_payload({}, purpose=PURPOSE, secret=secret)}"


def check_token(session: Session, token: str, *, secret: str) -> None:
    """Raise ``Refused`` unless the link is ours and nobody is here yet."""
    _refuse_once_somebody_is_here(session)
    if tokens.read_payload(token, purpose=PURPOSE, secret=secret) is None:
        raise Refused("This set-up link is not right. Copy it again from the console.")


def found_workspace(session: Session, wish: NewWorkspace, *, now: datetime) -> User:
    """Make the workspace, a marketing and a sales team at office hours, and its owner.

    Of several who try at one instant one succeeds; the others are refused.
    """
    _refuse_unless_first(session)
    workspace = Workspace(name=wish.company, zone=wish.zone, created_at=now)
    session.add(workspace)
    session.flush()
    owner = _owner(session, workspace, wish, now=now)
    for side, name in TEAMS.items():
        _team(session, workspace, side, name, now=now)
    publish(
        session, WorkspaceFounded(workspace_id=owner.workspace_id, at=now, owner_id=id_of(owner))
    )
    return owner


def _refuse_unless_first(session: Session) -> None:
    """Look again once whoever founds at this moment is done; on SQLite there is one writer."""
    _refuse_once_somebody_is_here(session)
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("LOCK TABLE workspace IN SHARE ROW EXCLUSIVE MODE")
        _refuse_once_somebody_is_here(session)


def _refuse_once_somebody_is_here(session: Session) -> None:
    if queries.is_anybody_here(session):
        raise Refused("This workspace is set up already. Please sign in.")


def _owner(session: Session, workspace: Workspace, wish: NewWorkspace, *, now: datetime) -> User:
    owner = User(
        workspace_id=id_of(workspace),
        email=wish.email,
        email_key=address_key(wish.email),
        name=wish.name,
        role=Role.OWNER,
        zone=wish.zone,
        password_hash=passwords.hash_password(wish.password),
        security_stamp=tokens.new_token(),
        created_at=now,
    )
    session.add(owner)
    session.flush()
    return owner


def _team(session: Session, workspace: Workspace, side: Side, name: str, *, now: datetime) -> None:
    team = Team(workspace_id=id_of(workspace), side=side, name=name)
    found_team(session, team, zone=workspace.zone, now=now)
