"""The letters of plans: a plan mailed to its people, and the reminder of one person's day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from alignment.accounts.models import User, id_of
from alignment.notifications.outbox import Letter
from alignment.plans.ladder import Section
from alignment.plans.models import Due, Plan
from alignment.plans.queries import TaskLine
from alignment.plans.tasks import today_of

PLAN_MAILED, TASK_REMINDER = "plan_mailed", "task_reminder"
LINES_AT_MOST = 15


def reminder(owner: User, today: date, due: Sequence[tuple[Section, TaskLine]]) -> Letter:
    """One person's mail of one day: what is overdue first, the rest counted after 15 lines."""
    order = list(Section)
    due = sorted(due, key=lambda one: (order.index(one[0]), one[1].task.due_on))
    shown = due[:LINES_AT_MOST]
    return Letter(
        workspace_id=owner.workspace_id,
        key=f"task-reminder:{owner.id}:{today.isoformat()}",
        kind=TASK_REMINDER,
        recipient_id=owner.id,
        address=owner.email,
        subject_id=id_of(owner),
        words={
            "today": today,
            "counts": [
                {"section": section, "count": sum(where is section for where, _ in due)}
                for section in order
            ],
            "sections": [
                {"section": section, "lines": [_words_of(line) for _, line in lines]}
                for section, lines in groupby(shown, key=lambda one: one[0])
            ],
            "more": len(due) - len(shown),
        },
    )


def lines_of(words: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every task that a reminder names, as its stored words have it."""
    for section in words["sections"]:
        yield from section["lines"]


def plan_mailed(
    plan: Plan,
    reader: User,
    lines: Sequence[TaskLine],
    *,
    number: int,
    by: User,
    now: datetime,
) -> Letter:
    """The plan for one reader: the reader's own open tasks first, then the others' by name."""
    still_open = [line for line in lines if not line.task.is_done]
    return Letter(
        workspace_id=plan.workspace_id,
        key=f"plan-mailed:{plan.id}:{number}:{reader.id}",
        kind=PLAN_MAILED,
        recipient_id=reader.id,
        address=reader.email,
        subject_id=id_of(plan),
        thread=f"plan-{plan.id}",
        words={
            "plan": plan.name,
            "plan_id": plan.id,
            "goal": plan.goal,
            "due_on": plan.due_on,
            "by": by.name,
            "tasks": len(lines),
            "done": len(lines) - len(still_open),
            "yours": [
                _words_of(line, now=now) for line in still_open if line.owner.id == reader.id
            ],
            "others": _by_name(
                [line for line in still_open if line.owner.id != reader.id], now=now
            ),
        },
    )


def _by_name(lines: Sequence[TaskLine], *, now: datetime) -> list[dict[str, Any]]:
    ordered = sorted(lines, key=lambda line: (line.owner.name, id_of(line.owner)))
    return [
        {"name": theirs[0].owner.name, "lines": [_words_of(line, now=now) for line in theirs]}
        for theirs in (list(group) for _, group in groupby(ordered, key=lambda x: x.task.owner_id))
    ]


def _words_of(line: TaskLine, *, now: datetime | None = None) -> dict[str, Any]:
    return {
        "task_id": line.task.id,
        "title": line.task.title,
        "note": line.task.note,
        "plan": line.plan.name,
        "plan_id": line.plan.id,
        "due_on": line.task.due_on,
        "is_overdue": now is not None
        and line.task.due(today_of(line.owner, now=now)) is Due.OVERDUE,
    }
