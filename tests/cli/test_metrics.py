"""alignment metrics funnel: the same figures for a terminal and for a program."""

import json

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import Engine

from alignment import db
from alignment.accounts.roles import Side
from alignment.app import create_app
from alignment.config import Settings
from alignment.sla.clock.stopwatch import TimerState
from tests.factories import Cast, make_cast, make_stella
from tests.metrics.stories import NOON_OF_LAST_DAY, promise, tell


@pytest.fixture
def here(engine: Engine) -> Cast:
    """Acme with three leads of a fair and of nobody knows where."""
    with db.transaction(engine) as session:
        acme = make_cast(session)
        ada = tell(session, acme, "Ada", "Fair", handed_off="2027-03-31 23:59:59")
        tell(session, acme, "Bo", "Fair", handed_off="2027-04-01 00:00", won="2027-04-20 10:00")
        tell(session, acme, "Cy", handed_off="2027-04-29 12:00", called="2027-04-29 13:30")
        promise(session, acme, ada, side=Side.SALES, due="2027-04-01 14:00", state=TimerState.MET)
        return acme


@pytest.fixture
def runner(engine: Engine, here: Cast, tmp_path) -> FlaskCliRunner:
    settings = Settings(data_dir=tmp_path, database_url=str(engine.url), secret_key="s" * 32)
    return create_app(settings, clock=lambda: NOON_OF_LAST_DAY).test_cli_runner()


def told(runner: FlaskCliRunner, *arguments: str):
    result = runner.invoke(args=["metrics", "funnel", "--json", *arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_by_source_each_source_is_a_row(runner: FlaskCliRunner):
    rows = told(runner, "--by", "source")["rows"]

    assert [(row["source"], row["handed_off"], row["conversion"]["ratio"]) for row in rows] == [
        ("Fair", 2, 0.5),
        ("No source given", 1, 0.0),
    ]


def test_by_month_is_usual_and_months_are_local(runner: FlaskCliRunner):
    found = told(runner)

    assert [(row["month"], row["handed_off"]) for row in found["rows"]] == [
        ("2027-02", 0),
        ("2027-03", 1),
        ("2027-04", 2),
    ]
    assert found["rows"][2]["kept_by_sales"] == {
        "part": 1,
        "whole": 1,
        "ratio": 1.0,
        "open": 0,
        "excused": 0,
        "ratio_without_excused": 1.0,
    }


def test_dates_and_spans_choose_the_period(runner: FlaskCliRunner):
    assert told(runner, "--from", "2027-04-01", "--until", "2027-04-01")["total"]["handed_off"] == 1
    assert told(runner, "--months", "all")["from"] == "2027-03-01"
    assert told(runner, "--months", "12")["from"] == "2026-05-01"


def test_without_json_it_is_a_table_for_people(runner: FlaskCliRunner):
    result = runner.invoke(args=["metrics", "funnel", "--by", "source"])

    title, head, fair, nobody, total, *apart = result.output.splitlines()
    assert title == "Acme, 1 Feb 2027 – 30 Apr 2027 (Europe/Berlin)"
    assert head.split()[:3] == ["Handed", "off", "Entries"]
    fairs = "Fair 2 2 2 – 1 1 of 2 (1 open) 1 of 1 1 0 1 1 19 days ≥ 29 days 1 of 1"
    assert " ".join(fair.split()) == fairs
    assert nobody.startswith("No source given")
    assert "1 h 30 min" in nobody
    assert total.split()[:3] == ["Total", "3", "3"]
    assert apart == ["Not handed off: 0", "Won without handoff: 0"]
    assert len({len(line) for line in (head, fair, nobody, total)}) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--from", "2027-04-02", "--until", "2027-04-01"), "The period ends before it begins."),
        (("--from", "1850-01-01"), "Choose a year from 2000 to 2100."),
        (("--workspace", "Initech"), "Name one workspace with --workspace: Acme"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(runner: FlaskCliRunner, arguments, sentence):
    result = runner.invoke(args=["metrics", "funnel", *arguments])

    assert result.exit_code == 1
    assert sentence in result.output


def test_with_two_companies_one_must_be_named(runner: FlaskCliRunner, engine: Engine, here: Cast):
    with db.transaction(engine) as session:
        make_stella(session)

    assert runner.invoke(args=["metrics", "funnel"]).exit_code == 1
    assert told(runner, "--workspace", "Umbrella")["total"]["handed_off"] == 0
    assert told(runner, "--workspace", str(here.id))["total"]["handed_off"] == 3


def test_promises_are_printed_with_both_numbers(runner: FlaskCliRunner):
    result = runner.invoke(args=["metrics", "promises"])

    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert lines[:2] == ["Acme, 1 Feb 2027 – 30 Apr 2027 (Europe/Berlin)", "Marketing Sales"]
    assert (
        "Kept, without the excused – 1 of 1 Kept, of those that fell due and were not excused."
        in lines
    )
    assert lines[-1].startswith("Without agreement 2 Handoffs")


def test_promises_as_json_say_what_each_figure_means(runner: FlaskCliRunner):
    result = runner.invoke(args=["metrics", "promises", "--months", "all", "--json"])

    found = json.loads(result.output)
    assert found["promises"]["sales"] == {
        "due": 1,
        "kept": 1,
        "dated_back": 0,
        "missed": 0,
        "excused": 0,
        "rate": 1.0,
        "rate_without_excused": 1.0,
        "open": 0,
        "withdrawn": 0,
        "cancelled": 0,
        "shadow": {"due": 0, "kept": 0, "open": 0},
    }
    assert set(found["means"]) == {*found["promises"]["sales"], "without_agreement"}
