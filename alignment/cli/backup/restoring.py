"""Put a backup in the place of what an installation has, wholly or not at all.

Everything is laid out and looked at in a folder beside, then moved. What was there before is kept
in a folder of its own, together with the log of the old database: beside the restored one it
would be read as its own. A restore that is broken off while it moves leaves a mark, and nothing
starts until it was run again.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DatabaseError

from alignment import db
from alignment.cli.backup import archive, postgresql_dump, queries, sqlite_copy
from alignment.cli.backup.archive import DATABASE, BadBackup, Contents
from alignment.cli.backup.backing_up import ASIDE, SECRET_KEY, STAGED, check_database
from alignment.config import RESTORE_UNFINISHED, Settings
from alignment.private_files import make_private_folder
from alignment.readiness import TOO_NEW, known_versions


def restore(file: Path, settings: Settings, *, replace: bool, now: datetime) -> Path | None:
    """Put the backup in place; where the files are that stood there before, if there were any.

    Raises ``BadBackup`` before anything was changed.
    """
    make_private_folder(settings.data_dir)
    with _staged(settings.data_dir) as folder:
        contents = archive.unpack(file, folder)
        _refuse_other(contents, settings)
        check_database(folder / DATABASE, contents.database)
        _refuse_present(settings, replace=replace)
        files = folder / "files"
        if contents.database == "sqlite":
            (folder / DATABASE).rename(files / "alignment.db")
        mark = settings.data_dir / RESTORE_UNFINISHED
        mark.touch(0o600)
        if contents.database != "sqlite":
            _load(folder / DATABASE, settings, mark)
        aside = _swap(files, settings.data_dir, now=now)
        mark.unlink()
    return aside


def brings_another_key(settings: Settings) -> bool:
    """Whether the key of the environment is not the restored one, which signed every link."""
    restored = (settings.data_dir / SECRET_KEY).read_text().strip()
    return bool(settings.secret_key) and settings.secret_key != restored


@contextmanager
def _staged(data_dir: Path) -> Iterator[Path]:
    """On the same disk as the data, so that moving is renaming; what a restore that was broken off
    laid out is deleted."""
    for left in data_dir.glob(f"{STAGED}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=STAGED, dir=data_dir) as folder:
        yield Path(folder)


def _refuse_other(contents: Contents, settings: Settings) -> None:
    if settings.database_url.startswith("sqlite"):
        raise BadBackup(
            "A backup of SQLite goes into the data folder. Unset ALIGNMENT_DATABASE_URL and choose "
            "the place by ALIGNMENT_DATA_DIR."
        )
    if contents.database != _kind(settings):
        raise BadBackup(
            f"The backup is of {contents.database}, but ALIGNMENT_DATABASE_URL names "
            f"{_kind(settings)}. Set it to a database of the same kind."
        )
    if contents.schema_version and contents.schema_version not in known_versions():
        raise BadBackup(TOO_NEW)


def _refuse_present(settings: Settings, *, replace: bool) -> None:
    with _engine(settings) as engine:
        if engine is None:
            return
        if _in_use(engine):
            raise BadBackup("Alignment is running on this database. End every process of it first.")
        if not replace and _has_tables(engine):
            raise BadBackup(
                "Something is here already. Restore into another data folder or database, or "
                "replace it by --force."
            )


def _load(database: Path, settings: Settings, mark: Path) -> None:
    with _engine(settings) as engine:
        try:
            assert engine is not None  # noqa: S101 PostgreSQL has no file that may be missing
            postgresql_dump.load(engine.url, database, database.parent)
        except BadBackup:
            mark.unlink()
            raise


def _swap(files: Path, data_dir: Path, *, now: datetime) -> Path | None:
    aside = data_dir / f"{ASIDE}{now:%Y%m%dT%H%M%S}"
    ours = (RESTORE_UNFINISHED, ASIDE, STAGED)
    present = [entry for entry in data_dir.iterdir() if not entry.name.startswith(ours)]
    if present:
        make_private_folder(aside)
    for entry in present:
        entry.rename(aside / entry.name)
    for entry in files.iterdir():
        shutil.move(entry, data_dir / entry.name)
    return aside if present else None


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine | None]:
    """None where there is no file of SQLite yet, so that asking makes none."""
    if _kind(settings) == "sqlite" and not (settings.data_dir / "alignment.db").exists():
        yield None
        return
    engine = db.connect(settings.database)
    try:
        yield engine
    finally:
        engine.dispose()


def _kind(settings: Settings) -> str:
    return "sqlite" if settings.database.startswith("sqlite") else "postgresql"


def _in_use(engine: Engine) -> bool:
    if engine.dialect.name == "sqlite":
        return sqlite_copy.is_in_use(Path(str(engine.url.database)))
    return queries.is_in_use(engine)


def _has_tables(engine: Engine) -> bool:
    """A damaged database counts as well: it may be the only one there is."""
    try:
        with engine.connect() as connection:
            return bool(inspect(connection).get_table_names())
    except DatabaseError:
        return True
