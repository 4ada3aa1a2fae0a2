"""Tell an owner between two digests of a task that is new, or due before the next one says so."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.events import DaysOffAdded
from alignment.accounts.models import User, id_of
from alignment.notifications.digests import daily, schedule
from alignment.notifications.formatting import to_json_values
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import queries as outbox
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.preferences.effective import effective_preferences_of
from alignment.plans import notices, queries
from alignment.plans.due_reminders import DueReminder, reminders_of_own_tasks
from alignment.plans.events import TaskAdded, TaskHandedOver, TaskMoved
from alignment.plans.models import today_for
from alignment.plans.notices import TASK_NEWS, TaskNews
from alignment.plans.queries import TaskLine
from alignment.plans.reminder_schedule import ReminderSection


def notify_new_owners(session: Session, events: Sequence[TaskAdded | TaskHandedOver]) -> None:
    """A task is yours now; whoever took it himself or herself knows."""
    for event in events:
        if event.owner_id != event.by_id and _has_new_owner(event):
            line = queries.task_line(session, event.workspace_id, event.task_id)
            cause = f"{line.task.owner_since:%Y%m%d%H%M%S%f}"
            _tell(session, line, TaskNews.GIVEN, cause=cause, by_id=event.by_id, now=event.at)


def notify_owners_of_sooner_dates(session: Session, events: Sequence[TaskMoved]) -> None:
    """Somebody else moved it to a date of which the next digest speaks too late."""
    for event in events:
        line = queries.task_line(session, event.workspace_id, event.task_id)
        if line.owner.id == event.by_id or outbox.is_waiting(
            session, line.owner, TASK_NEWS, event.task_id
        ):
            continue
        if _reminder_of(session, line, now=event.at):
            cause = line.task.due_on.isoformat()
            _tell(session, line, TaskNews.MOVED, cause=cause, by_id=event.by_id, now=event.at)


def notify_before_days_off(session: Session, events: Sequence[DaysOffAdded]) -> None:
    """Days off begin before the next digest, and a task is due in them."""
    for event in events:
        owner = session.get_one(User, event.user_id)
        on = today_for(owner, now=_news_hour(session, owner, now=event.at))
        for reminder in reminders_of_own_tasks(session, owner, today=on):
            if reminder.step.section is ReminderSection.AWAY:
                line, cause = reminder.line, reminder.line.task.due_on.isoformat()
                _tell(session, line, TaskNews.AWAY, cause=cause, by_id=event.by_id, now=event.at)


def why_no_longer_news(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    """Why the news need not be told any more; what changed meanwhile is told as it is now."""
    line = queries.task_line(session, delivery.workspace_id, delivery.subject_id)
    reason = _suppression_reason(session, line, delivery)
    if reason is None:
        delivery.words = {
            **delivery.words,
            **to_json_values(notices.task_words(line, now=now)),
        }
    return reason


def _has_new_owner(event: TaskAdded | TaskHandedOver) -> bool:
    """What was inherited is told as a whole, and another team of the same owner is no news."""
    if isinstance(event, TaskAdded):
        return True
    return event.from_id != event.owner_id and not event.is_inherited


def _tell(
    session: Session, line: TaskLine, news: TaskNews, *, cause: str, by_id: int, now: datetime
) -> None:
    """Where the digest of the day had nothing to say so far, it may say this instead."""
    not_before = _news_hour(session, line.owner, now=now)
    if not_before == now:
        daily.release_silent_digest(session, line.owner, on=today_for(line.owner, now=now))
    by = session.get_one(User, by_id)
    notice = notices.task_news(line, news, cause=cause, by=by, now=now)
    enqueue(session, notice, now=now, not_before=not_before)


def _reminder_of(session: Session, line: TaskLine, *, now: datetime) -> DueReminder | None:
    """The reminder of this task that the digest would hold if it were made when news may go."""
    on = today_for(line.owner, now=_news_hour(session, line.owner, now=now))
    reminders = reminders_of_own_tasks(session, line.owner, today=on)
    return next((due for due in reminders if due.line.task.id == line.task.id), None)


def _news_hour(session: Session, owner: User, *, now: datetime) -> datetime:
    preferences = effective_preferences_of(session, [owner], now=now)[id_of(owner)]
    return schedule.next_hour_for_news(preferences, now=now)


def _suppression_reason(session: Session, line: TaskLine, delivery: Delivery) -> str | None:
    if line.owner.id != delivery.recipient_id:
        return "Somebody else does it by now."
    if line.task.is_done or line.plan.is_closed:
        return "It is done, or its plan is closed."
    told_since = today_for(line.owner, now=delivery.due_at)
    if queries.was_reminded(session, line.owner, line.task, since=told_since):
        return "The digest tells of it."
    told_date = delivery.words["due_on"] if delivery.words["news"] == TaskNews.MOVED else ""
    is_stale = told_date not in ("", line.task.due_on.isoformat())
    return "It has another date by now." if is_stale else None
