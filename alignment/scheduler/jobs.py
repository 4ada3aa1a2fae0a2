"""What recurs, and how often: one table.

Every job finds its work in the database and claims it there, so any number of processes may tick,
a lost tick costs nothing, and a job that runs twice does its work once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from alignment import db, wiring
from alignment.clock import Clock
from alignment.config import Settings
from alignment.integrations import imports
from alignment.notifications import dispatch
from alignment.plans import reminders
from alignment.sla import sweep

Work = Callable[[Engine, Settings, Clock], object]


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something that is done again and again."""

    name: str
    every: int
    """Seconds from one start to the next."""
    work: Work


def sweep_clocks(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return sweep.sweep(engine, now=clock())


def send_mail(engine: Engine, settings: Settings, clock: Clock) -> object:
    return dispatch.dispatch(engine, wiring.mail_office(settings), clock=clock)


def remind_task_owners(engine: Engine, _settings: Settings, clock: Clock) -> object:
    with db.transaction(engine) as session:
        return reminders.remind(session, now=clock())


def bring_files_in(engine: Engine, settings: Settings, clock: Clock) -> object:
    return imports.run_waiting(engine, settings=settings, clock=clock)


JOBS = (
    Job(name="sweep clocks", every=30, work=sweep_clocks),
    Job(name="send mail", every=10, work=send_mail),
    Job(name="remind task owners", every=60, work=remind_task_owners),
    Job(name="bring files in", every=5, work=bring_files_in),
)
