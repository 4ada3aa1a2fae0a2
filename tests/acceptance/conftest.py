"""Every timeline runs on SQLite with one worker and on PostgreSQL with one and with three."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine

from alignment import db
from tests.acceptance.timeline import Timeline
from tests.factories import Cast, make_cast

INSTALLATIONS = {
    "SQLite": ("sqlite_engine", 1),
    "PostgreSQL": ("postgresql_engine", 1),
    "PostgreSQL, three workers": ("postgresql_engine", 3),
}


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A database with Acme in it, and how many workers send from it."""

    engine: Engine
    workers: int
    acme: Cast

    def timeline(self, **given: Any) -> Timeline:
        return Timeline(self.engine, workers=self.workers, **given)


@pytest.fixture(params=list(INSTALLATIONS.values()), ids=list(INSTALLATIONS))
def here(request: pytest.FixtureRequest) -> Installation:
    fixture, workers = request.param
    engine: Engine = request.getfixturevalue(fixture)
    with db.transaction(engine) as session:
        acme = make_cast(session)
    return Installation(engine=engine, workers=workers, acme=acme)
