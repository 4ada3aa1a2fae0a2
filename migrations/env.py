"""How migrations reach the database: the application's engine, or one made from the settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection, Engine

from alignment import db
from alignment.config import Settings
from alignment.tables import METADATA

UPGRADE_LOCK = 6_158_407_213
"""Any number that nobody else locks by in this database."""


def engine() -> Engine:
    given: Engine | None = context.config.attributes.get("engine")
    return given or db.connect(Settings.from_environment().database)


@contextmanager
def kept_whole(connection: Connection) -> Iterator[None]:
    """All of it or nothing.

    SQLite changes a table by building it anew, so its keys are checked only at the end. That
    switch works outside of a transaction alone and therefore goes past SQLAlchemy.
    """
    if connection.dialect.name != "sqlite":
        # Of processes that start together one upgrades, and the others find it done.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
        yield
        connection.commit()
        return
    sqlite = connection.connection.cursor()
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            raise RuntimeError(f"The migration left rows that point nowhere: {lost[:3]}")
        connection.commit()
    finally:
        connection.rollback()
        sqlite.execute("PRAGMA foreign_keys=ON")


with engine().connect() as connection, kept_whole(connection):
    context.configure(
        connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()
