"""Both teams' numbers of the day, sent at 18:00 to the team leads."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User, Workspace, id_of
from alignment.accounts.opening_hours import queries as accounts
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.notifications.digests import once_per_date, queries
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice

logger = logging.getLogger(__name__)

NIGHTLY_NUMBERS = "nightly_numbers"
SENT_AT = time(18)
NumbersSource = Callable[..., Mapping[str, Any] | None]
"""``(session, workspace, date, *, now)``: words of a mail, or None where nothing happened."""


def make_due(engine: Engine, numbers: NumbersSource, *, now: datetime) -> int:
    """Write to the leads of both teams where it is evening; how many letters are new.

    A date is looked at once, so that an evening after a day of nothing stays quiet. What goes
    wrong in one workspace stops no other.
    """
    with db.read_only_session(engine) as session:
        waiting = queries.team_leads_without_digest(session, NIGHTLY_NUMBERS, at=SENT_AT, now=now)
    return sum(
        _try_making(engine, workspace, [person for _, person in group], numbers, now=now)
        for workspace, group in groupby(waiting, key=lambda row: row[0])
    )


def still_matters(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    """Why the numbers of a day need not be sent any more: they are never sent on another."""
    workspace = session.get_one(Workspace, delivery.workspace_id)
    is_today = delivery.words["on"] == _today(workspace, now=now).isoformat()
    return None if is_today else "The day that it was about is over."


def _try_making(
    engine: Engine,
    workspace: Workspace,
    people: Sequence[User],
    numbers: NumbersSource,
    *,
    now: datetime,
) -> int:
    try:
        with db.transaction(engine) as session:
            return _make(session, workspace, people, numbers, now=now)
    except Exception:
        logger.exception("The day's numbers of workspace %s could not be told", workspace.id)
        return 0


def _make(
    session: Session,
    workspace: Workspace,
    people: Sequence[User],
    numbers: NumbersSource,
    *,
    now: datetime,
) -> int:
    on = _today(workspace, now=now)
    claimed_people = [
        person
        for person in people
        if once_per_date.claim_date(session, person, NIGHTLY_NUMBERS, on=on)
    ]
    if not claimed_people or not _works_on(session, workspace, on):
        return 0
    words = numbers(session, workspace, on, now=now)
    if words is None:
        return 0
    return enqueue_many(session, [_notice(person, on, words) for person in claimed_people], now=now)


def _works_on(session: Session, workspace: Workspace, on: date) -> bool:
    """Whether any team works on this date; where nobody wrote hours, every day."""
    hours = accounts.newest_hours_by_team(session, workspace.id).values()
    return not hours or any(any(calendar_for(row).working_dates(on, on)) for row in hours)


def _today(workspace: Workspace, *, now: datetime) -> date:
    return now.astimezone(ZoneInfo(workspace.zone)).date()


def _notice(person: User, on: date, words: Mapping[str, Any]) -> Notice:
    return Notice(
        workspace_id=person.workspace_id,
        key=f"nightly:{person.id}:{on.isoformat()}",
        kind=NIGHTLY_NUMBERS,
        recipient_id=person.id,
        address=person.email,
        subject_id=id_of(person),
        words=words,
    )
