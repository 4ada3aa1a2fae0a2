"""The daily digest: one message for each person and working day, at the person's own hour, made of
the lines of other slices and checked again when it is sent.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User, id_of
from alignment.notifications.digests import once_per_date, queries, schedule
from alignment.notifications.digests.schedule import DigestDay
from alignment.notifications.digests.sections import (
    DigestLine,
    DigestSection,
    DigestSource,
    digest_words,
)
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.preferences import queries as preferences_queries
from alignment.notifications.preferences.effective import (
    effective_preferences_of,
    effective_preferences_of_all,
)
from alignment.notifications.preferences.quiet_hours import EffectivePreferences

logger = logging.getLogger(__name__)

DAILY_DIGEST = "daily_digest"


def make_due(engine: Engine, sources: Sequence[DigestSource], *, now: datetime) -> int:
    """Make the digest of everybody whose hour has come; how many there are.

    Each in a transaction of its own, so that what goes wrong for one person stops nobody else.
    """
    return sum(
        _try_making(engine, person, sources, now=now) for person in _people_due(engine, now=now)
    )


def make_digest(
    session: Session,
    person: User,
    preferences: EffectivePreferences,
    sources: Sequence[DigestSource],
    *,
    now: datetime,
) -> bool:
    """Make this person's digest of today, unless it was; False where there is nothing to say."""
    day = schedule.digest_day(preferences, now=now)
    if not preferences.works_on(day.on) or not once_per_date.claim_date(
        session, person, DAILY_DIGEST, on=day.on
    ):
        return False
    if queries.has_digest_since(session, person, DAILY_DIGEST, since=day.start):
        return False  # Made before the person's zone was changed: that day has its digest.
    lines = _lines(session, person, day, preferences, sources, now=now)
    if _suppression_reason(lines, preferences, now=now):
        return False
    for source in sources:
        if source.mark_included:
            source.mark_included(session, person, day, now)
    return enqueue(session, _notice(person, day, lines), now=now)


def release_silent_digest(session: Session, person: User, *, on: date) -> None:
    """Where nothing was to be said on this date so far, look once more."""
    if not queries.has_delivery(session, person, key=_key(person, on)):
        once_per_date.release_date(session, person, DAILY_DIGEST, on=on)


def still_matters(
    session: Session, delivery: Delivery, *, sources: Sequence[DigestSource], now: datetime
) -> str | None:
    """Why this digest need no longer be sent; what was done meanwhile is struck from it."""
    person = session.get_one(User, delivery.subject_id)
    preferences = effective_preferences_of(session, [person], now=now)[id_of(person)]
    day = schedule.digest_day(preferences, now=now)
    if day.on.isoformat() != delivery.words["on"]:
        return "The day that it was about is over."
    lines = _lines(session, person, day, preferences, sources, now=now)
    reason = _suppression_reason(lines, preferences, now=now)
    if reason is None:
        delivery.words = digest_words(day.on, lines)
    return reason


def _people_due(engine: Engine, *, now: datetime) -> list[tuple[User, EffectivePreferences]]:
    with db.read_only_session(engine) as session:
        people = queries.people_without_digest(session, DAILY_DIGEST, now=now)
        wishes = effective_preferences_of_all(session, people, now=now)
    return [
        (person, wishes[id_of(person)])
        for person in people
        if schedule.is_digest_due(wishes[id_of(person)], now=now)
    ]


def _try_making(
    engine: Engine,
    due: tuple[User, EffectivePreferences],
    sources: Sequence[DigestSource],
    *,
    now: datetime,
) -> bool:
    person, wishes = due
    try:
        with db.transaction(engine) as session:
            return make_digest(session, person, wishes, sources, now=now)
    except Exception:
        logger.exception("The digest of person %s could not be made", person.id)
        return False


def _lines(
    session: Session,
    person: User,
    day: DigestDay,
    wishes: EffectivePreferences,
    sources: Sequence[DigestSource],
    *,
    now: datetime,
) -> list[DigestLine]:
    left_out_threads = {muted.thread for muted in preferences_queries.mutes_of(session, person)} - {
        ""
    }
    left_out_threads |= wishes.snoozed.keys()
    lines = (line for source in sources for line in source.lines(session, person, day, now))
    wanted = (line for line in lines if left_out_threads.isdisjoint(line.threads))
    return sorted(wanted, key=lambda line: line.order)


def _suppression_reason(
    lines: Sequence[DigestLine], wishes: EffectivePreferences, *, now: datetime
) -> str | None:
    if not lines:
        return "Nothing in it waits any more."
    is_overdue = any(line.section is DigestSection.OVERDUE for line in lines)
    if schedule.is_past_cutoff(wishes, now=now) and not is_overdue:
        return "It is too late in the day for it, and nothing in it is overdue."
    return None


def _notice(person: User, day: DigestDay, lines: Sequence[DigestLine]) -> Notice:
    return Notice(
        workspace_id=person.workspace_id,
        key=_key(person, day.on),
        kind=DAILY_DIGEST,
        recipient_id=person.id,
        address=person.email,
        subject_id=id_of(person),
        words=digest_words(day.on, lines),
    )


def _key(person: User, on: date) -> str:
    return f"digest:{person.id}:{on.isoformat()}"
