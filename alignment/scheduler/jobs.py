"""What recurs, and how often: one table.

Every job finds its work in the database and claims it there, so any number of processes may tick,
a lost tick costs nothing, and a job that runs twice does its work once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from alignment import wiring
from alignment.clock import Clock
from alignment.config import Settings
from alignment.integrations import imports
from alignment.notifications import catching_up, digests, dispatch, nightly, weekly
from alignment.sla import sweep, taking_effect

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


def bring_agreements_into_force(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return taking_effect.take_effect(engine, now=clock())


def note_the_time(engine: Engine, _settings: Settings, clock: Clock) -> object:
    catching_up.beat(engine, now=clock())
    return None


def send_mail(engine: Engine, settings: Settings, clock: Clock) -> object:
    """First of all it must be known whether nobody ticked for a while: then messages are late."""
    catching_up.beat(engine, now=clock())
    return dispatch.dispatch(engine, wiring.mail_office(settings), clock=clock)


def make_digests(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return digests.make_due(engine, wiring.DIGEST, now=clock())


def sum_up_weeks(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return weekly.make_due(engine, wiring.NUMBERS_OF_WEEK, now=clock())


def tell_both_teams(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return nightly.make_due(engine, wiring.NUMBERS_OF_DAY, now=clock())


def bring_files_in(engine: Engine, settings: Settings, clock: Clock) -> object:
    return imports.run_waiting(engine, settings=settings, clock=clock)


JOBS = (
    # Apart from sending, which may be held up by a slow server for longer than a silence.
    Job(name="note the time", every=30, work=note_the_time),
    Job(name="sweep clocks", every=30, work=sweep_clocks),
    Job(name="bring agreements into force", every=60, work=bring_agreements_into_force),
    Job(name="send mail", every=10, work=send_mail),
    Job(name="make daily digests", every=60, work=make_digests),
    Job(name="sum up weeks", every=60, work=sum_up_weeks),
    Job(name="tell both teams the day's numbers", every=60, work=tell_both_teams),
    Job(name="bring files in", every=5, work=bring_files_in),
)
