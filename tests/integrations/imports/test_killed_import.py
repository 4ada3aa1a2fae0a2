"""An import whose process is killed, again and again, loses nothing and counts nothing twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlmodel import select

from alignment import db
from alignment.integrations.imports import jobs
from alignment.integrations.imports.models import Import, ImportKind, ImportProblem, ImportState
from alignment.integrations.imports.opened_file import ReadOptions
from alignment.journal.models import JournalEntry
from alignment.leads.models import Lead, LeadEvent

ROWS = 4_000
KILLS = 4
BEGINNING = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
WORKER = """
import sys
from datetime import datetime
from pathlib import Path
from alignment import db, tables, wiring
from alignment.config import Settings
from alignment.integrations.imports import jobs

url, folder, now = sys.argv[1:]
wiring.connect()
jobs.run_waiting(
    db.connect(url),
    settings=Settings(data_dir=Path(folder)),
    clock=lambda: datetime.fromisoformat(now),
)
"""


def content() -> bytes:
    """Every tenth row repeats an address of the rows before."""
    rows = (
        f"{number if number % 10 else number - 5},lead{number}@globex.example,2027-01-05\n"
        for number in range(1, ROWS + 1)
    )
    return ("id,email,handed off\n" + "".join(rows)).encode()


@pytest.mark.parametrize("seed", [1])
def test_a_killed_import_goes_on_where_it_was(engine, here, settings, tmp_path, seed):
    url = engine.url.render_as_string(hide_password=False)
    with db.transaction(engine) as session:
        imported = jobs.new_import("leads.csv", kind=ImportKind.LEADS, by=here.olga, now=BEGINNING)
        jobs.upload_file(session, imported, BytesIO(content()), settings=settings)
        jobs.start_import(session, imported, ReadOptions(), settings=settings)

    moments = random.Random(seed)
    for number in range(KILLS):
        worker = work(url, tmp_path, BEGINNING + number * timedelta(minutes=5))
        kill_after(worker, engine, imported, batches=moments.randint(1, 3))
    last = work(url, tmp_path, BEGINNING + timedelta(hours=1))
    assert last.wait(timeout=120) == 0

    with db.read_only_session(engine) as session:
        done = session.get_one(Import, imported.id)
        leads = Counter(session.exec(select(Lead.external_id)))
        problems = sorted(session.exec(select(ImportProblem.row)))
        lines = len(session.exec(select(LeadEvent.id)).all())
        entries = len(session.exec(select(JournalEntry.id)).all())
    assert done.state is ImportState.DONE
    assert (done.created, done.rejected, done.rows_done) == (3_600, 400, ROWS)
    assert set(leads.values()) == {1}
    assert (len(leads), lines, entries) == (3_600, 7_200, 3_600)
    assert problems == [number + 1 for number in range(10, ROWS + 1, 10)]


def work(url: str, folder, now: datetime) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORKER, url, str(folder), now.isoformat()])


def kill_after(worker, engine, imported: Import, *, batches: int) -> None:
    """Kill it once it has done so many batches more, at whatever it is doing then."""
    before = rows_done(engine, imported)
    while rows_done(engine, imported) < before + batches * 250:
        assert worker.poll() is None, "it ended before it could be killed"
        time.sleep(0.01)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()


def rows_done(engine, imported: Import) -> int:
    with db.read_only_session(engine) as session:
        return session.exec(select(Import.rows_done).where(Import.id == imported.id)).one()
