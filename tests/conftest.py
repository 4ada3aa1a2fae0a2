"""What every test may ask for: a database, a session, the cast, and no network but loopback."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, text
from sqlmodel import Session

from alignment import db, wiring
from alignment.accounts.models import User
from alignment.app import create_app
from alignment.config import Settings
from alignment.tables import METADATA
from tests import compiled_once, postgresql
from tests.factories import Cast, make_cast, make_stella
from tests.run_folder import RunFolder, built_once
from tests.serving import printed, running, started

ON_BOTH = (
    "accounts",
    "conformance",
    "integrations",
    "leads",
    "metrics",
    "notifications",
    "offboarding",
    "plans",
    "sla",
)
"""The folders whose tests of the database run on SQLite and on PostgreSQL."""
TESTS = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
SLOW = {
    "browser": ("chromium", "page"),
    "postgresql": ("postgresql", "postgresql_engine", "postgresql_server"),
    "demo": ("demos", "served_demo"),
}
"""By marker, the fixtures and parameters that cost much; ``make quick`` leaves these tests out."""
SLOW_FILES = {
    "processes": "the tests of a file that starts some",
    "realdata": "the tests of a file that reads data from beside the project",
    "wide": "the tests of more than one module: of a folder for the whole, or of every page",
}
"""By marker, the tests that cost much by what their file does; left out as well."""
LARGE = "large: given by hand to what reads a million rows, or thousands of made-up histories"
STARTERS = {id(running), id(started)}
WIDE = {"acceptance", "conformance", "faults"}
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 4 * 1024**3
"""Bytes. A run of everything fills about a tenth of it."""
RUN = pytest.StashKey[RunFolder]()


def pytest_configure(config: pytest.Config) -> None:
    """The process that was started first makes the folder that all of them share."""
    _keep_folders_in_memory()
    for marker, fixtures in SLOW.items():
        config.addinivalue_line("markers", f"{marker}: given to what asks for {fixtures[-1]}")
    for marker, meaning in SLOW_FILES.items():
        config.addinivalue_line("markers", f"{marker}: given to {meaning}")
    config.addinivalue_line("markers", LARGE)
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = RunFolder()


def _keep_folders_in_memory() -> None:
    """Half of the time of a test with a file of SQLite went into waiting for the disk."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH_MEMORY:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None  # asked for anew


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker where that folder is."""
    node.workerinput["run_folder"] = str(node.config.stash[RUN].path)


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN in config.stash:
        config.stash[RUN].end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow by what it asks for, so that nobody keeps a list."""
    for item in items:
        for marker, fixtures in SLOW.items():
            if not _asked_for(item).isdisjoint(fixtures):
                item.add_marker(marker)
        for marker in _markers_of_file(item):
            item.add_marker(marker)


def _markers_of_file(item: pytest.Item) -> Iterator[str]:
    names = vars(getattr(item, "module", None) or object)
    if "subprocess" in names or any(value in STARTERS for value in map(id, names.values())):
        yield "processes"
    if any(isinstance(value, Path) and "shared" in value.parts for value in names.values()):
        yield "realdata"
    if item.path.relative_to(TESTS).parts[0] in WIDE or "RIGHTS" in names:
        yield "wide"


def _asked_for(item: pytest.Item) -> set[object]:
    """The fixtures of a test, and its parameters, which may name a fixture."""
    asked: set[object] = set(getattr(item, "fixturenames", ()))
    call = getattr(item, "callspec", None)
    for value in call.params.values() if call else ():
        asked.update(part for part in (value, *_parts(value)) if isinstance(part, str))
    return asked


def _parts(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


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
def run_folder(request: pytest.FixtureRequest) -> Path:
    """Where all processes of this run find what they share."""
    told: dict[str, Any] = getattr(request.config, "workerinput", {})
    return Path(told["run_folder"]) if told else request.config.stash[RUN].path


@pytest.fixture(scope="session")
def postgresql_server(run_folder: Path) -> Iterator[Engine]:
    """A database of this process's own on the one PostgreSQL of the run."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    engine = postgresql.database_of(worker, run=run_folder, workers=workers)
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_engine(postgresql_server: Engine) -> Iterator[Engine]:
    yield postgresql_server
    postgresql.empty(postgresql_server)


@pytest.fixture
def bare(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database without a single table."""
    if database == "sqlite":
        engine = db.connect(f"sqlite:///{tmp_path / 'bare.db'}")
        yield engine
        engine.dispose()
        return

    server: Engine = request.getfixturevalue("postgresql_server")
    bare = f"bare_{server.url.database}"  # others work on the same server
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {bare}"))
    engine = db.connect(server.url.set(database=bare).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"DROP DATABASE {bare}"))


@pytest.fixture(scope="session")
def demos(run_folder: Path) -> Callable[[datetime], Path]:
    """The data folder of the demo company as of an hour, filled once a run; only to be copied."""

    def filled(now: datetime) -> Path:
        return built_once(
            run_folder / f"demo-{now:%Y-%m-%dT%H%M%S}", lambda folder: fill(folder, now)
        )

    def fill(folder: Path, now: datetime) -> None:
        app = create_app(Settings(data_dir=folder), clock=lambda: now)
        said = app.test_cli_runner().invoke(args=["demo"]).output
        (folder / "said").write_text(said)
        app.extensions["alignment"]["engine"].dispose()

    return filled


@pytest.fixture(scope="session")
def served_demo(run_folder: Path) -> Path:
    """The data folder that ``make run`` leaves, filled once a run; only to be copied."""

    def fill(folder: Path) -> None:
        with running(folder, "serve", "--demo") as (process, address):
            printed(process, rf"{address}/sign-in/\S+")

    return built_once(run_folder / "served-demo", fill)


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
