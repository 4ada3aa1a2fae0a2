"""The serving commands, as an operator starts and ends them."""

import gc
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlmodel import select

from alignment import db
from alignment.accounts.models import Workspace
from alignment.cli.serving import tune_garbage_collector
from alignment.leads.models import Lead
from tests.serving import ALIGNMENT, PATIENCE, free_port, printed, running, started


def test_an_empty_house_prints_a_set_up_link_that_opens(tmp_path: Path) -> None:
    with running(tmp_path, "serve") as (process, address):
        link = printed(process, rf"{address}/set-up/\S+")

        with urlopen(link, timeout=PATIENCE) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("command", ["serve", "web"])
def test_the_link_printed_by_a_server_at_a_port_of_ones_choice_opens(
    command: str, tmp_path: Path
) -> None:
    port = str(free_port())

    with started(tmp_path, command, "--port", port, "--host", "localhost") as process:
        link = printed(process, rf"http://localhost:{port}/set-up/\S+")

        with urlopen(link, timeout=PATIENCE) as answer:
            assert answer.status == 200


def test_the_port_of_the_environment_is_the_port_of_the_links(tmp_path: Path) -> None:
    port = str(free_port())

    with started(tmp_path, "serve", ALIGNMENT_PORT=port) as process:
        link = printed(process, rf"http://127.0.0.1:{port}/set-up/\S+")

        with urlopen(link, timeout=PATIENCE) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("port", ["0", "65536", "eighty"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path) -> None:
    ended = subprocess.run(  # noqa: PLW1510 the exit status is what is asked
        [ALIGNMENT, "serve", "--port", port], capture_output=True, text=True, timeout=PATIENCE
    )

    assert ended.returncode == 2
    assert "Invalid value for '--port'" in ended.stderr


def test_the_demo_is_filled_once_and_kept(served_demo: Path, tmp_path: Path) -> None:
    data = shutil.copytree(served_demo, tmp_path / "data")
    with running(data, "serve", "--demo") as (process, address):
        assert printed(process, rf"{address}/sign-in/\S+")

    engine = db.connect(f"sqlite:///{data / 'alignment.db'}")
    with db.read_only_session(engine) as session:
        assert len(session.exec(select(Workspace)).all()) == 1
        assert len(session.exec(select(Lead)).all()) > 500
    engine.dispose()


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_a_request_to_end_ends_it_politely(command: str, tmp_path: Path) -> None:
    with running(tmp_path, command) as (process, _):
        printed(process, "Set up your company|Background work runs")

        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 0


def test_what_is_loaded_at_the_start_is_not_searched_for_garbage_again() -> None:
    loaded = [["kept as long as the process"]]
    before = gc.get_threshold()
    assert any(each is loaded for each in gc.get_objects())

    try:
        tune_garbage_collector()
        assert not any(each is loaded for each in gc.get_objects())
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with running(tmp_path / "first", "web") as (process, address):
        printed(process, "Set up your company")
        port = address.rpartition(":")[2]
        environment = os.environ | {"ALIGNMENT_DATA_DIR": str(tmp_path), "ALIGNMENT_PORT": port}

        ended = subprocess.run(  # noqa: PLW1510 the exit status is what is asked
            [ALIGNMENT, "web"], env=environment, capture_output=True, text=True, timeout=PATIENCE
        )

    assert ended.returncode == 1
    assert "ALIGNMENT_PORT" in ended.stderr


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    environment = os.environ | {"ALIGNMENT_DATA_DIR": str(tmp_path), "ALIGNMENT_PORT": "eighty"}

    ended = subprocess.run(  # noqa: PLW1510 the exit status is what is asked
        [ALIGNMENT, "serve"], env=environment, capture_output=True, text=True, timeout=PATIENCE
    )

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "ALIGNMENT_PORT must be a whole number from 1 to 65535, not 'eighty'."
    )


def test_a_database_that_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing"
    environment = os.environ | {"ALIGNMENT_DATA_DIR": str(tmp_path), "ALIGNMENT_DATABASE_URL": url}

    ended = subprocess.run(  # noqa: PLW1510 the exit status is what is asked
        [ALIGNMENT, "serve"], env=environment, capture_output=True, text=True, timeout=PATIENCE
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("The database cannot be used: connection failed")
    assert "Traceback" not in ended.stderr
