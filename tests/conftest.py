"""What every test may ask for: a database, a session, the cast, and no network but loopback."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import Cast, make_cast, make_stella
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from alignment import db, wiring
from alignment.accounts.models import User


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row, made once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    wiring.connect()
    engine = db.connect(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def engine(empty_database: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(empty_database, tmp_path / "alignment.db")
    engine = db.connect(f"sqlite:///{tmp_path / 'alignment.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One open transaction, thrown away when the test ends."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def acme(session: Session) -> Cast:
    """Acme in Berlin: Olga the owner, Mona of marketing, Sam of sales."""
    return make_cast(session)


@pytest.fixture
def stella(session: Session) -> User:
    """The owner of another workspace."""
    return make_stella(session)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in a test may speak to anything but this machine."""
    connect = socket.socket.connect

    def connect_nearby(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert address[0] in ("127.0.0.1", "::1", "localhost"), f"{address} is not this machine"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_nearby)
