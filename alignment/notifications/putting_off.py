"""The button that puts a thing off, for every sort of thing that can be."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.notifications import snoozing
from alignment.notifications.acts import Act
from alignment.notifications.snoozing import Length, Wish
from alignment.notifications.wording import instant

ThreadOf = Callable[[Session, User, int], str]

CHOICES = (
    (Length.A_DAY.value, "Snooze until tomorrow"),
    (Length.MONDAY.value, "Snooze until Monday"),
)


def snooze(thread_of: ThreadOf) -> Act:
    """Tell me later; the third time asks why, on the page of the thing."""

    def do(session: Session, by: User, subject_id: int, *, choice: str, now: datetime) -> str:
        if choice not in dict(CHOICES):
            raise Refused("Choose until when.")
        thread = thread_of(session, by, subject_id)
        row = snoozing.put_off(session, by, thread, Wish(length=Length(choice)), now=now)
        return f"You hear nothing of it until {instant(row.until_at, by.zone)}."

    def undo(session: Session, by: User, subject_id: int, *, before: str, now: datetime) -> str:  # noqa: ARG001
        snoozing.wake(session, by, thread_of(session, by, subject_id), now=now)
        return "You are told about it again."

    return Act(
        name="snooze",
        label="Snooze",
        right=Right.READ,
        do=do,
        choices=CHOICES,
        is_light=True,
        undo=undo,
    )
