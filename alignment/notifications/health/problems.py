"""Delivery health: scheduler silent or down, mail held by the server, rate limit reached, endpoints
disabled; shown as banners.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

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
class DeliveryHealth:
    """What is None, or nothing, is as it should be."""

    silent_since: datetime | None = None
    """The last tick, where it is too long ago."""
    downtime: DowntimePeriod | None = None
    """The newest one that ended within the last day."""
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
        silent_since=row.last_beat_at
        if row.last_beat_at and now - row.last_beat_at >= SILENT_AFTER
        else None,
        downtime=_downtime(row.stopped_from, row.stopped_until),
        hold=_hold(row.refusal, row.held_until),
        rate_limited_since=row.rate_limited_since,
        switched_off=row.switched_off,
        switched_off_label=row.one_switched_off or "",
    )


def _downtime(from_at: datetime | None, until_at: datetime | None) -> DowntimePeriod | None:
    return DowntimePeriod(from_at=from_at, until_at=until_at) if from_at and until_at else None


def _hold(refusal: str | None, until: datetime | None) -> ChannelHold | None:
    return ChannelHold(reason=refusal or "", until=until) if until else None
