"""Whether the database is of this version, for every command and for whoever starts a server."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask.cli import with_appcontext
from sqlalchemy import Engine, inspect

from alignment import db, edge
from alignment.folders import MIGRATIONS

Given = ParamSpec("Given")

TO_UPGRADE = "The database is not of this version of Alignment. Run first: alignment db upgrade"
TOO_NEW = (
    "The database is of a newer version of Alignment than this program. Start that version, or "
    "restore a backup from before the upgrade."
)


class OtherSchema(click.ClickException):
    """The tables are not those that this program works with; the message says what to do."""


def needs_schema(command: Callable[Given, None]) -> Callable[Given, None]:
    """Give a command its application, once the database is found to be of this version."""

    @with_appcontext
    @wraps(command)
    def checked(*args: Given.args, **options: Given.kwargs) -> None:
        require_schema(edge.engine())
        command(*args, **options)

    return checked


def require_schema(engine: Engine) -> None:
    """Raises ``OtherSchema`` where there are no tables yet, or those of another version."""
    refuse_newer(engine)
    version = _version(engine)
    if version != _present_version() and not (version is None and _has_tables(engine)):
        raise OtherSchema(TO_UPGRADE)


def refuse_newer(engine: Engine) -> None:
    """Raises ``OtherSchema`` where a later version of Alignment has upgraded the database."""
    version = _version(engine)
    if version is not None and version not in _known_versions():
        raise OtherSchema(TOO_NEW)


def _version(engine: Engine) -> str | None:
    """What the last upgrade wrote down; None where nobody upgraded."""
    with db.read_only_engine(engine).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _has_tables(engine: Engine) -> bool:
    with db.read_only_engine(engine).connect() as connection:
        return inspect(connection).has_table("workspace")


def _present_version() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _known_versions() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
