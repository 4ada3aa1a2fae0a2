"""A worker whose wall clock a test may set: ``python worker_of_a_set_clock.py FILE``.

The file holds by how many seconds it goes ahead of the machine's. Both readers of the wall clock,
ours and the scheduler's, see it; monotonic time and all waiting stay real.
"""

import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import apscheduler.schedulers.base
import apscheduler.triggers.interval

import alignment.clock
from alignment.app import main

AHEAD = Path(sys.argv[1])


class SetClock(datetime):
    """The time that the test's file says."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(seconds=float(AHEAD.read_text()))


if __name__ == "__main__":
    for module in (alignment.clock, apscheduler.schedulers.base, apscheduler.triggers.interval):
        vars(module)["datetime"] = SetClock
    sys.argv[1:] = ["worker"]
    main()
