"""A command finds a database of its own version, or says in a sentence what to do."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from alignment import db
from alignment.cli.database import upgrade
from tests.serving import ALIGNMENT, PATIENCE

TO_UPGRADE = (
    "Error: The database is not of this version of Alignment. Run first: alignment db upgrade\n"
)


def run(data: Path, *command: str, database: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"ALIGNMENT_DATA_DIR": str(data), "ALIGNMENT_DATABASE_URL": database}
    return subprocess.run(  # noqa: PLW1510 the exit status is what is asked
        [ALIGNMENT, *command],
        env=environment | {"ALIGNMENT_REPLY_DOMAIN": "replies.acme.test"},
        input="",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize(
    "command",
    [
        ["import", "leads", "{file}"],
        ["import", "events", "{file}"],
        ["metrics", "funnel"],
        ["metrics", "promises"],
        ["metrics", "speed"],
        ["explain", "1"],
        ["replay", "--agreement", "1"],
        ["sign-in-link", "olga@acme.test"],
    ],
    ids=" ".join,
)
def test_a_command_before_the_first_start_says_how_to_make_the_tables(
    command: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("id,name\n1,Ada\n")

    ended = run(tmp_path / "data", *(word.format(file=file) for word in command))

    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", TO_UPGRADE)


def test_a_mail_that_comes_before_the_upgrade_is_to_be_tried_again(tmp_path: Path) -> None:
    ended = run(tmp_path, "inbound-mail")

    assert (ended.returncode, ended.stderr) == (75, "")
    assert ended.stdout == TO_UPGRADE.removeprefix("Error: ")


@pytest.mark.parametrize(
    "command", [["serve"], ["web"], ["worker"], ["db", "upgrade"], ["explain", "1"]], ids=" ".join
)
def test_a_program_older_than_its_database_does_not_touch_it(
    command: list[str], tmp_path: Path
) -> None:
    engine = db.connect(f"sqlite:///{tmp_path / 'alignment.db'}")
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    ended = run(tmp_path, *command)

    assert ended.returncode == 1
    assert ended.stderr == (
        "Error: The database is of a newer version of Alignment than this program. "
        "Start that version, or restore a backup from before the upgrade.\n"
    )


def test_three_processes_that_upgrade_one_empty_database_all_find_it_done(
    bare: Engine, tmp_path: Path
) -> None:
    environment = os.environ | {
        "ALIGNMENT_DATA_DIR": str(tmp_path),
        "ALIGNMENT_DATABASE_URL": bare.url.render_as_string(hide_password=False),
    }
    upgrading = [
        subprocess.Popen(
            [ALIGNMENT, "db", "upgrade"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]

    said = [process.communicate(timeout=PATIENCE) for process in upgrading]

    assert said == [("The database is up to date.\n", "")] * 3
