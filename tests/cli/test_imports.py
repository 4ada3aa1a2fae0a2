"""alignment import: the command as people and scripts use it."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlmodel import select

from alignment import db
from alignment.app import create_app
from alignment.config import Settings
from alignment.integrations.imports.models import Import, ImportProblem
from alignment.leads.models import Lead
from tests.factories import MONDAY_NINE, make_cast, make_stella

LEADS = "id,email,score\n1,ada@byron.example,5\n2,bea@byron.example,ten\n1,,7\n"


@pytest.fixture
def here(engine):
    with db.transaction(engine) as session:
        return make_cast(session)


@pytest.fixture
def app(engine, tmp_path) -> Flask:
    settings = Settings(data_dir=tmp_path, database_url=str(engine.url), secret_key="s" * 32)
    return create_app(settings, clock=lambda: MONDAY_NINE)


@pytest.fixture
def runner(app, here) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def leads(tmp_path: Path) -> str:
    path = tmp_path / "leads.csv"
    path.write_text(LEADS)
    return str(path)


def imported(engine) -> list[Import]:
    with db.read_only_session(engine) as session:
        return list(session.exec(select(Import)))


def test_the_counts_come_as_json(runner, leads):
    result = runner.invoke(args=["import", "leads", leads, "--json"])

    counts = json.loads(result.output)
    assert result.exit_code == 0
    assert {name: counts[name] for name in ("created", "updated", "unchanged", "rejected")} == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 2,
    }
    assert (counts["rows"], counts["remarks"]) == (3, 0)


def test_people_read_what_became_of_each_rejected_row(runner, leads):
    result = runner.invoke(args=["import", "leads", leads])

    assert result.output.splitlines() == [
        "3 rows: 1 created, 0 updated, 0 unchanged, 2 rejected",
        "  Rejected: row 3, column score: ten is not a whole number (ten)",
        "  Rejected: row 4: duplicate of row 2",
    ]


def test_where_more_than_twenty_were_rejected_the_page_has_all(runner, tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("id,score\n" + "".join(f"{number},ten\n" for number in range(30)))

    lines = runner.invoke(args=["import", "leads", str(path)]).output.splitlines()

    assert lines[0] == "30 rows: 0 created, 0 updated, 0 unchanged, 30 rejected"
    assert (len(lines), lines[-1]) == (22, "All of them: http://127.0.0.1:8000/imports/1")


def test_a_dry_run_writes_nothing(engine, runner, leads):
    result = runner.invoke(args=["import", "leads", leads, "--dry-run"])

    assert result.output.splitlines()[0] == "A dry run: nothing was written."
    assert result.output.splitlines()[1].startswith("3 rows: 1 created")
    assert imported(engine) == []


def test_events_are_told_of_known_leads(engine, runner, leads, tmp_path):
    runner.invoke(args=["import", "leads", leads])
    path = tmp_path / "events.csv"
    path.write_text("id,won_date\n1,2027-02-01\n9,2027-02-01\n")

    result = runner.invoke(args=["import", "events", str(path), "--json"])

    assert json.loads(result.output)["created"] == 1
    with db.read_only_session(engine) as session:
        assert session.exec(select(Lead)).one().won_at is not None
        reasons = set(session.exec(select(ImportProblem.reason)))
    assert "no lead is known by this" in reasons


def test_a_map_says_what_no_header_tells(engine, runner, tmp_path):
    (tmp_path / "map.toml").write_text('[columns]\nexternal_id = "Nr"\n[dates]\norder = "dmy"\n')
    (tmp_path / "leads.csv").write_text("Nr\n7\n")
    paths = [str(tmp_path / "leads.csv"), "--map", str(tmp_path / "map.toml")]

    result = runner.invoke(args=["import", "leads", *paths])

    assert result.exit_code == 0
    with db.read_only_session(engine) as session:
        assert session.exec(select(Lead)).one().external_id == "7"


OPEN_ORDER = (
    "Error: Choose day first or month first for dates like 03/04/2026. "
    "Say it with --date-order dmy or mdy.\n"
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Error: The file is empty.\n"),
        ("id\n", "Error: The file has a header and no rows.\n"),
        ("id,created\n1,03/04/2026\n", OPEN_ORDER),
    ],
)
def test_a_refused_file_ends_with_two_and_a_sentence(engine, runner, tmp_path, text, sentence):
    (tmp_path / "leads.csv").write_text(text)

    result = runner.invoke(args=["import", "leads", str(tmp_path / "leads.csv")])

    assert (result.exit_code, result.output) == (2, sentence)
    assert imported(engine) == []


def test_the_order_of_dates_is_said_on_the_command(runner, tmp_path):
    (tmp_path / "leads.csv").write_text("id,created\n1,03/04/2026\n")

    result = runner.invoke(
        args=["import", "leads", str(tmp_path / "leads.csv"), "--date-order", "dmy"]
    )

    assert result.output.startswith("1 rows: 1 created")


def test_unknown_columns_are_kept_when_asked_for(engine, runner, tmp_path):
    (tmp_path / "leads.csv").write_text("id,Shoe size\n1,44\n")

    runner.invoke(args=["import", "leads", str(tmp_path / "leads.csv"), "--keep-unknown"])

    with db.read_only_session(engine) as session:
        assert session.exec(select(Lead)).one().details == {"Shoe size": "44"}


def test_where_there_are_several_workspaces_one_must_be_named(engine, here, runner, leads):
    with db.transaction(engine) as session:
        make_stella(session)

    unsaid = runner.invoke(args=["import", "leads", leads])
    said = runner.invoke(args=["import", "leads", leads, "--workspace", "Acme"])

    assert (unsaid.exit_code, said.exit_code) == (2, 0)
    assert [one.workspace_id for one in imported(engine)] == [here.id]


@pytest.mark.parametrize(
    ("by", "name"), [([], "olga"), (["--by", "Sam@acme.test"], "sam")], ids=["owner", "sam"]
)
def test_the_import_says_who_brought_it_in(engine, here, runner, leads, by, name):
    runner.invoke(args=["import", "leads", leads, *by])

    assert [one.by_id for one in imported(engine)] == [getattr(here, name).id]


def test_somebody_who_is_not_here_cannot_import(runner, leads):
    result = runner.invoke(args=["import", "leads", leads, "--by", "stella@umbrella.test"])

    assert result.exit_code == 2
    assert result.output == "Error: Nobody at Acme is stella@umbrella.test.\n"
