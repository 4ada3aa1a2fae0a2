"""Notice that the clock was set back, and let the scheduler tick at once all the same.

The scheduler plans its ticks by the wall clock, and would sleep until the old time is reached. Here
time is measured by a clock that nobody sets.
"""

import logging
import threading
from datetime import datetime
from time import monotonic

from apscheduler.schedulers.base import BaseScheduler

from alignment.clock import Clock

log = logging.getLogger(__name__)

CHECK_SECONDS = 5.0
JUMP_SECONDS = 30.0
"""A clock that a time service moves by less is not said to jump; ticks are late by so much then."""


class ClockWatch:
    """Looks at the clock every few seconds, in a thread of its own, until it is stopped."""

    def __init__(self, scheduler: BaseScheduler, clock: Clock) -> None:
        self._scheduler = scheduler
        self._clock = clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="clock watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        begin = self._begin()
        while not self._stopped.wait(CHECK_SECONDS):
            if abs(moved := self._begin() - begin) < JUMP_SECONDS:
                continue
            log.warning("The clock jumped by %.0f seconds", moved)
            begin += moved
            _tick(self._scheduler, now=self._clock())

    def _begin(self) -> float:
        """The wall clock's time at which the other clock began; it moves where the wall clock does
        not keep step.
        """
        return self._clock().timestamp() - monotonic()


def _tick(scheduler: BaseScheduler, *, now: datetime) -> None:
    """Let every job run now, and count its interval from here."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=now)
