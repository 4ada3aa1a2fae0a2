"""Every SELECT about web. Workspace or person is the scope."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alignment.errors import Refused
from alignment.metrics.periods import FIRST_YEAR, LAST_YEAR


def instant_of(local: datetime, zone_name: str) -> datetime:
    """The instant at which a clock of that zone showed this; a skipped time is refused.

    So is a year far from ours: near the ends of the calendar other zones could not show it.
    """
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise Refused(f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}.")
    zone = ZoneInfo(zone_name)
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise Refused("That time does not exist: the clocks were put forward. Choose another.")
    return at
