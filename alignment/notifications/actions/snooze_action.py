"""The action `snooze`, for every topic whose reminders can be snoozed."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.notifications.actions.definitions import Action
from alignment.notifications.formatting import format_instant
from alignment.notifications.preferences import snoozing
from alignment.notifications.preferences.snoozing import SnoozeLength, SnoozeRequest

ThreadOf = Callable[[Session, User, int], str]

SNOOZE_CHOICES = (
    (SnoozeLength.A_DAY.value, "Snooze until tomorrow"),
    (SnoozeLength.MONDAY.value, "Snooze until Monday"),
)


def snooze_action(thread_of: ThreadOf) -> Action:
    """Tell me later; the third time asks why, on the page of the thing."""

    def do(session: Session, by: User, subject_id: int, *, choice: str, now: datetime) -> str:
        if choice not in dict(SNOOZE_CHOICES):
            raise Refused("Choose until when.")
        thread = thread_of(session, by, subject_id)
        row = snoozing.snooze_thread(
            session, by, thread, SnoozeRequest(length=SnoozeLength(choice)), now=now
        )
        return f"You hear nothing of it until {format_instant(row.until_at, by.zone)}."

    def undo(session: Session, by: User, subject_id: int, *, before: str, now: datetime) -> str:  # noqa: ARG001
        snoozing.end_snooze(session, by, thread_of(session, by, subject_id), now=now)
        return "You are told about it again."

    return Action(
        name="snooze",
        label="Snooze",
        right=Right.READ,
        do=do,
        choices=SNOOZE_CHOICES,
        is_light=True,
        undo=undo,
    )
