"""alignment doctor looks at what an installation needs."""

from pathlib import Path

import pytest
from click.testing import Result

from alignment.app import create_app
from alignment.config import Settings
from tests.faults.smtp_sink import Sink
from tests.serving import free_port


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the tables of this version."""
    app = create_app(Settings(data_dir=tmp_path))
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    return tmp_path


def doctor(settings: Settings) -> Result:
    return create_app(settings).test_cli_runner().invoke(args=["doctor"])


def test_where_all_is_well_it_says_so(data: Path) -> None:
    with Sink() as sink:
        said = doctor(Settings(data_dir=data, mail_url=f"smtp+plain://127.0.0.1:{sink.port}"))

    assert (said.exit_code, said.output) == (0, "Nothing is in the way.\n")


def test_a_mail_server_that_does_not_answer_is_named(data: Path) -> None:
    said = doctor(Settings(data_dir=data, mail_url=f"smtp+plain://127.0.0.1:{free_port()}"))

    assert said.exit_code == 1
    assert said.output.startswith("The mail server cannot be used: ")


def test_without_a_mail_server_nothing_goes_out(data: Path) -> None:
    said = doctor(Settings(data_dir=data))

    assert said.exit_code == 1
    assert "No mail goes out: set ALIGNMENT_MAIL_URL." in said.output


def test_before_the_first_start_it_says_how_to_make_the_tables(tmp_path: Path) -> None:
    said = doctor(Settings(data_dir=tmp_path))

    assert said.exit_code == 1
    assert said.output.startswith("The database is not of this version of Alignment.")
