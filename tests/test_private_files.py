"""Other accounts of the machine read nothing of ours."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from alignment.app import create_app
from alignment.config import BadSetting, Settings
from tests.serving import printed, running


@pytest.fixture
def _generous_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {file.name: oct(S_IMODE(file.stat().st_mode)) for file in folder.iterdir()}


@pytest.mark.usefixtures("_generous_umask")
def test_a_new_installation_is_for_its_own_account_only(tmp_path: Path) -> None:
    data = tmp_path / "data"

    with running(data, "serve") as (process, address):
        printed(process, rf"{address}/set-up/\S+")
        found = modes(data)

    assert oct(S_IMODE(data.stat().st_mode)) == "0o700"
    assert found["alignment.db"] == found["alignment.db-wal"] == found["secret_key"] == "0o600"
    assert set(found.values()) == {"0o600"}


@pytest.mark.usefixtures("_generous_umask")
def test_an_installation_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    sqlite3.connect(data / "alignment.db").execute("CREATE TABLE lead (name TEXT)")
    (data / "alignment.db-wal").touch()

    create_app(Settings(data_dir=data)).extensions["alignment"]["engine"].dispose()

    assert oct(S_IMODE(data.stat().st_mode)) == "0o700"
    assert modes(data)["alignment.db"] == modes(data)["alignment.db-wal"] == "0o600"


def test_a_folder_that_everybody_may_write_to_stays_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    create_app(Settings(data_dir=tmp_path)).extensions["alignment"]["engine"].dispose()

    assert oct(S_IMODE(tmp_path.stat().st_mode)) == "0o1777"
    assert modes(tmp_path)["alignment.db"] == "0o600"


def test_a_data_folder_that_is_a_file_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")

    with pytest.raises(BadSetting, match=r"/data cannot be used \(File exists\)\. Make it belong"):
        create_app(Settings(data_dir=tmp_path / "data"))
