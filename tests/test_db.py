"""Writers of one process take turns, whatever becomes of the one whose turn it is; small changes
are kept at once and leave no trace on the connection."""

from threading import Thread

import pytest
from sqlalchemy import Engine, insert, text

from alignment import db
from alignment.notifications.models import Heartbeat
from tests.factories import MONDAY_NINE


def test_work_that_is_broken_off_gives_its_turn_away(sqlite_engine: Engine):
    def break_off() -> None:
        with db.transaction(sqlite_engine) as session:
            # As the driver's own connection is given up when a statement is interrupted.
            session.connection().invalidate()
            raise KeyboardInterrupt

    saved: list[int] = []

    def write() -> None:
        with db.transaction(sqlite_engine) as session:
            saved.append(session.execute(text("SELECT 1")).scalar_one())

    with pytest.raises(KeyboardInterrupt):
        break_off()

    other = Thread(target=write, daemon=True)
    other.start()
    other.join(timeout=5)
    assert saved == [1]


def test_who_gets_the_connection_next_waits_for_the_disk_as_ever(postgresql_engine: Engine):
    source = text("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'")

    with db.autocommit_statements(postgresql_engine) as connection, connection.begin():
        hurried = connection.execute(source).scalar_one()
    with db.transaction(postgresql_engine) as session:
        patient = session.execute(source).scalar_one()

    assert hurried == "session"
    assert patient != "session"


def test_a_single_statement_is_kept_at_once(engine: Engine):
    with db.autocommit_statements(engine) as connection:
        with connection.begin():
            connection.execute(insert(Heartbeat).values(id=1, last_beat_at=MONDAY_NINE))

        with db.read_only_session(engine) as session:
            assert session.get_one(Heartbeat, 1).last_beat_at == MONDAY_NINE


@pytest.mark.parametrize("is_replaced", [False, True], ids=["deleted", "replaced"])
def test_nothing_is_saved_into_a_file_that_was_taken_away(tmp_path, is_replaced):
    engine = db.connect(f"sqlite:///{tmp_path / 'alignment.db'}")
    with db.transaction(engine) as session:
        session.execute(text("CREATE TABLE promise (name TEXT)"))
    (tmp_path / "alignment.db").rename(tmp_path / "away.db")
    if is_replaced:
        (tmp_path / "alignment.db").touch()

    with (
        pytest.raises(TimeoutError, match="was deleted, replaced or made unreadable while"),
        db.transaction(engine) as session,
    ):
        session.execute(text("INSERT INTO promise VALUES ('first answer')"))
    engine.dispose()
