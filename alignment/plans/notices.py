"""The letters of plans: a plan mailed to its people, and the reminder of one person's day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from alignment.accounts.models import User, id_of
from alignment.notifications.outbox import Letter
from alignment.plans.ladder import Section
from alignment.plans.models import Due, Plan
from alignment.plans.queries import TaskLine

PLAN_MAILED, TASK_REMINDER = "plan_mailed", "task_reminder"
LINES_AT_MOST = 15


def reminder(owner: User, today: date, due: Sequence[tuple[Section, TaskLine]]) -> Letter:
    """One person's mail of one day: what is overdue first, then by date."""
    order = list(Section)
    in_order = sorted(due, key=lambda one: (order.index(one[0]), one[1].task.due_on))
    lines = [_words_of(line) | {"section": section} for section, line in in_order]
    return Letter(
        workspace_id=owner.workspace_id,
        key=f"task-reminder:{owner.id}:{today.isoformat()}",
        kind=TASK_REMINDER,
        recipient_id=owner.id,
        address=owner.email,
        subject_id=id_of(owner),
        words=reminder_words(today, lines),
    )


def reminder_words(today: date | str, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the template needs: 15 lines under their headings, and how many more there are."""
    shown, rest = lines[:LINES_AT_MOST], lines[LINES_AT_MOST:]
    return {
        "today": today,
        "counts": Counter(str(line["section"]) for line in lines),
        "sections": [
            {"section": section, "lines": list(group)}
            for section, group in groupby(shown, key=lambda line: line["section"])
        ],
        "rest": rest,
    }


def lines_of(words: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every task that a reminder is about, as its stored words have it."""
    shown = [line for section in words["sections"] for line in section["lines"]]
    return [*shown, *words["rest"]]


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
        "is_overdue": now is not None and line.due(now) is Due.OVERDUE,
    }
