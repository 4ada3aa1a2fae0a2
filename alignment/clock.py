"""The only place that reads the wall clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present instant, aware and in UTC, to the second (business time knows no less)."""
    return datetime.now(UTC).replace(microsecond=0)
