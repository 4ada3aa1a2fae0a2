"""Migrations build the tables that the code speaks of, and take them down, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text
from sqlmodel import col, select

from alignment import db
from alignment.accounts.models import Workspace
from alignment.cli.database import config, upgrade
from alignment.tables import EVERY_TABLE
from tests.factories import MONDAY_NINE


@pytest.fixture
def bare(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database without a single table."""
    if database == "sqlite":
        engine = db.connect(f"sqlite:///{tmp_path / 'bare.db'}")
        yield engine
        engine.dispose()
        return

    server: Engine = request.getfixturevalue("postgresql_server")
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CREATE DATABASE bare"))
    engine = db.connect(server.url.set(database="bare").render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("DROP DATABASE bare"))


def test_an_upgraded_database_has_every_table_of_the_code(bare: Engine) -> None:
    upgrade(bare)

    command.check(config(bare))


def test_upgrading_again_changes_nothing_and_keeps_the_data(bare: Engine) -> None:
    upgrade(bare)
    with db.transaction(bare) as session:
        session.add(Workspace(name="Acme", zone="Europe/Berlin", created_at=MONDAY_NINE))

    upgrade(bare)

    with db.reading(bare) as session:
        assert session.exec(select(col(Workspace.name))).all() == ["Acme"]


def test_going_back_to_the_beginning_leaves_no_table(bare: Engine) -> None:
    upgrade(bare)

    command.downgrade(config(bare), "base")

    left = set(inspect(bare).get_table_names()) & set(EVERY_TABLE.tables)
    assert left == set()
