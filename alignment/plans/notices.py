"""The letter of a plan that is mailed to its people, and the news about one task."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from alignment.accounts.models import User, id_of
from alignment.notifications.outbox.notice import Notice
from alignment.plans.models import DueStatus, Plan
from alignment.plans.queries import TaskLine

PLAN_MAILED, TASK_NEWS = "plan_mailed", "task_news"


class TaskNews(StrEnum):
    """What an owner hears of a task between two digests."""

    GIVEN = "given"
    MOVED = "moved"
    AWAY = "away"


def plan_mailed(
    plan: Plan,
    reader: User,
    lines: Sequence[TaskLine],
    *,
    number: int,
    by: User,
    now: datetime,
) -> Notice:
    """The plan for one reader: the reader's own open tasks first, then the others' by name."""
    still_open = [line for line in lines if not line.task.is_done]
    return Notice(
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


def task_news(line: TaskLine, news: TaskNews, *, cause: str, by: User, now: datetime) -> Notice:
    """To the owner of the task; ``cause`` tells this news from others of the same task."""
    return Notice(
        workspace_id=line.task.workspace_id,
        key=f"task-{news}:{line.task.id}:{cause}:{line.owner.id}",
        kind=TASK_NEWS,
        recipient_id=line.owner.id,
        address=line.owner.email,
        subject_id=id_of(line.task),
        thread=f"plan-{line.plan.id}",
        words=task_words(line, now=now) | {"news": news.value, "by": by.name},
    )


def task_words(line: TaskLine, *, now: datetime) -> dict[str, Any]:
    """What a letter says of one task."""
    return _words_of(line, now=now) | {"link": f"/plans/{line.plan.id}#task-{line.task.id}"}


def _by_name(lines: Sequence[TaskLine], *, now: datetime) -> list[dict[str, Any]]:
    ordered = sorted(lines, key=lambda line: (line.owner.name, id_of(line.owner)))
    return [
        {"name": theirs[0].owner.name, "lines": [_words_of(line, now=now) for line in theirs]}
        for theirs in (list(group) for _, group in groupby(ordered, key=lambda x: x.task.owner_id))
    ]


def _words_of(line: TaskLine, *, now: datetime) -> dict[str, Any]:
    return {
        "task_id": line.task.id,
        "title": line.task.title,
        "note": line.task.note,
        "plan": line.plan.name,
        "plan_id": line.plan.id,
        "due_on": line.task.due_on,
        "is_overdue": line.due(now) is DueStatus.OVERDUE,
    }
