"""Readers cannot write, writers wait for each other, and nothing is half saved."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from alignment import db
from alignment.accounts.models import Workspace
from tests.factories import MONDAY_NINE

EACH, WRITERS = 25, 4


def test_a_reading_session_cannot_write(engine: Engine) -> None:
    with db.read_only_session(engine) as session:
        session.add(Workspace(name="Acme", zone="Europe/Berlin", created_at=MONDAY_NINE))

        with pytest.raises(DBAPIError):
            session.flush()


def test_a_writer_after_a_reader_can_write(engine: Engine) -> None:
    with db.read_only_session(engine) as session:
        session.exec(select(Workspace)).all()

    with db.transaction(engine) as session:
        session.add(Workspace(name="Acme", zone="Europe/Berlin", created_at=MONDAY_NINE))

    with db.read_only_session(engine) as session:
        assert session.exec(select(Workspace.name)).all() == ["Acme"]


def test_a_transaction_that_raises_saves_nothing(engine: Engine) -> None:
    def save_and_stumble() -> None:
        with db.transaction(engine) as session:
            session.add(Workspace(name="Acme", zone="Europe/Berlin", created_at=MONDAY_NINE))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        save_and_stumble()

    with db.read_only_session(engine) as session:
        assert session.exec(select(Workspace)).all() == []


def test_writers_that_read_first_lose_no_update(engine: Engine) -> None:
    with db.transaction(engine) as session:
        session.add(Workspace(name="0", zone="Europe/Berlin", created_at=MONDAY_NINE))

    def count_up(_turn: int) -> None:
        with db.transaction(engine) as session:
            row = session.exec(
                select(Workspace).order_by(col(Workspace.id)).with_for_update()
            ).one()
            row.name = str(int(row.name) + 1)
            session.add(row)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(count_up, range(WRITERS * EACH)))

    with db.read_only_session(engine) as session:
        assert session.exec(select(Workspace.name)).one() == str(WRITERS * EACH)
