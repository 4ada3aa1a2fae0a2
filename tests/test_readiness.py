"""Whether people can work with this installation, as monitoring and commands are told."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, text

from alignment import db
from alignment.app import create_app
from alignment.cli.database import upgrade
from alignment.config import Settings
from alignment.readiness import TO_UPGRADE, TOO_NEW, database_problems, folder_problems


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_database_without_tables_is_to_be_upgraded(bare: Engine) -> None:
    assert list(database_problems(bare)) == [TO_UPGRADE]

    upgrade(bare)

    assert list(database_problems(bare)) == []


@pytest.mark.parametrize(("version", "problem"), [("0003", TO_UPGRADE), ("9999", TOO_NEW)])
def test_a_database_of_another_version_is_named(bare: Engine, version: str, problem: str) -> None:
    upgrade(bare)
    with bare.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))

    assert list(database_problems(bare)) == [problem]


def test_a_database_that_is_away_does_not_answer() -> None:
    away = db.connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing")

    assert list(database_problems(away)) == ["The database does not answer."]


def test_a_data_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    assert list(folder_problems(tmp_path)) == []
    assert list(folder_problems(tmp_path / "gone")) == [
        "The data folder is gone or cannot be written to."
    ]


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Usage(total=10**12, used=10**12, free=150 * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: full)

    assert list(folder_problems(tmp_path)) == [
        "The disk of the data folder is full: 150 MB are left. Make room."
    ]


def test_monitoring_is_told_that_people_can_work_and_when_they_cannot(tmp_path: Path) -> None:
    data = tmp_path / "data"
    app = create_app(Settings(data_dir=data))
    app.test_cli_runner().invoke(args=["db", "upgrade"])
    client = app.test_client()
    before = client.get("/readyz")

    shutil.rmtree(data)
    after = client.get("/readyz")

    assert (before.status_code, before.json) == (200, {"status": "ready"})
    assert after.status_code == 503
    assert "The data folder is gone or cannot be written to." in after.text
