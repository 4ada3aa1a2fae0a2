"""Refresh every timer whose next_at has passed; warnings and breaches happen exactly once.

Due timers are found by their rows, not by ticks: one sweep after three days does what every sweep
of those days would have done. Two concurrent sweeps never take the same row."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.sla.models import Timer
from alignment.sla.timers import queries
from alignment.sla.timers.refresh import refresh_timers

TIMERS_PER_BATCH = 500
"""Clocks in one transaction; on SQLite everybody else who writes waits for so long."""
RETRY_AFTER = timedelta(hours=1)
"""How long a clock waits that could not be read, so that it stops nobody else."""

log = logging.getLogger(__name__)


def sweep_due_timers(engine: Engine, *, now: datetime) -> int:
    """Read every clock that is due to be looked at; returns how many."""
    looked_at = 0
    while count := _sweep_batch(engine, now=now):
        looked_at += count
    return looked_at


def _sweep_batch(engine: Engine, *, now: datetime) -> int:
    try:
        with db.transaction(engine) as session:
            timers = queries.lock_due_timers(session, now=now, limit=TIMERS_PER_BATCH)
            _refresh_due(session, timers, now=now)
            return len(timers)
    except Exception:
        log.exception("A batch of clocks could not be read; reading them one by one.")
        return _sweep_one_by_one(engine, now=now)


def _sweep_one_by_one(engine: Engine, *, now: datetime) -> int:
    with db.transaction(engine) as session:
        ids = [
            timer.id for timer in queries.lock_due_timers(session, now=now, limit=TIMERS_PER_BATCH)
        ]
    for timer_id in ids:
        _refresh_one(engine, timer_id, now=now)
    return len(ids)


def _refresh_one(engine: Engine, timer_id: int, *, now: datetime) -> None:
    try:
        with db.transaction(engine) as session:
            timers = queries.lock_due_timers(session, now=now, limit=1, only_id=timer_id)
            _refresh_due(session, timers, now=now)
    except Exception:
        log.exception("Clock %s could not be read; it is set aside for an hour.", timer_id)
        with db.transaction(engine) as session:
            timer = session.get_one(Timer, timer_id)
            timer.next_at = now + RETRY_AFTER


def _refresh_due(session: Session, timers: Sequence[Timer], *, now: datetime) -> None:
    in_order = sorted(timers, key=lambda timer: timer.workspace_id)
    for workspace_id, some in groupby(in_order, key=lambda timer: timer.workspace_id):
        refresh_timers(session, workspace_id, list(some), now=now)
