"""The weekly summary of both teams' numbers: the workspace's week, as soon as it is over, at a
person's next hour of the digest.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User, Workspace, id_of
from alignment.notifications.digests import once_per_date, queries, schedule
from alignment.notifications.digests.nightly import NumbersSource
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.preferences import quiet_hours as preferences_quiet_hours
from alignment.notifications.preferences.effective import (
    effective_preferences_of,
    effective_preferences_of_all,
)
from alignment.notifications.preferences.quiet_hours import ONE_DAY, EffectivePreferences

logger = logging.getLogger(__name__)

WEEKLY_SUMMARY = "weekly_summary"


def make_due(engine: Engine, numbers: NumbersSource, *, now: datetime) -> int:
    """Make the summary of everybody whose hour has come; how many letters are new.

    It comes on a person's first working day after the week; a week is looked at once.
    """
    with db.read_only_session(engine) as session:
        people = queries.people_without_digest(session, WEEKLY_SUMMARY, since=monday_of, now=now)
        preferences_by_id = effective_preferences_of_all(session, people, now=now)
    due = [
        due_person
        for due_person in people
        if schedule.is_digest_due(preferences_by_id[id_of(due_person)], now=now)
    ]
    # The numbers are those of the workspace: they are counted once for all of its people.
    words_by_workspace: dict[int, Mapping[str, Any] | None] = {}
    return sum(
        _try_making(
            engine, person, preferences_by_id[id_of(person)], numbers, words_by_workspace, now=now
        )
        for person in due
    )


def still_matters(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    """Why the summary need not be sent any more: it waits for a day, and not for a week."""
    person = session.get_one(User, delivery.subject_id)
    wishes = effective_preferences_of(session, [person], now=now)[id_of(person)]
    created_on = preferences_quiet_hours.local_date(wishes, now=delivery.created_at)
    is_today = created_on == preferences_quiet_hours.local_date(wishes, now=now)
    return None if is_today else "The day on which it was due is over."


def monday_of(on: date) -> date:
    return on - on.weekday() * ONE_DAY


def _try_making(
    engine: Engine,
    person: User,
    wishes: EffectivePreferences,
    numbers: NumbersSource,
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
    wishes: EffectivePreferences,
    numbers: NumbersSource,
    counted: dict[int, Mapping[str, Any] | None],
    *,
    now: datetime,
) -> bool:
    workspace = session.get_one(Workspace, person.workspace_id)
    monday = monday_of(now.astimezone(ZoneInfo(workspace.zone)).date())
    over_at = preferences_quiet_hours.instant_at_wall_time(monday, time(), workspace.zone)
    on = preferences_quiet_hours.local_date(wishes, now=now)
    told_on = schedule.first_digest_date(wishes, since=over_at)
    if on < told_on or not once_per_date.claim_date(session, person, WEEKLY_SUMMARY, on=monday):
        return False
    if on > told_on or not wishes.wants_weekly:
        return False
    if person.workspace_id not in counted:
        counted[person.workspace_id] = numbers(session, workspace, monday, now=now)
    words = counted[person.workspace_id]
    return words is not None and enqueue(session, _notice(person, monday, words), now=now)


def _notice(person: User, monday: date, words: Mapping[str, Any]) -> Notice:
    return Notice(
        workspace_id=person.workspace_id,
        key=f"weekly:{person.id}:{monday.isoformat()}",
        kind=WEEKLY_SUMMARY,
        recipient_id=person.id,
        address=person.email,
        subject_id=id_of(person),
        words=words,
    )
