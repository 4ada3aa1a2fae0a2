"""Putting off being told about one thing: for a day, until Monday, or until a date.

The co-owner sees it, and the third time asks why. It ends at the hour of the digest, so that the
thing is told again that morning.
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
from alignment.notifications import mornings, queries
from alignment.notifications.events import ReminderPutOff, ReminderWoken
from alignment.notifications.models import Snooze
from alignment.notifications.preferences import wishes_of
from alignment.notifications.quiet import ONE_DAY, Wishes, at_wall
from alignment.notifications.wording import on as date_words

FREE = 2
"""So often a thing is put off without a reason."""
LONGEST = timedelta(days=60)
MONDAY = 0


class Length(StrEnum):
    """For how long."""

    A_DAY = "a_day"
    MONDAY = "monday"
    DATE = "date"


class Wish(BaseModel):
    """Until when, as the form or a button says it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    length: Length = Length.A_DAY
    until_on: date | None = None
    reason: str = Field(default="", max_length=500)


def put_off(session: Session, person: User, thread: str, wish: Wish, *, now: datetime) -> Snooze:
    """Tell this person nothing about this thing until then."""
    wishes = wishes_of(session, [person], now=now)[id_of(person)]
    until_on = _until_on(wish, today=mornings.local_date(wishes, now=now))
    if needs_reason(session, person, thread) and not wish.reason:
        raise Refused("This is put off for the third time. Say in a few words why.")
    return _kept(session, person, thread, _morning(until_on, wishes), wish.reason, now=now)


def needs_reason(session: Session, person: User, thread: str) -> bool:
    """Whether this person put this thing off so often that the next time asks why."""
    return queries.times_put_off(session, person, thread) >= FREE


def wake(session: Session, person: User, thread: str, *, now: datetime) -> None:
    """Tell this person about it again from now on."""
    for snooze in _running(session, person, thread, now=now):
        snooze.until_at = now
        publish(
            session,
            ReminderWoken(
                workspace_id=person.workspace_id, at=now, user_id=id_of(person), thread=thread
            ),
        )


def put_off_by_others(
    session: Session, person: User, about: str, *, since: datetime, now: datetime
) -> Iterator[tuple[int, str]]:
    """What colleagues put off since then: the number of the lead or task, and words about it."""
    for snooze, who in queries.put_off_since(session, person, about, since=since, now=now):
        until = snooze.until_at.astimezone(ZoneInfo(person.zone)).date()
        yield int(snooze.thread.rpartition("-")[2]), _words(who, until, snooze.reason)


def _words(who: User, until: date, reason: str) -> str:
    return f"{who.name} put it off until {date_words(until)}" + (f": {reason}" if reason else ".")


def _until_on(wish: Wish, *, today: date) -> date:
    match wish.length:
        case Length.A_DAY:
            return today + ONE_DAY
        case Length.MONDAY:
            return today + ((MONDAY - today.weekday() - 1) % 7 + 1) * ONE_DAY
    if wish.until_on is None or not today < wish.until_on <= today + LONGEST:
        raise Refused("Choose a date after today, at most 60 days ahead.")
    return wish.until_on


def _morning(on: date, wishes: Wishes) -> datetime:
    return at_wall(on, wishes.digest_at, wishes.zone)


def _kept(
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
