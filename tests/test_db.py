"""Writers of one process take turns, whatever becomes of the one whose turn it is."""

from threading import Thread

import pytest
from sqlalchemy import Engine, text

from alignment import db


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
