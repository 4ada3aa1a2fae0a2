import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from alignment.clock import Clock
from alignment.config import Settings
from alignment.scheduler.jobs import JOBS, Job
from alignment.scheduler.run import make_scheduler, run_job

NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, secret_key="s" * 32)


def test_a_late_tick_runs_once_and_is_never_dropped(engine: Engine, settings: Settings) -> None:
    scheduler = make_scheduler(engine, settings, lambda: NOW)

    scheduler.start(paused=True)
    jobs = scheduler.get_jobs()
    scheduler.shutdown()

    assert {job.id for job in jobs} == {job.name for job in JOBS}
    assert all(job.coalesce and job.max_instances == 1 for job in jobs)
    assert all(job.misfire_grace_time is None for job in jobs)


def test_a_job_that_fails_is_logged_and_stops_nobody(
    engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(_engine: Engine, _settings: Settings, _clock: Clock) -> object:
        raise LookupError("nothing there")

    with caplog.at_level(logging.ERROR):
        run_job(Job(name="stumble", every_seconds=1, run=stumble), engine, settings, lambda: NOW)

    assert "The job to stumble failed" in caplog.text


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_finds_nothing_to_do_in_an_empty_house(
    job: Job, engine: Engine, settings: Settings
) -> None:
    for _ in range(2):
        job.run(engine, settings, lambda: NOW)
