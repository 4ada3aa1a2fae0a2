"""Begin, look at and settle every period of a quota whose instant has passed.

Periods are found by their rows, not by ticks: one sweep after three months settles each month in
turn, and nobody settles one twice. Where nothing is due it asks two small questions."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Engine

from alignment import db
from alignment.sla.models import QuotaPeriod
from alignment.sla.quotas import queries
from alignment.sla.quotas.settling import look_at_period
from alignment.sla.quotas.tracking import begin_periods

PERIODS_PER_PASS = 100
RETRY_AFTER = timedelta(hours=1)
"""How long a period waits that could not be counted, so that it stops nobody else."""

log = logging.getLogger(__name__)


def sweep_quota_periods(engine: Engine, *, now: datetime) -> int:
    """Look at every period that is due to be looked at; returns how often it looked."""
    with db.transaction(engine) as session:
        for version in queries.versions_to_begin(session, now=now):
            begin_periods(session, version, now=now)
    looked_at = 0
    while count := _sweep_pass(engine, now=now):
        looked_at += count
    return looked_at


def _sweep_pass(engine: Engine, *, now: datetime) -> int:
    with db.read_only_session(engine) as session:
        ids = queries.due_period_ids(session, now=now, limit=PERIODS_PER_PASS)
    return sum(_look_at(engine, period_id, now=now) for period_id in ids)


def _look_at(engine: Engine, period_id: int, *, now: datetime) -> bool:
    """Whether there was anything to do; somebody else may have done it."""
    try:
        with db.transaction(engine) as session:
            period = queries.lock_due_period(session, period_id, now=now)
            if period is not None:
                look_at_period(session, period, now=now)
            return period is not None
    except Exception:
        log.exception("Period %s could not be counted; it is set aside for an hour.", period_id)
        with db.transaction(engine) as session:
            session.get_one(QuotaPeriod, period_id).next_at = now + RETRY_AFTER
        return True
