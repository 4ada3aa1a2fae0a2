"""Agreements and their versions, and the stored readings of their clocks."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from alignment.accounts.roles import Side
from alignment.db import Row, choice, document, points_to, within_workspace
from alignment.sla.stopwatch import State


class VersionState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    REPLACED = "replaced"
    """A later version took over for new clocks."""
    ENDED = "ended"


class Agreement(Row, table=True):
    """What one marketing team and one sales team promise each other."""

    __table_args__ = within_workspace(
        points_to("team", "marketing_team_id"), points_to("team", "sales_team_id")
    )

    name: str = Field(max_length=200)
    marketing_team_id: int
    sales_team_id: int
    created_at: datetime

    @property
    def team_ids(self) -> dict[Side, int]:
        return {Side.MARKETING: self.marketing_team_id, Side.SALES: self.sales_team_id}


class AgreementVersion(Row, table=True):
    """One wording of the agreement; once signed it never changes.

    ``targets`` is a list of ``sla.targets.Target`` as documents, in their order on the page.
    """

    __tablename__ = "agreement_version"
    __table_args__ = within_workspace(
        points_to("agreement", "agreement_id"),
        points_to("user", "drafted_by_id"),
        UniqueConstraint("workspace_id", "agreement_id", "number"),
    )

    agreement_id: int
    number: int
    state: VersionState = Field(default=VersionState.DRAFT, sa_type=choice(VersionState))
    targets: list[Any] = Field(sa_column=Column(document(), nullable=False))
    drafted_by_id: int
    drafted_at: datetime
    effective_at: datetime | None = None
    """Promises run for what starts from here on; set when the second side signs."""
    ended_at: datetime | None = None


class Signature(Row, table=True):
    """One person's yes to one version, for one side."""

    __table_args__ = within_workspace(
        points_to("agreement_version", "version_id"),
        points_to("user", "user_id"),
        UniqueConstraint("workspace_id", "version_id", "side"),
    )

    version_id: int
    side: Side = Field(sa_type=choice(Side))
    user_id: int
    at: datetime


class Timer(Row, table=True):
    """The stored reading of one clock: one lead against one target, in one cycle.

    Pinned to the version and the opening hours it was started under. ``next_at`` is the next
    instant at which somebody must look; the sweep finds timers by it and by nothing else.
    """

    __table_args__ = within_workspace(
        points_to("lead", "lead_id"),
        points_to("agreement_version", "version_id"),
        points_to("opening_hours", "opening_hours_id"),
        points_to("user", "owner_id"),
        UniqueConstraint("workspace_id", "lead_id", "version_id", "target_key", "cycle"),
        Index("ix_timer_next_at", "next_at"),
        Index(None, "workspace_id", "state", "due_at"),
    )

    lead_id: int
    version_id: int
    target_key: str = Field(max_length=64)
    cycle: int
    opening_hours_id: int | None = None
    """Whose hours count; none for an always open clock."""
    owed_by: Side = Field(sa_type=choice(Side))
    state: State = Field(sa_type=choice(State))
    owner_id: int | None = None
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    next_at: datetime | None = None
    warned_at: datetime | None = None
    """When the warning was given; told once."""


class Breach(Row, table=True):
    """A promise whose due time passed. It happened at ``due_at``, whenever it was noticed."""

    __table_args__ = within_workspace(
        points_to("timer", "timer_id"),
        points_to("lead", "lead_id"),
        points_to("user", "owner_id"),
        UniqueConstraint("workspace_id", "timer_id", "due_at"),
        Index(None, "workspace_id", "due_at"),
    )

    timer_id: int
    lead_id: int
    owed_by: Side = Field(sa_type=choice(Side))
    target_key: str = Field(max_length=64)
    owner_id: int | None = None
    """Who owned the lead when it was due."""
    due_at: datetime
    noticed_at: datetime
    resolved_at: datetime | None = None
    """When what was promised was done after all."""
    withdrawn_at: datetime | None = None
    """A late fact proved that the promise was kept."""
