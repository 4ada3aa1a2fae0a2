"""Who is here: the workspace, its teams, their hours, and its people."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from alignment.accounts.roles import Role, Side
from alignment.db import (
    WorkspaceRow,
    enum_column,
    foreign_key_to,
    json_column,
    workspace_table_args,
)

LARGEST_ID = 2**31 - 1
"""No database of ours numbers a row beyond it."""


class Workspace(SQLModel, table=True):
    """One company; nothing crosses its border."""

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)
    zone: str = Field(max_length=64)
    created_at: datetime


class Team(WorkspaceRow, table=True):
    """People of one side."""

    __table_args__ = workspace_table_args(UniqueConstraint("workspace_id", "name"))

    side: Side = Field(sa_type=enum_column(Side))
    name: str = Field(max_length=200)
    closed_at: datetime | None = None
    """From when on it is offered for nothing new; it stays in what is past."""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class OpeningHours(WorkspaceRow, table=True):
    """When a team works, or the leads of a region do, as of one edit.

    It belongs to a team or to a region of leads, never to both. An edit makes a new version, a row
    never changes.

    ``week`` maps "mon" … "sun" to pairs of wall times; ``holidays`` is a list of [date, name];
    ``exceptions`` is a list of [date, pairs of wall times, name] and wins over both.
    """

    __tablename__ = "opening_hours"
    __table_args__ = workspace_table_args(
        foreign_key_to("team", "team_id"),
        UniqueConstraint("workspace_id", "team_id", "version"),
        UniqueConstraint("workspace_id", "lead_region_key", "version"),
    )

    team_id: int | None = None
    """Whose hours they are; none for those of a region of leads."""
    lead_region: str | None = Field(default=None, max_length=200)
    """The region as somebody wrote it; none for the hours of a team."""
    lead_region_key: str | None = Field(default=None, max_length=600)
    """The region as compared: ``opening_hours.lead_regions.region_key``."""
    version: int
    zone: str = Field(max_length=64)
    week: dict[str, Any] = Field(sa_column=Column(json_column(), nullable=False))
    country: str | None = Field(default=None, max_length=8)
    region: str | None = Field(default=None, max_length=16)
    holidays: list[Any] = Field(
        default_factory=list, sa_column=Column(json_column(), nullable=False)
    )
    exceptions: list[Any] = Field(
        default_factory=list, sa_column=Column(json_column(), nullable=False)
    )
    created_at: datetime


class User(WorkspaceRow, table=True):
    """A person of one workspace; the mail address is the name at the door."""

    __table_args__ = workspace_table_args(
        UniqueConstraint("email_key"), foreign_key_to("user", "manager_id")
    )

    email: str = Field(max_length=254)
    email_key: str = Field(max_length=254)
    """The address as compared: NFKC, case folded."""
    name: str = Field(max_length=200)
    role: Role = Field(sa_type=enum_column(Role))
    zone: str = Field(max_length=64)
    password_hash: str | None = Field(default=None, max_length=200)
    security_stamp: str = Field(max_length=64)
    """Changes with the password or when deactivated; every signed link holds it."""
    manager_id: int | None = None
    is_active: bool = True
    created_at: datetime


class Membership(WorkspaceRow, table=True):
    """A person's place in a team."""

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"),
        foreign_key_to("team", "team_id"),
        UniqueConstraint("workspace_id", "user_id", "team_id"),
    )

    user_id: int
    team_id: int
    is_team_lead: bool = False


class Absence(WorkspaceRow, table=True):
    """Days off of one person, local dates, both in; nobody hands such a person anything."""

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"),
        foreign_key_to("user", "substitute_id"),
        Index(None, "workspace_id", "user_id", "last_on"),
    )

    user_id: int
    first_on: date
    last_on: date
    note: str = Field(default="", max_length=200)
    substitute_id: int | None = None
    """Who is told meanwhile what the person would have to act on; ``people.substitutes`` says who
    else is where nobody is named."""
    created_at: datetime


class Device(WorkspaceRow, table=True):
    """A browser that a person trusts to act from mail; only a hash of its token is stored."""

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"), UniqueConstraint("token_hash")
    )

    user_id: int
    token_hash: str = Field(max_length=64)
    browser: str = Field(default="", max_length=200)
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class UserSession(WorkspaceRow, table=True):
    """One browser that a person is signed in with; only a hash of its token is stored."""

    __tablename__ = "user_session"
    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"), UniqueConstraint("token_hash"), Index(None, "user_id")
    )

    user_id: int
    token_hash: str = Field(max_length=64)
    browser: str = Field(default="", max_length=200)
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


class SignInLink(WorkspaceRow, table=True):
    """A one-time way in, printed on the console or mailed; only a hash is stored."""

    __tablename__ = "sign_in_link"
    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"), UniqueConstraint("token_hash")
    )

    user_id: int
    token_hash: str = Field(max_length=64)
    expires_at: datetime
    used_at: datetime | None = None


class Invitation(WorkspaceRow, table=True):
    """A colleague asked to join a team; accepted once, by the address that was invited."""

    __table_args__ = workspace_table_args(
        foreign_key_to("team", "team_id"), foreign_key_to("user", "invited_by_id")
    )

    email: str = Field(max_length=254)
    name: str = Field(max_length=200)
    role: Role = Field(sa_type=enum_column(Role))
    team_id: int
    invited_by_id: int
    stamp: str = Field(max_length=64)
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None


def holiday_names(hours: OpeningHours) -> dict[date, str]:
    """The holidays of these opening hours, by local date."""
    return {date.fromisoformat(on): name for on, name in hours.holidays}


def id_of(row: WorkspaceRow | Workspace) -> int:
    """The number of a saved row, as events name it; an unsaved one has none to give."""
    if row.id is None:
        raise ValueError(f"This {type(row).__name__} is not saved yet.")
    return row.id
