"""The whole application over a database of its own, and browsers for the cast."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from alignment import db
from alignment.accounts.authentication import sessions
from alignment.accounts.models import User
from alignment.app import create_app
from alignment.config import Settings
from tests.factories import MONDAY_NINE, Cast, make_cast, make_stella


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = MONDAY_NINE

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Monday 1 March 2027, 09:00 in Berlin, until the test says otherwise."""
    return Clock()


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """The application on the test's database; CSRF tokens are asked for in their own tests."""
    settings = Settings(data_dir=tmp_path, database_url=str(engine.url), secret_key="s" * 32)
    app = create_app(settings, clock=clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    yield app
    app.extensions["alignment"]["engine"].dispose()


@pytest.fixture
def here(engine: Engine) -> Cast:
    """Acme, saved for good, so that requests see it."""
    with db.transaction(engine) as session:
        return make_cast(session)


@pytest.fixture
def elsewhere(engine: Engine) -> User:
    """Stella of another workspace, saved for good."""
    with db.transaction(engine) as session:
        return make_stella(session)


Browser = Callable[[User], FlaskClient]


@pytest.fixture
def browser(app: Flask, engine: Engine, clock: Clock) -> Browser:
    """A browser in which a person is signed in: ``browser(here.sam).get("/leads")``."""

    def signed_in(user: User) -> FlaskClient:
        with db.transaction(engine) as session:
            token = sessions.begin_session(session, user, browser="Test", now=clock.now)
        client = app.test_client()
        name = sessions.session_cookie_name(app.extensions["alignment"]["settings"])
        client.set_cookie(name, token)
        return client

    return signed_in
