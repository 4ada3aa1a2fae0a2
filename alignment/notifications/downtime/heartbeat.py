"""The scheduler's heartbeat: each tick records that it ran; a gap longer than two minutes is
recorded as a downtime and published as an event.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.events import publish_many
from alignment.notifications.downtime import queries
from alignment.notifications.events import SchedulerStoodStill
from alignment.notifications.models import Downtime, Heartbeat

logger = logging.getLogger(__name__)

DOWNTIME_AFTER = timedelta(minutes=2)
"""A tick that comes later than this after the last one ends a standstill."""
NO_TIME = timedelta()
BEAT_INTERVAL = timedelta(seconds=20)
"""The heartbeat is written no more often."""
CLOCK_TOLERANCE = timedelta(minutes=1)
"""The clocks of two machines may differ by so much; one that goes back further was set back."""
REMEMBERED_FOR = timedelta(days=2)
"""So long ago a standstill may have ended and still explain why a message is late."""


def beat(engine: Engine, *, now: datetime) -> None:
    """Write down that the scheduler runs now; after a silence also that it did not.

    A clock that was set back is written down too; the scheduler counts on from its new time.
    """
    with db.read_only_session(engine) as session:
        last = session.get(Heartbeat, 1)
    if last is not None and -CLOCK_TOLERANCE <= now - last.last_beat_at < BEAT_INTERVAL:
        return
    with db.transaction(engine) as session:
        _beat(session, now=now)


def recent_downtimes(session: Session, *, now: datetime) -> list[tuple[datetime, datetime]]:
    """From when until when the scheduler stood still, as far as messages may be late by it."""
    gaps = queries.downtimes_since(session, since=now - REMEMBERED_FOR)
    return [(gap.from_at, gap.until_at) for gap in gaps]


def _beat(session: Session, *, now: datetime) -> None:
    heartbeat = queries.locked_heartbeat(session)
    if heartbeat is None:
        # Jobs and processes that begin together all find none; one of them writes it.
        session.execute(db.insert_unless_present(session, Heartbeat).values(id=1, last_beat_at=now))
        return
    if -CLOCK_TOLERANCE <= now - heartbeat.last_beat_at <= NO_TIME:
        return  # another job of the same second was quicker, or another machine
    if now < heartbeat.last_beat_at:
        logger.warning("The clock was set back from %s to %s", heartbeat.last_beat_at, now)
        heartbeat.set_back_from, heartbeat.set_back_at = heartbeat.last_beat_at, now
    elif _is_downtime(heartbeat, now=now):
        _record_downtime(session, from_at=heartbeat.last_beat_at, until_at=now)
    heartbeat.last_beat_at = now


def _is_downtime(heartbeat: Heartbeat, *, now: datetime) -> bool:
    """Whether nobody ran for long; not where a clock only goes ahead again to where it was."""
    is_ahead_again = (
        heartbeat.set_back_from is not None and now <= heartbeat.set_back_from + DOWNTIME_AFTER
    )
    return now - heartbeat.last_beat_at > DOWNTIME_AFTER and not is_ahead_again


def _record_downtime(session: Session, *, from_at: datetime, until_at: datetime) -> None:
    logger.warning("No scheduler ran from %s to %s", from_at, until_at)
    session.add(Downtime(from_at=from_at, until_at=until_at))
    publish_many(
        session,
        [
            SchedulerStoodStill(
                workspace_id=workspace_id, at=until_at, from_at=from_at, until_at=until_at
            )
            for workspace_id in queries.workspace_ids(session)
        ],
    )
