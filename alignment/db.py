"""The database: engine, transaction, and what every table is built from.

SQLite runs in WAL mode with full durability; writers queue fairly in the process and begin
IMMEDIATE, because a lock taken late fails at once instead of waiting (docs/operators.md).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Engine, Enum, ForeignKeyConstraint, UniqueConstraint, create_engine
from sqlalchemy import event as sa_event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlmodel import Field, Session, SQLModel

from alignment.private_files import make_private_database

SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "temp_store=MEMORY",
)
WRITER_TIMEOUT_SECONDS = 30.0
"""Seconds a writer of this process waits for the others before it gives up."""


class WorkspaceRow(SQLModel):
    """What every table has: its own number, and the workspace that it never leaves."""

    # Typed as it is once saved: only an unsaved row has none, and events are built after a flush.
    id: int = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")


def workspace_table_args(*constraints: Any) -> tuple[Any, ...]:
    """Table arguments that let rows of the same workspace point here, plus ``constraints``."""
    return (UniqueConstraint("workspace_id", "id"), *constraints)


def foreign_key_to(table: str, column: str) -> ForeignKeyConstraint:
    """A foreign key that cannot cross a workspace's border."""
    return ForeignKeyConstraint(["workspace_id", column], [f"{table}.workspace_id", f"{table}.id"])


def enum_column(kind: type[StrEnum]) -> Enum:
    """A column type that stores the word of an enum, as SQL, CSV and people see it."""
    return Enum(
        kind,
        native_enum=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def json_column() -> JSON:
    """A JSON column; assign a new value to change it, changes inside are not seen."""
    return JSON().with_variant(JSONB(), "postgresql")


def insert_into(session: Session, table: type[SQLModel]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that may say what to do on a conflict, as the session's database spells it."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def insert_unless_present(
    session: Session, table: type[SQLModel]
) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that leaves out every row whose unique key stands in the table already."""
    return insert_into(session, table).on_conflict_do_nothing()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session whose work is kept whole when the block ends, or not at all when it raises."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()


@contextmanager
def async_commit_transaction(engine: Engine) -> Iterator[Session]:
    """As ``transaction``, for what may be done again: kept when the process dies, but perhaps not
    when the machine loses its power, since nobody waits for the disk."""
    with Session(_async_commit_engine(engine), expire_on_commit=False) as session:
        if engine.dialect.name == "postgresql":
            session.connection().exec_driver_sql("SET LOCAL synchronous_commit TO off")
        yield session
        session.commit()


@contextmanager
def autocommit_statements(engine: Engine) -> Iterator[Connection]:
    """A connection for many small changes, each of one statement within ``connection.begin()``
    and kept as by ``async_commit_transaction``; PostgreSQL is asked once for each."""
    if engine.dialect.name != "postgresql":
        with _async_commit_engine(engine).connect() as connection:
            yield connection
        return
    with _autocommit_engine(engine).connect() as connection:
        _execute_alone(connection, "SET synchronous_commit TO off")
        try:
            yield connection
        finally:
            # The pool hands this connection to others, who do wait for the disk.
            if not connection.invalidated:
                _execute_alone(connection, "RESET synchronous_commit")


@contextmanager
def read_only_session(engine: Engine) -> Iterator[Session]:
    """A session that cannot write: the database itself refuses."""
    with Session(read_only_engine(engine), expire_on_commit=False) as session:
        yield session


def read_only_engine(engine: Engine) -> Engine:
    """The same engine for read-only work; readers never wait for writers."""
    return engine.execution_options(reads_only=True, postgresql_readonly=True)


@lru_cache(maxsize=8)
def _async_commit_engine(engine: Engine) -> Engine:
    return engine.execution_options(is_light=True)


@lru_cache(maxsize=8)
def _autocommit_engine(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _execute_alone(connection: Connection, words: str) -> None:
    with connection.begin():
        connection.exec_driver_sql(words)


def connect(url: str) -> Engine:
    """An engine for SQLite (``sqlite:///file``) or PostgreSQL (``postgresql+psycopg://…``)."""
    if url.startswith("sqlite"):
        return _connect_sqlite(url)
    return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)


def _connect_sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 5, "check_same_thread": False})
    if (file := engine.url.database) and file != ":memory:":
        make_private_database(Path(file))
    turn = _WriterQueue(engine.url.database or "")
    sa_event.listen(engine, "connect", _prepare_sqlite)
    sa_event.listen(engine, "begin", turn.begin)
    sa_event.listen(engine, "commit", turn.end)
    sa_event.listen(engine, "rollback", turn.end)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


class _WriterQueue:
    """Writers of one process take turns; SQLite's own waiting polls and is unfair."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._identity = _identity(file)
        self._lock = threading.Lock()
        # Not in the connection's own notes: they are gone when work on it is broken off.
        self._holder: Connection | None = None

    def begin(self, connection: Connection) -> None:
        options = connection.get_execution_options()
        # By the driver itself, which takes a fraction of the time: every change begins here.
        say = connection.connection.cursor().execute
        if options.get("reads_only"):
            say("PRAGMA query_only=ON")
            say("BEGIN")
            return
        if _identity(self._file) != self._identity:
            raise TimeoutError(
                f"The database {self._file} was deleted, replaced or made unreadable while "
                "Alignment runs. Nothing is saved until you put it back, or restore a backup, and "
                "start Alignment again."
            )
        if not self._lock.acquire(timeout=WRITER_TIMEOUT_SECONDS):
            raise TimeoutError("Another change is still being saved. Try again in a moment.")
        self._holder = connection
        try:
            say("PRAGMA query_only=OFF")
            say(f"PRAGMA synchronous={'NORMAL' if options.get('is_light') else 'FULL'}")
            # Not by the driver: whoever waited in vain is told in SQLAlchemy's words.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            self.end(connection)
            raise

    def end(self, connection: Connection) -> None:
        # The transaction is over only after this event, but the lock orders waiting, not safety:
        # the next writer's BEGIN IMMEDIATE still waits for the file's own lock.
        if self._holder is connection:
            self._holder = None
            self._lock.release()


def _identity(file: str) -> tuple[int, int] | None:
    """Which file stands there; a deleted one would still take what is written, and lose it.

    None where none stands there, or where this account may not look.
    """
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
