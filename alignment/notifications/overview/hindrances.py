"""What keeps messages from going, or lately did: for a banner that goes away by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alignment.notifications.brakes import REASON
from alignment.notifications.overview import queries
from alignment.notifications.queries import Hold

SILENCE = timedelta(minutes=5)
"""After so long without a tick the scheduler is thought to stand still."""
SHOWN = timedelta(days=1)
"""So long an administrator is reminded of what is over, or put right elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """No scheduler ran in this time."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class Hindrances:
    """What is None, or nothing, is as it should be."""

    silent_since: datetime | None = None
    """The last tick, where it is too long ago."""
    standstill: Standstill | None = None
    """The newest one that ended within the last day."""
    hold: Hold | None = None
    """The mail server refuses us."""
    braked_since: datetime | None = None
    """So much is due at once that it is told together."""
    switched_off: int = 0
    """Channels of this workspace that did not work for long, within the last day."""
    switched_off_label: str = ""


def found(session: Session, workspace_id: int, *, now: datetime) -> Hindrances:
    """Everything that is in the way of this workspace's messages."""
    way = queries.in_the_way(session, workspace_id, brake=REASON, since=now - SHOWN, now=now)
    return Hindrances(
        silent_since=way.tick_at if way.tick_at and now - way.tick_at >= SILENCE else None,
        standstill=_standstill(way.stopped_from, way.stopped_until),
        hold=_hold(way.refusal, way.held_until),
        braked_since=way.braked_since,
        switched_off=way.switched_off,
        switched_off_label=way.one_switched_off or "",
    )


def _standstill(from_at: datetime | None, until_at: datetime | None) -> Standstill | None:
    return Standstill(from_at=from_at, until_at=until_at) if from_at and until_at else None


def _hold(refusal: str | None, until: datetime | None) -> Hold | None:
    return Hold(reason=refusal or "", until=until) if until else None
