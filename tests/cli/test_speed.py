"""alignment metrics speed: the same figures in words, as JSON and as CSV."""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import Engine

from alignment import db
from alignment.app import create_app
from alignment.config import Settings
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import hand_off
from alignment.leads.touches import record_touch
from tests.factories import MONDAY_NINE, Cast, make_cast, make_lead

LATER = MONDAY_NINE + timedelta(minutes=10)


@pytest.fixture
def here(engine: Engine) -> Cast:
    """Ada, handed to Sam on Monday at nine and called ten minutes later."""
    with db.transaction(engine) as session:
        acme = make_cast(session)
        ada = make_lead(session, acme)
        hand_off(session, ada, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
        record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=LATER)
        return acme


@pytest.fixture
def runner(engine: Engine, here: Cast, tmp_path) -> FlaskCliRunner:
    settings = Settings(data_dir=tmp_path, database_url=str(engine.url), secret_key="s" * 32)
    return create_app(settings, clock=lambda: LATER).test_cli_runner()


def said(runner: FlaskCliRunner, *arguments: str) -> str:
    result = runner.invoke(args=["metrics", "speed", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_in_words_each_line_is_a_row_and_the_meaning_stands_below(runner: FlaskCliRunner):
    lines = said(runner, "--by", "owner").splitlines()

    assert lines[0] == "Acme, 1 Jan 2027 – 31 Mar 2027 (Europe/Berlin)"
    assert lines[2].split()[:2] == ["Sam", "1"]
    assert "10 min" in lines[2]
    assert lines[-1].startswith("Counted are stays with sales: from arrival")


def test_as_json_lengths_are_seconds(runner: FlaskCliRunner):
    found = json.loads(said(runner, "--by", "team", "--json"))

    assert found["rows"][0]["name"] == "Sales"
    assert found["total"]["human_median"] == {"seconds": 600, "at_least": False}


def test_as_csv_a_row_a_line_and_the_total(runner: FlaskCliRunner):
    head, *rows = said(runner, "--csv").splitlines()

    assert head.lstrip("\ufeff").startswith('"name","stays","untouched"')
    assert [row.split(",")[0] for row in rows] == ['"Week of 1 Mar 2027"', '"Total"']


def test_a_period_that_ends_before_it_begins_is_refused(runner: FlaskCliRunner):
    dates = ["--from", "2027-03-02", "--until", "2027-03-01"]

    result = runner.invoke(args=["metrics", "speed", *dates])

    assert (result.exit_code, "before it begins" in result.output) == (1, True)
