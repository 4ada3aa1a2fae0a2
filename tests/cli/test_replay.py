"""alignment replay: a draft in a file, told for people and for programs."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine

from alignment import db
from alignment.app import create_app
from alignment.cli.replay import replay
from alignment.config import Settings
from alignment.leads.handoff import accept, hand_off
from alignment.sla.promises.standard_targets import accept_or_return
from alignment.sla.promises.target_documents import target_to_document
from tests.factories import MONDAY_NINE, make_cast, make_lead
from tests.sla.lead_histories import HOUR, berlin
from tests.sla.light_agreement import in_force


@pytest.fixture
def agreement_id(engine: Engine) -> int:
    """The light agreement; Sam accepted one lead after three hours."""
    with db.transaction(engine) as session:
        acme = make_cast(session)
        version = in_force(session, acme)
        ada = make_lead(session, acme)
        hand_off(session, ada, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
        accept(session, ada, by=acme.sam, now=MONDAY_NINE + 3 * HOUR)
        return version.agreement_id


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    settings = Settings(data_dir=tmp_path, database_url=str(engine.url), secret_key="s" * 32)
    return create_app(settings, clock=lambda: berlin("2027-03-12 12:00"))


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """Two hours instead of four."""
    path = tmp_path / "draft.json"
    path.write_text(json.dumps([target_to_document(accept_or_return(hours=2))]))
    return path


def run(app: Flask, agreement_id: int, draft: Path, *more: str) -> Result:
    given = ["--agreement", str(agreement_id), "--draft", str(draft), *more]
    return app.test_cli_runner().invoke(replay, given)


def test_a_program_gets_every_number(app: Flask, agreement_id: int, draft: Path) -> None:
    found = json.loads(run(app, agreement_id, draft, "--json").output)

    promise = found["promises"][0]
    assert (promise["key"], promise["owed_by"]) == ("accept_or_return", "sales")
    assert promise["draft"]["kept_rate"] == 0.0
    assert promise["then"]["kept_rate"] == 1.0
    assert promise["targets"][0]["shortest_seconds"] == 3 * 3600
    assert promise["by_week"][0]["week"] == "2027-03-01"
    assert promise["by_source"][0]["source"] is None
    assert promise["by_owner"][0]["owner"] == "Sam"
    assert found["sides"]["sales"]["draft"]["met_late"] == 1
    assert found["since"] == "2026-12-13T23:00:00+00:00"


def test_people_read_both_side_by_side(app: Flask, agreement_id: int, draft: Path) -> None:
    told = run(app, agreement_id, draft, "--weeks", "2").output.splitlines()

    beside = "0 of 1 kept (0%) by the draft, 1 of 1 kept (100%) then"
    assert "from Monday 1 March 2027 at 00:00 to Friday 12 March 2027 at 12:00" in told[0]
    assert f"accept_or_return, owed by sales: {beside}" in told
    assert "  3 hours would have been kept 95 % of the time." in told
    assert f"  week of 2027-03-01: {beside}" in told
    assert f"  no source: {beside}" in told
    assert f"  Sam: {beside}" in told


def test_only_the_weeks_asked_for_count(app: Flask, agreement_id: int, draft: Path) -> None:
    found = json.loads(run(app, agreement_id, draft, "--weeks", "1", "--json").output)

    assert [promise["draft"]["settled"] for promise in found["promises"]] == [0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[", "draft.json is not JSON"),
        ("{}", "draft.json must be a list of promises."),
        ('[{"key": "x"}]', "A promise needs name"),
    ],
)
def test_a_file_that_is_no_draft_is_refused(
    app: Flask, agreement_id: int, draft: Path, text: str, sentence: str
) -> None:
    draft.write_text(text)

    refused = run(app, agreement_id, draft)

    assert refused.exit_code == 1
    assert sentence in refused.output


def test_an_unknown_agreement_is_refused(app: Flask, agreement_id: int, draft: Path) -> None:
    refused = run(app, agreement_id + 1, draft)

    assert refused.exit_code == 1
    assert f"There is no agreement {agreement_id + 1}." in refused.output


def test_without_a_file_the_newest_wording_is_read(app: Flask, agreement_id: int) -> None:
    given = ["--agreement", str(agreement_id), "--json"]

    found = json.loads(app.test_cli_runner().invoke(replay, given).output)

    assert [promise["key"] for promise in found["promises"]] == [
        "accept_or_return",
        "first_touch",
        "answer_to_return",
    ]
    assert found["promises"][0]["draft"]["kept_rate"] == 1.0
