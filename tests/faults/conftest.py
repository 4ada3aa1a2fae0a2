"""A mail server that answers as it is told, and Acme saved for good, as other processes see it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from alignment import db
from tests.factories import Cast, make_cast
from tests.faults.smtp_sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture
def here(engine: Engine) -> Cast:
    with db.transaction(engine) as session:
        return make_cast(session)
