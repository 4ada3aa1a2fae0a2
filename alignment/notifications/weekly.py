"""The summary of the week that ended: on Monday, at the hour of the digest, to who wants it."""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User, Workspace, id_of
from alignment.notifications import mornings, once_a_date, queries
from alignment.notifications.digests import wishes_of_all
from alignment.notifications.models import Delivery
from alignment.notifications.nightly import Numbers
from alignment.notifications.outbox import Letter, enqueue
from alignment.notifications.preferences import wishes_of
from alignment.notifications.quiet import ONE_DAY, Wishes

logger = logging.getLogger(__name__)

WEEKLY = "weekly_summary"


def make_due(engine: Engine, numbers: Numbers, *, now: datetime) -> int:
    """Make the summary of everybody whose week begins at this hour; how many letters are new.

    A person's week begins on the first working day of it. A week is looked at once.
    """
    with db.reading(engine) as session:
        people = queries.without_digest(session, WEEKLY, since=monday_of, now=now)
        wishes = wishes_of_all(session, people, now=now)
    due = [x for x in people if mornings.hour_has_come(wishes[id_of(x)], now=now)]
    # The numbers are those of the workspace: they are counted once for all of its people.
    counted: dict[int, Mapping[str, Any] | None] = {}
    return sum(
        _made(engine, person, wishes[id_of(person)], numbers, counted, now=now) for person in due
    )


def still_matters(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    """Why the summary need not be sent any more: it waits for a day, and not for a week."""
    person = session.get_one(User, delivery.subject_id)
    wishes = wishes_of(session, [person], now=now)[id_of(person)]
    created_on = mornings.local_date(wishes, now=delivery.created_at)
    is_today = created_on == mornings.local_date(wishes, now=now)
    return None if is_today else "The day on which it was due is over."


def monday_of(on: date) -> date:
    return on - on.weekday() * ONE_DAY


def _made(
    engine: Engine,
    person: User,
    wishes: Wishes,
    numbers: Numbers,
    counted: dict[int, Mapping[str, Any] | None],
    *,
    now: datetime,
) -> bool:
    try:
        with db.transaction(engine) as session:
            return _make(session, person, wishes, numbers, counted, now=now)
    except Exception:
        logger.exception("The week's summary of person %s could not be made", person.id)
        return False


def _make(
    session: Session,
    person: User,
    wishes: Wishes,
    numbers: Numbers,
    counted: dict[int, Mapping[str, Any] | None],
    *,
    now: datetime,
) -> bool:
    on = mornings.local_date(wishes, now=now)
    monday = monday_of(on)
    if not wishes.works_on(on) or not once_a_date.claim(session, person, WEEKLY, on=monday):
        return False
    is_first = not any(wishes.works_on(monday + x * ONE_DAY) for x in range(on.weekday()))
    if not (is_first and wishes.wants_weekly):
        return False
    if person.workspace_id not in counted:
        workspace = session.get_one(Workspace, person.workspace_id)
        counted[person.workspace_id] = numbers(session, workspace, monday, now=now)
    words = counted[person.workspace_id]
    return words is not None and enqueue(session, _letter(person, monday, words), now=now)


def _letter(person: User, monday: date, words: Mapping[str, Any]) -> Letter:
    return Letter(
        workspace_id=person.workspace_id,
        key=f"weekly:{person.id}:{monday.isoformat()}",
        kind=WEEKLY,
        recipient_id=person.id,
        address=person.email,
        subject_id=id_of(person),
        words=words,
    )
