"""Delivery health: scheduler silent or down, mail held by the server, rate limit reached, endpoints
disabled; shown as banners.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.notifications.downtime.heartbeat import CLOCK_TOLERANCE
from alignment.notifications.health import queries
from alignment.notifications.sending.queries import ChannelHold

SILENT_AFTER = timedelta(minutes=5)
"""After so long without a tick the scheduler is thought to stand still."""
SHOWN_FOR = timedelta(days=1)
"""So long an administrator is reminded of what is over, or put right elsewhere."""


@dataclass(frozen=True, kw_only=True)
class DowntimePeriod:
    """No scheduler ran in this time."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockSetBack:
    """The clock had reached one time and was set to an earlier one."""

    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryHealth:
    """What is None, or nothing, is as it should be."""

    silent_since: datetime | None = None
    """The last tick, where it is too long ago."""
    downtime: DowntimePeriod | None = None
    """The newest one that ended within the last day."""
    clock_set_back: ClockSetBack | None = None
    """The last time within a day."""
    hold: ChannelHold | None = None
    """The mail server refuses us."""
    rate_limited_since: datetime | None = None
    """So much is due at once that it is told together."""
    switched_off: int = 0
    """Channels of this workspace that did not work for long, within the last day."""
    switched_off_label: str = ""


def delivery_health(session: Session, workspace_id: int, *, now: datetime) -> DeliveryHealth:
    """Everything that is in the way of this workspace's messages."""
    row = queries.health_row(session, workspace_id, since=now - SHOWN_FOR, now=now)
    return DeliveryHealth(
        silent_since=row.last_beat_at if _is_silent(row.last_beat_at, now=now) else None,
        downtime=_downtime(row.stopped_from, row.stopped_until),
        clock_set_back=_set_back(row.set_back_from, row.set_back_at),
        hold=_hold(row.refusal, row.held_until),
        rate_limited_since=row.rate_limited_since,
        switched_off=row.switched_off,
        switched_off_label=row.one_switched_off or "",
    )


def _is_silent(last_beat_at: datetime | None, *, now: datetime) -> bool:
    """A tick that lies ahead is from before the clock was set back: none has come since."""
    return last_beat_at is not None and not -CLOCK_TOLERANCE <= now - last_beat_at < SILENT_AFTER


def _downtime(from_at: datetime | None, until_at: datetime | None) -> DowntimePeriod | None:
    return DowntimePeriod(from_at=from_at, until_at=until_at) if from_at and until_at else None


def _set_back(from_at: datetime | None, to_at: datetime | None) -> ClockSetBack | None:
    return ClockSetBack(from_at=from_at, to_at=to_at) if from_at and to_at else None


def _hold(refusal: str | None, until: datetime | None) -> ChannelHold | None:
    return ChannelHold(reason=refusal or "", until=until) if until else None
