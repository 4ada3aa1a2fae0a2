"""What keeps this installation from working: data folder, disk, database and schema.

The health check, ``alignment doctor`` and every command ask here.
"""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from alignment import db
from alignment.folders import MIGRATIONS

LEAST_FREE_BYTES = 200 * 1024**2
"""With less, a file that people bring in may not fit, and then the database may not either."""

TO_UPGRADE = "The database is not of this version of Alignment. Run first: alignment db upgrade"
TOO_NEW = (
    "The database is of a newer version of Alignment than this program. Start that version, or "
    "restore a backup from before the upgrade."
)


def problems(engine: Engine, data_dir: Path) -> Iterator[str]:
    """A sentence for each; none where people can work."""
    yield from folder_problems(data_dir)
    yield from database_problems(engine)


def folder_problems(data_dir: Path) -> Iterator[str]:
    """Whether files can be kept, and whether there is room for them."""
    if not os.access(data_dir, os.W_OK | os.X_OK):
        yield "The data folder is gone or cannot be written to."
    elif (free := shutil.disk_usage(data_dir).free) < LEAST_FREE_BYTES:
        yield f"The disk of the data folder is full: {free // 1024**2} MB are left. Make room."


def database_problems(engine: Engine) -> Iterator[str]:
    """Whether the database answers, and has the tables of this version."""
    try:
        problem = schema_problem(engine)
    except SQLAlchemyError:
        yield "The database does not answer."
        return
    if problem:
        yield problem


def schema_problem(engine: Engine) -> str:
    """What to do where there are no tables yet, or those of another version; else nothing."""
    version = schema_version(engine)
    if is_newer(engine):
        return TOO_NEW
    is_present = version == _migrations().get_current_head()
    # Tables that no upgrade made were made from this code.
    return "" if is_present or (version is None and _has_tables(engine)) else TO_UPGRADE


def is_newer(engine: Engine) -> bool:
    """Whether a later version of Alignment has upgraded the database."""
    version = schema_version(engine)
    return version is not None and version not in known_versions()


def known_versions() -> set[str]:
    """Those that this program can work with, or upgrade."""
    return {script.revision for script in _migrations().walk_revisions()}


@cache
def _migrations() -> ScriptDirectory:
    """Those of this program, read once."""
    return ScriptDirectory(str(MIGRATIONS))


def schema_version(engine: Engine) -> str | None:
    """What the last upgrade wrote down; None where nobody upgraded."""
    with db.read_only_engine(engine).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _has_tables(engine: Engine) -> bool:
    with db.read_only_engine(engine).connect() as connection:
        return inspect(connection).has_table("workspace")
