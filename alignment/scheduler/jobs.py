"""The table of recurring jobs, each with its interval.

Every job finds its work in the database and claims it there: any number of processes may run it,
a missed run costs nothing, and a job run twice does its work once."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from alignment import wiring
from alignment.clock import Clock
from alignment.config import Settings
from alignment.integrations.imports import jobs
from alignment.notifications.digests import daily, nightly, weekly
from alignment.notifications.downtime import heartbeat
from alignment.notifications.sending import dispatch
from alignment.sla.agreements import activation
from alignment.sla.quotas import sweep as quotas
from alignment.sla.timers import sweep

Work = Callable[[Engine, Settings, Clock], object]


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something that is done again and again."""

    name: str
    every_seconds: int
    """Seconds from one start to the next."""
    run: Work


def sweep_timers(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return sweep.sweep_due_timers(engine, now=clock())


def bring_agreements_into_force(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return activation.activate_due_versions(engine, now=clock())


def sweep_quota_periods(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return quotas.sweep_quota_periods(engine, now=clock())


def record_heartbeat(engine: Engine, _settings: Settings, clock: Clock) -> object:
    heartbeat.beat(engine, now=clock())
    return None


def send_deliveries(engine: Engine, settings: Settings, clock: Clock) -> object:
    """First of all it must be known whether nobody ticked for a while: then messages are late."""
    heartbeat.beat(engine, now=clock())
    return dispatch.dispatch(engine, wiring.delivery_context(settings), clock=clock)


def make_digests(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return daily.make_due(engine, wiring.DIGEST_SOURCES, now=clock())


def make_weekly_summaries(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return weekly.make_due(engine, wiring.WEEKLY_FIGURES, now=clock())


def send_nightly_figures(engine: Engine, _settings: Settings, clock: Clock) -> object:
    return nightly.make_due(engine, wiring.DAILY_FIGURES, now=clock())


def run_waiting_imports(engine: Engine, settings: Settings, clock: Clock) -> object:
    return jobs.run_waiting(engine, settings=settings, clock=clock)


JOBS = (
    # Apart from sending, which may be held up by a slow server for longer than a silence.
    Job(name="note the time", every_seconds=30, run=record_heartbeat),
    Job(name="sweep clocks", every_seconds=30, run=sweep_timers),
    Job(name="count promises over a period", every_seconds=60, run=sweep_quota_periods),
    Job(name="bring agreements into force", every_seconds=60, run=bring_agreements_into_force),
    Job(name="send mail", every_seconds=10, run=send_deliveries),
    Job(name="make daily digests", every_seconds=60, run=make_digests),
    Job(name="sum up weeks", every_seconds=60, run=make_weekly_summaries),
    Job(name="tell both teams the day's numbers", every_seconds=60, run=send_nightly_figures),
    Job(name="bring files in", every_seconds=5, run=run_waiting_imports),
)
