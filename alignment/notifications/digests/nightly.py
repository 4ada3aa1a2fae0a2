"""Both teams' numbers of the workspace's day, at 18:00 on the clocks of the team leads."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User, Workspace, id_of
from alignment.accounts.opening_hours import queries as accounts
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.notifications.digests import once_per_date, queries
from alignment.notifications.digests.schedule import last_date_at
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.preferences.effective import effective_preferences_of
from alignment.notifications.preferences.quiet_hours import ONE_DAY, local_date

logger = logging.getLogger(__name__)

NIGHTLY_NUMBERS = "nightly_numbers"
SENT_AT = time(18)
LONGEST_BREAK_DAYS = 31
NumbersSource = Callable[..., Mapping[str, Any] | None]
"""``(session, workspace, date, *, now)``: words of a mail, or None where nothing happened."""


def make_due(engine: Engine, numbers: NumbersSource, *, now: datetime) -> int:
    """Write to the leads of both teams who work and have evening; how many letters are new.

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
    """Why the numbers of a day need not be sent any more: they wait until the next ones."""
    workspace = session.get_one(Workspace, delivery.workspace_id)
    is_last = delivery.words["on"] == _last_evening(session, workspace, now=now).isoformat()
    return None if is_last else "The numbers of a later day are known."


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
    on = _last_evening(session, workspace, now=now)
    wishes = effective_preferences_of(session, people, now=now)
    claimed_people = [
        person
        for person in people
        if wishes[id_of(person)].works_on(local_date(wishes[id_of(person)], now=now))
        and once_per_date.claim_date(session, person, NIGHTLY_NUMBERS, on=on)
    ]
    if not claimed_people:
        return 0
    words = numbers(session, workspace, on, now=now)
    if words is None:
        return 0
    return enqueue_many(session, [_notice(person, on, words) for person in claimed_people], now=now)


def _last_evening(session: Session, workspace: Workspace, *, now: datetime) -> date:
    """The workspace's last date with an evening behind it on which any team works; where nobody
    wrote hours, every day."""
    last = last_date_at(SENT_AT, workspace.zone, now=now)
    hours = accounts.newest_hours_by_team(session, workspace.id).values()
    calendars = [calendar_for(row) for row in hours]
    days = (last - count * ONE_DAY for count in range(LONGEST_BREAK_DAYS))
    return next((on for on in days if any(any(x.working_dates(on, on)) for x in calendars)), last)


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
