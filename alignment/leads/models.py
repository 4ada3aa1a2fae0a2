"""A lead between the two teams, and its history."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, UniqueConstraint
from sqlmodel import Field, col

from alignment.db import (
    WorkspaceRow,
    enum_column,
    foreign_key_to,
    json_column,
    workspace_table_args,
)
from alignment.leads.event_kinds import EventKind


class Stage(StrEnum):
    """Where the lead stands now; derived from its history."""

    NEW = "new"
    """With marketing: arrived, not handed off."""
    HANDED_OFF = "handed_off"
    """With sales, undecided."""
    ACCEPTED = "accepted"
    RETURNED = "returned"
    """Back with marketing, unanswered."""
    RECYCLED = "recycled"
    WITHDRAWN = "withdrawn"
    QUALIFIED = "qualified"
    OPPORTUNITY = "opportunity"
    UNREACHABLE = "unreachable"
    WON = "won"
    LOST = "lost"
    MERGED = "merged"


class Source(WorkspaceRow, table=True):
    """Where leads come from; ``key`` makes "Google" and "google" one source."""

    __table_args__ = workspace_table_args(UniqueConstraint("workspace_id", "key"))

    key: str = Field(max_length=200)
    name: str = Field(max_length=200)


class Lead(WorkspaceRow, table=True):
    """A person or company on the way from marketing to sales.

    ``stage``, ``owner_id`` and the ``*_at`` columns are read from the history, for lists.
    """

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "owner_id"),
        foreign_key_to("source", "source_id"),
        foreign_key_to("lead", "merged_into_id"),
        UniqueConstraint("workspace_id", "external_id"),
        Index(None, "workspace_id", "email_key"),
        Index(None, "workspace_id", "stage", "handed_off_at"),
        Index(None, "workspace_id", "handed_off_at"),
        Index(None, "workspace_id", "owner_id"),
    )

    external_id: str | None = Field(default=None, max_length=200)
    email: str | None = Field(default=None, max_length=254)
    email_key: str | None = Field(default=None, max_length=254)
    name: str = Field(default="", max_length=200)
    company: str = Field(default="", max_length=200)
    title: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=64)
    region: str = Field(default="", max_length=200)
    product: str = Field(default="", max_length=200)
    score: int | None = None
    amount_minor: int | None = None
    currency: str = Field(default="EUR", max_length=3)
    do_not_mail: bool = False
    do_not_call: bool = False
    details: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(json_column(), nullable=False)
    )
    """Further columns of the file or form it came from, as text."""

    source_id: int | None = None
    stage: Stage = Field(default=Stage.NEW, sa_type=enum_column(Stage))
    owner_id: int | None = None
    arrived_at: datetime
    handed_off_at: datetime | None = None
    """The latest handoff; its story is the latest ``Handoff`` row."""
    won_at: datetime | None = None
    merged_into_id: int | None = None
    """The lead that this one turned out to be; it lives on there."""


class Handoff(WorkspaceRow, table=True):
    """One cycle of a lead with sales, read from its history; what both teams count."""

    __table_args__ = workspace_table_args(
        foreign_key_to("lead", "lead_id"),
        foreign_key_to("source", "source_id"),
        foreign_key_to("user", "owner_id"),
        UniqueConstraint("workspace_id", "lead_id", "cycle"),
        Index(None, "workspace_id", "handed_off_at"),
    )

    lead_id: int
    cycle: int
    source_id: int | None = None
    owner_id: int | None = None
    handed_off_at: datetime
    begins_entry: bool = True
    """Whether the lead came new to sales; not where it was only returned and fixed."""
    assigned_at: datetime | None = None
    """When somebody of sales first owned it in this cycle."""
    accepted_at: datetime | None = None
    returned_at: datetime | None = None
    return_reason: str = Field(default="", max_length=64)
    answered_at: datetime | None = None
    touched_at: datetime | None = None
    """The first human touch."""
    is_touch_backdated: bool = False
    """The first touch was written down later than it happened; reports count it apart."""
    qualified_at: datetime | None = None
    won_at: datetime | None = None
    lost_at: datetime | None = None


class LeadEvent(WorkspaceRow, table=True):
    """One line of a lead's history: what happened, and when it happened. Only ever added.

    ``dedupe_key`` names the fact, so that the same fact told twice is one line.
    """

    __tablename__ = "lead_event"
    __table_args__ = workspace_table_args(
        foreign_key_to("lead", "lead_id"),
        foreign_key_to("user", "by_id"),
        foreign_key_to("user", "owner_id"),
        UniqueConstraint("workspace_id", "lead_id", "dedupe_key"),
        Index(None, "workspace_id", "owner_id", "at"),
        Index(None, "workspace_id", "by_id", "recorded_at"),
    )

    lead_id: int
    kind: EventKind = Field(sa_type=enum_column(EventKind))
    at: datetime
    recorded_at: datetime
    dedupe_key: str | None = Field(default=None, max_length=200)
    """None once it is taken back, so that the same can be told again."""
    by_id: int | None = None
    owner_id: int | None = None
    """Who owns the lead from here on, where that is what happened."""
    reason: str = Field(default="", max_length=64)
    note: str = Field(default="", max_length=2000)
    facts: dict[str, Any] | None = Field(default=None, sa_column=Column(json_column()))
    """What promises depend on, as of this instant, where it changed."""
    is_by_outsider: bool = False
    """A touch by a person outside the team that owed the lead an answer: it stops no clock."""
    is_repeated: bool = False
    """It tells a handoff again that another line tells: that one counts."""
    undone_at: datetime | None = None
    """It counts for nothing: taken back by the person who said it, within ten minutes, or told on
    the lead that this one was merged into."""

    @property
    def counts(self) -> bool:
        """Whether results are read from it; every other line is only told."""
        return self.undone_at is None and not self.is_by_outsider and not self.is_repeated

    @property
    def is_retracted(self) -> bool:
        """Whether it was taken back; what a merge set aside is not, and is not told again."""
        return self.dedupe_key is None


def counting() -> ColumnElement[bool]:
    """``LeadEvent.counts`` as a condition of a query."""
    return told() & ~col(LeadEvent.is_repeated)


def told() -> ColumnElement[bool]:
    """What nobody took back and the right people said; of a handoff told twice, both lines."""
    return col(LeadEvent.undone_at).is_(None) & ~col(LeadEvent.is_by_outsider)
