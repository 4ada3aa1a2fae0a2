"""Back up a whole installation while it works."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from alignment.cli.backup import archive, postgresql_dump, sqlite_copy
from alignment.cli.backup.archive import DATABASE, BadBackup
from alignment.config import Settings
from alignment.private_files import SQLITE_COMPANIONS
from alignment.readiness import schema_version

SECRET_KEY = "secret_key"  # noqa: S105 the name of its file
ASIDE = "before-restore-"
"""How the folders begin that keep what a restore replaced."""
STAGED = ".restoring-"
"""How the folder begins in which a restore gets ready."""


def back_up(file: Path, engine: Engine, settings: Settings, *, now: datetime) -> None:
    """Write everything into a new file, and read it again; raises ``BadBackup``.

    The database is copied before the files that it names: those stay at least as long as it
    names them, while one that comes later belongs to the next backup.
    """
    _refuse_place(file, settings.data_dir)
    with tempfile.TemporaryDirectory(prefix=".alignment-backup-", dir=file.parent) as name:
        folder = Path(name)
        version = schema_version(engine) or ""
        _copy_database(engine, folder / DATABASE)
        _copy_files(settings, folder / "files")
        about = {"database": engine.dialect.name, "schema_version": version}
        archive.write(file, folder, made_at=now.isoformat(), **about)
    check(file)


def check(file: Path) -> None:
    """Raises ``BadBackup`` unless the file can be restored."""
    with tempfile.TemporaryDirectory(prefix=".alignment-backup-", dir=file.parent) as name:
        contents = archive.unpack(file, Path(name))
        check_database(Path(name) / DATABASE, contents.database)


def check_database(database: Path, kind: str) -> None:
    """Raises ``BadBackup`` where the database in a backup is not whole."""
    if kind == "sqlite":
        sqlite_copy.check(database)
    else:
        postgresql_dump.check(database)


def kept_files(settings: Settings) -> Iterator[Path]:
    """What stands in the data folder beside the database and what restoring left there."""
    database = {"alignment.db" + ending for ending in ("", *SQLITE_COMPANIONS)}
    for entry in settings.data_dir.iterdir():
        if entry.name not in database and not entry.name.startswith((ASIDE, STAGED)):
            yield entry


def _refuse_place(file: Path, data_dir: Path) -> None:
    if file.exists():
        raise BadBackup(f"{file} is there already. Choose another name.")
    if not file.parent.is_dir():
        raise BadBackup(f"There is no folder {file.parent}. Make it first.")
    if data_dir.resolve() in file.resolve().parents:
        raise BadBackup("A backup in the data folder is lost with it. Choose another place.")


def _copy_database(engine: Engine, target: Path) -> None:
    if engine.dialect.name == "sqlite":
        sqlite_copy.copy(Path(str(engine.url.database)), target)
    else:
        postgresql_dump.dump(engine.url, target)


def _copy_files(settings: Settings, target: Path) -> None:
    target.mkdir()
    for entry in kept_files(settings):
        if entry.is_dir():
            shutil.copytree(entry, target / entry.name, copy_function=_copy_unless_gone)
        else:
            _copy_unless_gone(entry, target / entry.name)
    descriptor = os.open(target / SECRET_KEY, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as key:
        key.write(settings.secret())


def _copy_unless_gone(source: Path | str, target: Path | str) -> None:
    """An upload may have been done with since its folder was read."""
    if Path(source).is_file():
        try:
            shutil.copy2(source, target)
        except FileNotFoundError:
            return
