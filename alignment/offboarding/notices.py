"""One message to each new owner of what somebody who left had to do, with when it is due."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.notifications.formatting import to_json_values
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from alignment.offboarding.events import WorkHandedOver
from alignment.offboarding.notice_lines import NoticeLine, in_order, lead_lines, line
from alignment.plans.models import Plan, Task

WORK_HANDED_OVER = "work_handed_over"


def notify_new_owners(session: Session, events: Sequence[WorkHandedOver]) -> None:
    """Everything at once; whoever took all of it himself or herself knows."""
    for event in events:
        if event.owner_id == event.by_id:
            continue
        owner = session.get_one(User, event.owner_id)
        words = {
            "person": session.get_one(User, event.from_id).name,
            "by": session.get_one(User, event.by_id).name,
            "lead_ids": event.lead_ids,
            "task_ids": event.task_ids,
            "plan_ids": event.plan_ids,
        }
        notice = Notice(
            workspace_id=event.workspace_id,
            key=f"{WORK_HANDED_OVER}:{event.from_id}:{event.at.isoformat()}:{owner.id}",
            kind=WORK_HANDED_OVER,
            recipient_id=owner.id,
            address=owner.email,
            subject_id=id_of(owner),
            words=words | _lines_words(session, owner, words),
        )
        enqueue(session, notice, now=event.at)


def why_no_longer_needed(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why it need not be sent any more; what went to somebody else meanwhile is struck from it."""
    owner = session.get_one(User, delivery.subject_id)
    words = _lines_words(session, owner, delivery.words)
    if not words["count"]:
        return "Nothing of it is open and theirs any more."
    delivery.words = dict(to_json_values(dict(delivery.words) | words))
    return None


def _lines_words(session: Session, owner: User, words: Mapping[str, Any]) -> dict[str, Any]:
    return in_order(
        [
            *lead_lines(session, owner.workspace_id, words["lead_ids"], owner_id=id_of(owner)),
            *_task_lines(session, owner, words["task_ids"]),
            *_plan_lines(session, owner, words["plan_ids"]),
        ]
    )


def _task_lines(session: Session, owner: User, task_ids: Sequence[int]) -> Iterator[NoticeLine]:
    for task in (session.get_one(Task, task_id) for task_id in task_ids):
        plan = session.get_one(Plan, task.plan_id)
        if task.owner_id == owner.id and not (task.is_done or plan.is_closed):
            link = f"/plans/{plan.id}#task-{task.id}"
            yield line(task.title, f"a task of {plan.name}", link, due_on=task.due_on)


def _plan_lines(session: Session, owner: User, plan_ids: Sequence[int]) -> Iterator[NoticeLine]:
    for plan in (session.get_one(Plan, plan_id) for plan_id in plan_ids):
        if plan.owner_id == owner.id and not plan.is_closed:
            yield line(plan.name, "a plan to look after", f"/plans/{plan.id}", due_on=plan.due_on)
