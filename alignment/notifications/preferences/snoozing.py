"""Snoozes: a person hears nothing of one thing for a day, until Monday or until a date; the third
snooze needs a reason.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.errors import Refused
from alignment.events import publish
from alignment.notifications.events import ReminderPutOff, ReminderWoken
from alignment.notifications.formatting import format_date as date_words
from alignment.notifications.models import Snooze
from alignment.notifications.preferences import queries, quiet_hours
from alignment.notifications.preferences.effective import effective_preferences_of
from alignment.notifications.preferences.quiet_hours import (
    ONE_DAY,
    EffectivePreferences,
    instant_at_wall_time,
)

SNOOZES_WITHOUT_REASON = 2
"""So often a thing is put off without a reason."""
LONGEST_SNOOZE = timedelta(days=60)
MONDAY = 0


class SnoozeLength(StrEnum):
    """For how long."""

    A_DAY = "a_day"
    MONDAY = "monday"
    DATE = "date"


class SnoozeRequest(BaseModel):
    """Until when, as the form or a button says it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    length: SnoozeLength = SnoozeLength.A_DAY
    until_on: date | None = None
    reason: str = Field(default="", max_length=500)


def snooze_thread(
    session: Session, person: User, thread: str, request: SnoozeRequest, *, now: datetime
) -> Snooze:
    """Tell this person nothing about this thing until then."""
    preferences = effective_preferences_of(session, [person], now=now)[id_of(person)]
    until_on = _until_on(request, today=quiet_hours.local_date(preferences, now=now))
    if needs_reason(session, person, thread) and not request.reason:
        raise Refused("This is put off for the third time. Say in a few words why.")
    return _save_snooze(
        session, person, thread, _morning(until_on, preferences), request.reason, now=now
    )


def needs_reason(session: Session, person: User, thread: str) -> bool:
    """Whether this person put this thing off so often that the next time asks why."""
    return queries.count_snoozes(session, person, thread) >= SNOOZES_WITHOUT_REASON


def end_snooze(session: Session, person: User, thread: str, *, now: datetime) -> None:
    """Tell this person about it again from now on."""
    for snooze in _running(session, person, thread, now=now):
        snooze.until_at = now
        publish(
            session,
            ReminderWoken(
                workspace_id=person.workspace_id, at=now, user_id=id_of(person), thread=thread
            ),
        )


def snoozed_by_others(
    session: Session, person: User, about: str, *, since: datetime, now: datetime
) -> Iterator[tuple[int, str]]:
    """What colleagues put off since then: the number of the lead or task, and words about it."""
    for snooze, who in queries.snoozed_since(session, person, about, since=since, now=now):
        until = snooze.until_at.astimezone(ZoneInfo(person.zone)).date()
        yield int(snooze.thread.rpartition("-")[2]), _words(who, until, snooze.reason)


def _words(who: User, until: date, reason: str) -> str:
    return f"{who.name} put it off until {date_words(until)}" + (f": {reason}" if reason else ".")


def _until_on(wish: SnoozeRequest, *, today: date) -> date:
    match wish.length:
        case SnoozeLength.A_DAY:
            return today + ONE_DAY
        case SnoozeLength.MONDAY:
            return today + ((MONDAY - today.weekday() - 1) % 7 + 1) * ONE_DAY
    if wish.until_on is None or not today < wish.until_on <= today + LONGEST_SNOOZE:
        raise Refused("Choose a date after today, at most 60 days ahead.")
    return wish.until_on


def _morning(on: date, wishes: EffectivePreferences) -> datetime:
    return instant_at_wall_time(on, wishes.digest_at, wishes.zone)


def _save_snooze(
    session: Session, person: User, thread: str, until: datetime, reason: str, *, now: datetime
) -> Snooze:
    for running in _running(session, person, thread, now=now):
        # A second press is the first one; another date replaces the one before.
        if running.until_at == until:
            return running
        running.until_at = now
    snooze = Snooze(
        workspace_id=person.workspace_id,
        user_id=id_of(person),
        thread=thread,
        until_at=until,
        reason=reason,
        created_at=now,
    )
    session.add(snooze)
    put_off = ReminderPutOff(
        workspace_id=person.workspace_id,
        at=now,
        user_id=id_of(person),
        thread=thread,
        until_at=until,
        reason=reason,
    )
    publish(session, put_off)
    return snooze


def _running(session: Session, person: User, thread: str, *, now: datetime) -> list[Snooze]:
    mine = queries.snoozes_of(session, person, now=now)
    return [snooze for snooze in mine if snooze.thread == thread]
