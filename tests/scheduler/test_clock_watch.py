"""Background work goes on when the machine's clock is set, in a real worker with real waiting."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from alignment import db
from alignment.clock import system_clock
from alignment.notifications.models import Heartbeat
from tests.run_folder import wait_until
from tests.serving import PATIENCE

WORKER = Path(__file__).with_name("worker_of_a_set_clock.py")
TWO_HOURS = timedelta(hours=2)


@contextmanager
def worker(data: Path, ahead: Path) -> Iterator[None]:
    environment = os.environ | {"ALIGNMENT_DATA_DIR": str(data), "ALIGNMENT_DATABASE_URL": ""}
    process = subprocess.Popen([sys.executable, str(WORKER), str(ahead)], env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = db.connect(f"sqlite:///{tmp_path / 'alignment.db'}")
    yield engine
    engine.dispose()


def heartbeat(engine: Engine) -> Heartbeat | None:
    with Session(engine) as session:
        tables = session.connection().dialect.has_table(session.connection(), "heartbeat")
        return session.exec(select(Heartbeat)).first() if tables else None


def test_a_clock_set_back_by_two_hours_stops_no_background_work(
    tmp_path: Path, engine: Engine
) -> None:
    ahead = tmp_path / "ahead"
    ahead.write_text("0")
    with worker(tmp_path, ahead):
        wait_until(lambda: heartbeat(engine) is not None)
        ahead.write_text(str(-TWO_HOURS.total_seconds()))

        wait_until(lambda: _last_beat(engine) < system_clock() - TWO_HOURS / 2)
        first = _last_beat(engine)
        wait_until(lambda: _last_beat(engine) > first)

    told = heartbeat(engine)
    assert told is not None
    assert told.set_back_from is not None
    assert told.set_back_at is not None
    assert told.set_back_from - told.set_back_at > TWO_HOURS - timedelta(minutes=5)


def _last_beat(engine: Engine):
    beat = heartbeat(engine)
    assert beat is not None
    return beat.last_beat_at
