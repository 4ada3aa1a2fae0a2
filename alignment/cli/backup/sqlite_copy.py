"""An SQLite database copied while others write to it, and looked at before it is used."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alignment.cli.backup.archive import BadBackup


def copy(database: Path, target: Path) -> None:
    """Copy all that was committed before; one file, whose log is written into it."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copied:
        try:
            source.backup(copied)
            copied.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as why:
            raise BadBackup(f"The database cannot be copied: {why}.") from why


def check(database: Path) -> None:
    """Raises ``BadBackup`` where the file is no whole database."""
    try:
        with closing(sqlite3.connect(database)) as opened:
            said = [line for (line,) in opened.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as why:
        raise BadBackup(f"The database is damaged: {why}.") from why
    if said != ["ok"]:
        raise BadBackup(f"The database is damaged: {said[0]}.")


def is_in_use(database: Path) -> bool:
    """Whether another process has it open: only the last one may leave the mode of the log."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database, timeout=0)) as opened:
        try:
            opened.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:
            return False  # nobody works with a damaged one
    return False
