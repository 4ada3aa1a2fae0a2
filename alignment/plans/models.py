"""Joint action plans: a goal, and tasks with exactly one owner each."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from alignment.accounts.models import User
from alignment.db import WorkspaceRow, foreign_key_to, workspace_table_args

UNDO_WITHIN = timedelta(minutes=10)


class Plan(WorkspaceRow, table=True):
    """What both teams want to reach together, and by when."""

    __table_args__ = workspace_table_args(foreign_key_to("user", "owner_id"))

    name: str = Field(max_length=200)
    goal: str = Field(default="", max_length=2000)
    due_on: date | None = None
    owner_id: int
    created_at: datetime
    closed_at: datetime | None = None
    mailings: int = 0
    """How often the plan was mailed to its people."""

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class DueStatus(StrEnum):
    """Where a task stands on a date of its owner."""

    DONE = "done"
    OVERDUE = "overdue"
    TODAY = "due_today"
    LATER = "later"


class Task(WorkspaceRow, table=True):
    """One person's part in a plan; ``due_on`` is a date in the owner's zone."""

    __table_args__ = workspace_table_args(
        foreign_key_to("plan", "plan_id"),
        foreign_key_to("user", "owner_id"),
        foreign_key_to("team", "team_id"),
        foreign_key_to("user", "done_by_id"),
        Index(None, "workspace_id", "owner_id", "done_at"),
        Index(None, "workspace_id", "plan_id"),
        Index("ix_task_open_due_on", "done_at", "due_on"),
    )

    plan_id: int
    title: str = Field(max_length=200)
    note: str = Field(default="", max_length=2000)
    owner_id: int
    team_id: int
    """One of the owner's teams; its working days are those of the reminders."""
    due_on: date
    created_at: datetime
    done_at: datetime | None = None
    done_by_id: int | None = None
    owner_since: datetime
    """A new owner is reminded anew; the one before is left alone."""

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def due(self, today: date) -> DueStatus:
        """How it stands on the owner's date; what is due today is not yet overdue."""
        if self.is_done:
            return DueStatus.DONE
        if self.due_on < today:
            return DueStatus.OVERDUE
        return DueStatus.TODAY if self.due_on == today else DueStatus.LATER

    def can_be_undone(self, now: datetime) -> bool:
        return self.done_at is not None and now - self.done_at <= UNDO_WITHIN


class TaskReminder(WorkspaceRow, table=True):
    """One step of the ladder, said to one person about one due date; never said again."""

    __tablename__ = "task_reminder"
    __table_args__ = workspace_table_args(
        foreign_key_to("task", "task_id"),
        foreign_key_to("user", "owner_id"),
        UniqueConstraint("workspace_id", "task_id", "owner_id", "due_on", "step"),
        Index(None, "workspace_id", "owner_id", "reminded_on"),
    )

    task_id: int
    owner_id: int
    """Who was reminded: the task's owner, a substitute, or the plan's owner."""
    due_on: date
    step: str = Field(max_length=32)
    reminded_on: date
    """The owner's date; a person hears once a day."""


def today_for(person: User, *, now: datetime) -> date:
    """The date on this person's wall calendar."""
    return now.astimezone(ZoneInfo(person.zone)).date()
