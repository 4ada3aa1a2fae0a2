"""The scheduler loop: runs the table of jobs in this process and stores no schedule."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from alignment.clock import Clock
from alignment.config import Settings
from alignment.scheduler.clock_watch import ClockWatch
from alignment.scheduler.jobs import JOBS, Job

log = logging.getLogger(__name__)


def make_scheduler(engine: Engine, settings: Settings, clock: Clock) -> BackgroundScheduler:
    """A scheduler with every job, not begun yet; late ticks run once, never twice at once."""
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(max_workers=len(JOBS))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in JOBS:
        scheduler.add_job(
            run_job,
            "interval",
            seconds=job.every_seconds,
            args=[job, engine, settings, clock],
            id=job.name,
            next_run_time=clock(),  # what waited while nobody ran is not kept waiting longer
        )
    return scheduler


@contextmanager
def background_work(engine: Engine, settings: Settings, clock: Clock) -> Iterator[None]:
    """The jobs run while the block does; what is in hand at the end is finished."""
    scheduler = make_scheduler(engine, settings, clock)
    watch = ClockWatch(scheduler, clock)
    scheduler.start()
    watch.start()
    try:
        yield
    finally:
        watch.stop()
        scheduler.shutdown()


def run_job(job: Job, engine: Engine, settings: Settings, clock: Clock) -> None:
    """Do the job once; what goes wrong is logged, and the next tick tries again."""
    try:
        job.run(engine, settings, clock)
    except Exception:
        log.exception("The job to %s failed; the next tick tries again.", job.name)
