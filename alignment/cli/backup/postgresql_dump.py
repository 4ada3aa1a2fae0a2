"""A PostgreSQL database written to a file and back, by PostgreSQL's own programs."""

import os
import subprocess
from pathlib import Path
from shutil import which

from sqlalchemy import URL

from alignment.cli.backup.archive import BadBackup

COMPLETE = "PostgreSQL database dump complete"
END_BYTES = 1000
DROP_TABLES = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE %I CASCADE', name);
  END LOOP;
END $$;
"""


def dump(url: URL, target: Path) -> None:
    """Write all that was committed before, as one moment saw it."""
    _run("pg_dump", url, "--no-owner", "--no-privileges", f"--file={target}")


def check(file: Path) -> None:
    """Raises ``BadBackup`` where the program did not come to the end of the database."""
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - END_BYTES))
        if COMPLETE.encode() not in content.read():
            raise BadBackup("The database in it is not whole.")


def load(url: URL, file: Path, beside: Path) -> None:
    """Put this database in the place of the one there is, wholly or not at all."""
    drop = beside / "drop.sql"
    drop.write_text(DROP_TABLES)
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    try:
        _run("psql", url, *options, "--output=/dev/null", f"--file={drop}", f"--file={file}")
    finally:
        drop.unlink()


def _run(program: str, url: URL, *options: str) -> None:
    """Raises ``BadBackup`` with what the program said; the password is in no list of processes."""
    path = which(program)
    if path is None:
        raise BadBackup(
            f"{program} is missing. Install the client programs of PostgreSQL, of the server's "
            "version or later."
        )
    address = url.set(drivername="postgresql", password=None).render_as_string()
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    ended = subprocess.run(  # noqa: S603 its path and options are ours
        [path, f"--dbname={address}", *options],
        env=os.environ | password,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode:
        raise BadBackup(f"{program} could not do it: {ended.stderr.strip()}")
