"""Both teams' numbers of the day, at six in the evening, to who leads either team: one text."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts import queries as accounts
from alignment.accounts.models import User, Workspace, id_of
from alignment.accounts.working_hours import calendar_for
from alignment.notifications import once_a_date, queries
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import Letter, enqueue_many

logger = logging.getLogger(__name__)

NIGHTLY = "nightly_numbers"
EVENING = time(18)
Numbers = Callable[..., Mapping[str, Any] | None]
"""``(session, workspace, date, *, now)``: words of a mail, or None where nothing happened."""


def make_due(engine: Engine, numbers: Numbers, *, now: datetime) -> int:
    """Write to the leads of both teams where it is evening; how many letters are new.

    A date is looked at once, so that an evening after a day of nothing stays quiet. What goes
    wrong in one workspace stops no other.
    """
    with db.reading(engine) as session:
        waiting = queries.leads_without(session, NIGHTLY, at=EVENING, now=now)
    return sum(
        _made(engine, workspace, [person for _, person in group], numbers, now=now)
        for workspace, group in groupby(waiting, key=lambda row: row[0])
    )


def still_matters(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    """Why the numbers of a day need not be sent any more: they are never sent on another."""
    workspace = session.get_one(Workspace, delivery.workspace_id)
    is_today = delivery.words["on"] == _today(workspace, now=now).isoformat()
    return None if is_today else "The day that it was about is over."


def _made(
    engine: Engine,
    workspace: Workspace,
    people: Sequence[User],
    numbers: Numbers,
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
    numbers: Numbers,
    *,
    now: datetime,
) -> int:
    on = _today(workspace, now=now)
    mine = [person for person in people if once_a_date.claim(session, person, NIGHTLY, on=on)]
    if not mine or not _works_on(session, workspace, on):
        return 0
    words = numbers(session, workspace, on, now=now)
    if words is None:
        return 0
    return enqueue_many(session, [_letter(person, on, words) for person in mine], now=now)


def _works_on(session: Session, workspace: Workspace, on: date) -> bool:
    """Whether any team works on this date; where nobody wrote hours, every day."""
    hours = accounts.newest_hours(session, workspace.id).values()
    return not hours or any(any(calendar_for(row).working_dates(on, on)) for row in hours)


def _today(workspace: Workspace, *, now: datetime) -> date:
    return now.astimezone(ZoneInfo(workspace.zone)).date()


def _letter(person: User, on: date, words: Mapping[str, Any]) -> Letter:
    return Letter(
        workspace_id=person.workspace_id,
        key=f"nightly:{person.id}:{on.isoformat()}",
        kind=NIGHTLY,
        recipient_id=person.id,
        address=person.email,
        subject_id=id_of(person),
        words=words,
    )
