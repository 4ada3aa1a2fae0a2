"""The action `snooze`, for every topic whose reminders can be snoozed."""

from sqlmodel import Session

from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.notifications.actions.definitions import Action, Press
from alignment.notifications.formatting import format_instant
from alignment.notifications.preferences import snoozing
from alignment.notifications.preferences.snoozing import SnoozeLength, SnoozeRequest

A_DAY, MONDAY = SnoozeLength.A_DAY.value, SnoozeLength.MONDAY.value
CHOICES = ((A_DAY, "Snooze until tomorrow"), (MONDAY, "Snooze until Monday"))
COMMANDS = {
    "tomorrow": A_DAY,
    "snooze": A_DAY,
    "later": A_DAY,
    "monday": MONDAY,
    "until monday": MONDAY,
}


def snooze_action(topic_name: str) -> Action:
    """Tell me later; the third time asks why, on the page of the thing."""

    def snooze(session: Session, press: Press) -> str:
        if press.input not in dict(CHOICES):
            raise Refused("Choose until when.")
        wish = SnoozeRequest(length=SnoozeLength(press.input))
        thread = f"{topic_name}-{press.subject_id}"
        row = snoozing.snooze_thread(session, press.by, thread, wish, now=press.now)
        return f"You hear nothing of it until {format_instant(row.until_at, press.by.zone)}."

    def wake(session: Session, press: Press) -> str:
        snoozing.end_snooze(session, press.by, f"{topic_name}-{press.subject_id}", now=press.now)
        return "You are told about it again."

    return Action(
        name="snooze",
        label="Snooze",
        right=Right.READ,
        perform=snooze,
        undo=wake,
        choices=CHOICES,
        is_light=True,
        is_personal=True,
        reply_commands=COMMANDS,
    )
