"""Agreements and their versions, and the stored timers, breaches, excuses and escalations."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from alignment.accounts.roles import Side
from alignment.db import (
    WorkspaceRow,
    enum_column,
    foreign_key_to,
    json_column,
    workspace_table_args,
)
from alignment.sla.clock.stopwatch import TimerState


class VersionState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    REPLACED = "replaced"
    """A later version took over for new clocks."""
    ENDED = "ended"


class Cause(StrEnum):
    """Why a promise was missed; each asks for another remedy."""

    PERSON = "person"
    """Somebody did not get to it."""
    SYSTEM = "system"
    """Nobody could have: a failed import, a lead without an owner, an outage."""
    DEFINITION = "definition"
    """The promise did not fit: wrong hours, a time too short, a segment that is not ours."""


class ExcuseState(StrEnum):
    ASKED = "asked"
    """The team that owes it asks; the other team has not answered."""
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class Agreement(WorkspaceRow, table=True):
    """What one marketing team and one sales team promise each other."""

    __table_args__ = workspace_table_args(
        foreign_key_to("team", "marketing_team_id"), foreign_key_to("team", "sales_team_id")
    )

    name: str = Field(max_length=200)
    marketing_team_id: int
    sales_team_id: int
    rank: int = 100
    """Of several agreements that would have a lead, the first by rank holds."""
    segment: dict[str, Any] | None = Field(default=None, sa_column=Column(json_column()))
    """Which leads it is about, as an ``sla.promises.segments.Segment``; none means all of them."""
    created_at: datetime

    @property
    def team_ids(self) -> dict[Side, int]:
        return {Side.MARKETING: self.marketing_team_id, Side.SALES: self.sales_team_id}


class AgreementVersion(WorkspaceRow, table=True):
    """One wording of the agreement; once signed it never changes.

    ``targets`` is a list of ``sla.promises.targets.Target`` as documents, in their order on the
    page.
    """

    __tablename__ = "agreement_version"
    __table_args__ = workspace_table_args(
        foreign_key_to("agreement", "agreement_id"),
        foreign_key_to("user", "drafted_by_id"),
        UniqueConstraint("workspace_id", "agreement_id", "number"),
    )

    agreement_id: int
    number: int
    state: VersionState = Field(default=VersionState.DRAFT, sa_type=enum_column(VersionState))
    targets: list[Any] = Field(sa_column=Column(json_column(), nullable=False))
    quotas: list[Any] = Field(default_factory=list, sa_column=Column(json_column(), nullable=False))
    """Promises over a period, as ``sla.promises.quotas.Quota`` documents."""
    note: str = Field(default="", max_length=500)
    """Why it was written, in its author's words."""
    takes_effect_on: date | None = None
    """From which date on it is to hold, in the workspace's zone; none means when both sign."""
    covers_open: bool = False
    """Whether clocks that run when it takes effect move under it; else new leads only."""
    shadow_at: datetime | None = None
    """From when on its clocks run in silence, while it is not signed."""
    drafted_by_id: int
    drafted_at: datetime
    effective_at: datetime | None = None
    """Promises run for what starts from here on; set when the second side signs, maybe ahead."""
    ended_at: datetime | None = None
    """Nothing starts under it from here on; set beforehand when a later version is signed."""

    def holds_at(self, at: datetime) -> bool:
        """Whether what starts at this instant is promised by this version."""
        begun = self.effective_at is not None and self.effective_at <= at
        return begun and (self.ended_at is None or at < self.ended_at)

    @property
    def ever_holds(self) -> bool:
        """Whether there is an instant at which it holds: not if another took its place before."""
        begins = self.effective_at
        return begins is not None and (self.ended_at is None or begins < self.ended_at)

    def is_in_shadow_at(self, at: datetime) -> bool:
        """Whether its clocks run in silence: asked for, not stopped, not in force yet."""
        begun = self.shadow_at is not None and self.shadow_at <= at and self.ended_at is None
        return begun and (self.effective_at is None or at < self.effective_at)


class Signature(WorkspaceRow, table=True):
    """One person's yes to one version, for one side."""

    __table_args__ = workspace_table_args(
        foreign_key_to("agreement_version", "version_id"),
        foreign_key_to("user", "user_id"),
        UniqueConstraint("workspace_id", "version_id", "side"),
    )

    version_id: int
    side: Side = Field(sa_type=enum_column(Side))
    user_id: int
    at: datetime


class Timer(WorkspaceRow, table=True):
    """The stored reading of one cycle of one target for one lead.

    Pinned to the version and the opening hours it was started under. ``next_at`` is the next
    instant at
    which it must be read again; the sweep finds timers by it and by nothing else."""

    __table_args__ = workspace_table_args(
        foreign_key_to("lead", "lead_id"),
        foreign_key_to("agreement_version", "version_id"),
        foreign_key_to("opening_hours", "opening_hours_id"),
        foreign_key_to("user", "owner_id"),
        UniqueConstraint(
            *("workspace_id", "lead_id", "version_id", "target_key", "cycle", "is_shadow"),
            name="uq_timer_round",
        ),
        Index("ix_timer_next_at", "next_at"),
        Index(None, "workspace_id", "state", "due_at"),
    )

    lead_id: int
    version_id: int
    target_key: str = Field(max_length=64)
    cycle: int
    opening_hours_id: int | None = None
    """Whose hours count; none for an always open clock."""
    owed_by: Side = Field(sa_type=enum_column(Side))
    state: TimerState = Field(sa_type=enum_column(TimerState))
    owner_id: int | None = None
    segment: str = Field(default="", max_length=200)
    """Whose target holds: the name of the lead's segment."""
    is_shadow: bool = False
    """Runs and is reported, and tells nobody."""
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    next_at: datetime | None = None
    warned_at: datetime | None = None
    """When the last warning was given."""
    warned_due_at: datetime | None = None
    warned_owner_id: int | None = None
    """What that warning said and to whom: one is given for each due time and owner."""


class QuotaPeriodState(StrEnum):
    """What became of a quota in one period."""

    RUNNING = "running"
    """Begun or to come; its result is not counted yet."""
    KEPT = "kept"
    MISSED = "missed"
    VOID = "void"
    """In no rate: nothing came to tell by, or the promise did not hold for the whole of it."""


class QuotaPeriod(WorkspaceRow, table=True):
    """One quota in one period, under the version that held when it began.

    ``next_at`` is the next instant at which somebody must look; the sweep finds periods by it and
    by nothing else. What was counted at the end stays."""

    __tablename__ = "quota_period"
    __table_args__ = workspace_table_args(
        foreign_key_to("agreement", "agreement_id"),
        foreign_key_to("agreement_version", "version_id"),
        UniqueConstraint("workspace_id", "version_id", "quota_key", "first_on"),
        Index("ix_quota_period_next_at", "next_at"),
        Index(None, "workspace_id", "due_at"),
    )

    agreement_id: int
    version_id: int
    quota_key: str = Field(max_length=64)
    owed_by: Side = Field(sa_type=enum_column(Side))
    first_on: date
    last_on: date
    """Local dates of the team that owes it, both included."""
    starts_at: datetime
    due_at: datetime
    """The last second of the period."""
    state: QuotaPeriodState = Field(
        default=QuotaPeriodState.RUNNING, sa_type=enum_column(QuotaPeriodState)
    )
    steps_checked: int = 0
    """How many steps of its pace were looked at, whether or not there was anything to warn of."""
    warned_at: datetime | None = None
    actual: int | None = Field(default=None, sa_type=BigInteger)
    """What came: leads, minor units of money, or the part of a rate."""
    whole: int | None = None
    """Of how many, where it is a rate."""
    settled_at: datetime | None = None
    """When the result was counted."""
    next_at: datetime | None = None


class Breach(WorkspaceRow, table=True):
    """A promise whose due time passed. It happened at ``due_at``, whenever it was noticed.

    It belongs to the timer of a lead, or to one period of a quota."""

    __table_args__ = workspace_table_args(
        foreign_key_to("timer", "timer_id"),
        foreign_key_to("quota_period", "quota_period_id"),
        foreign_key_to("lead", "lead_id"),
        foreign_key_to("user", "owner_id"),
        foreign_key_to("user", "cause_by_id"),
        foreign_key_to("excuse", "excuse_id"),
        UniqueConstraint("workspace_id", "timer_id", "due_at"),
        UniqueConstraint("workspace_id", "quota_period_id"),
        CheckConstraint(
            "(timer_id IS NULL) <> (quota_period_id IS NULL)"
            " AND (timer_id IS NULL) = (lead_id IS NULL)",
            name="of_timer_or_quota",
        ),
        Index(None, "workspace_id", "due_at"),
    )

    timer_id: int | None = None
    lead_id: int | None = None
    quota_period_id: int | None = None
    owed_by: Side = Field(sa_type=enum_column(Side))
    target_key: str = Field(max_length=64)
    """Of the target, or of the quota."""
    owner_id: int | None = None
    """Who owned the lead when it was due; a quota is owed by a whole team."""
    due_at: datetime
    noticed_at: datetime
    resolved_at: datetime | None = None
    """When what was promised was done after all."""
    withdrawn_at: datetime | None = None
    """A late fact proved that the promise was kept, or nobody owes it any more."""
    is_shadow: bool = False
    """Missed under an agreement that nobody has signed: reported, never told."""
    cause: Cause | None = Field(default=None, sa_type=enum_column(Cause))
    """None until somebody says why, unless it is plain (``causes.suggested``)."""
    cause_by_id: int | None = None
    """Who said so; nobody where it is only suggested."""
    excuse_id: int | None = None
    """What was asked for it last, whatever the answer."""
    is_excused: bool = False
    """The other team granted it; the breach stays, and both numbers are reported."""


class Excuse(WorkspaceRow, table=True):
    """One missed promise, or all of one team's over a period, asked for and answered.

    The team that owes it may ask; a person of the other team grants it. A period excuses every
    promise of that team that was due within it, those noticed later too.
    """

    __table_args__ = workspace_table_args(
        foreign_key_to("agreement", "agreement_id"),
        foreign_key_to("user", "asked_by_id"),
        foreign_key_to("user", "answered_by_id"),
        Index(None, "workspace_id", "agreement_id", "state"),
    )

    agreement_id: int
    owed_by: Side = Field(sa_type=enum_column(Side))
    from_at: datetime | None = None
    until_at: datetime | None = None
    """The period, half open; none where one breach is meant, which then points here."""
    reason: str = Field(max_length=500)
    state: ExcuseState = Field(default=ExcuseState.ASKED, sa_type=enum_column(ExcuseState))
    asked_by_id: int
    asked_at: datetime
    answered_by_id: int | None = None
    answered_at: datetime | None = None
    answer_text: str = Field(default="", max_length=500)


class Escalation(WorkspaceRow, table=True):
    """One escalation step reached by one timer, inserted once however often the timer is read."""

    __table_args__ = workspace_table_args(
        foreign_key_to("timer", "timer_id"),
        foreign_key_to("user", "reassigned_to_id"),
        UniqueConstraint("workspace_id", "timer_id", "step", "reached_at"),
    )

    timer_id: int
    step: str = Field(max_length=64)
    """What the step is (``EscalationStep.identity``), wherever it stands in the ladder."""
    reached_at: datetime
    """When the ladder says; ``noticed_at`` is when it was climbed."""
    noticed_at: datetime
    is_superseded: bool = False
    """A later step was reached as well by then, so that this one told nobody."""
    reassigned_to_id: int | None = None
    """Who got the lead, where the step gives it to the next person."""
