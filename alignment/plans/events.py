"""What happens to plans and their tasks."""

from dataclasses import dataclass
from datetime import date

from alignment.events import Event


@dataclass(frozen=True, kw_only=True)
class PlanEvent(Event):
    """Something happened to a plan."""

    plan_id: int
    by_id: int


class PlanStarted(PlanEvent):
    """There is a new plan."""


class PlanChanged(PlanEvent):
    """Its name, goal, owner or date is another."""


class PlanClosed(PlanEvent):
    """Nobody is reminded of its tasks any more."""


class PlanReopened(PlanEvent):
    """It was closed too early."""


@dataclass(frozen=True, kw_only=True)
class PlanMailed(PlanEvent):
    """Everybody with a part in the plan is written to."""

    number: int
    recipient_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TaskEvent(PlanEvent):
    """Something happened to a task."""

    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskAdded(TaskEvent):
    owner_id: int
    due_on: date


class TaskChanged(TaskEvent):
    """Its words are others; owner and date are not."""


@dataclass(frozen=True, kw_only=True)
class TaskHandedOver(TaskEvent):
    from_id: int
    owner_id: int
    is_inherited: bool = False
    """The owner before left: the new one hears of all that is inherited at once."""


@dataclass(frozen=True, kw_only=True)
class TaskMoved(TaskEvent):
    """It has a new due date."""

    from_on: date
    due_on: date


class TaskDone(TaskEvent):
    """Its owner, or a colleague for the owner, says that it is done."""


class TaskUndone(TaskEvent):
    """The last press was a slip; it is open again."""
