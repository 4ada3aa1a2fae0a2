"""alignment explain: the Easter example, told in the terminal."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import select

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.opening_hours.public_holidays import public_holidays
from alignment.app import create_app
from alignment.cli.explain import explain
from alignment.config import Settings
from alignment.leads.duplicates.merging import merge
from alignment.leads.handoff import hand_off
from alignment.leads.models import Lead, LeadEvent
from alignment.sla.models import Breach, Timer
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, make_cast, make_hours, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import in_force

THURSDAY_SIX = berlin("2027-03-25 18:00")
TUESDAY_TWO = berlin("2027-03-30 14:00")


@pytest.fixture
def settings(engine: Engine, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=str(engine.url), secret_key="s" * 32)


@pytest.fixture
def app(engine: Engine, settings: Settings) -> Flask:
    """Ada was handed off on the evening before Good Friday; sales keeps German holidays."""
    found = public_holidays("DE", "BE", years=[2027])
    holidays = [[on.isoformat(), name] for on, name in sorted(found.items())]
    with db.transaction(engine) as session:
        acme = make_cast(session)
        make_hours(session, acme.sales, version=2, holidays=holidays)
        in_force(session, acme, now=MONDAY_NINE)
        ada = make_lead(session, acme, external_id="crm-7")
        hand_off(session, ada, by=acme.mona, now=THURSDAY_SIX, owner=acme.sam)
    return create_app(settings, clock=lambda: THURSDAY_SIX)


def test_every_reason_is_said_why_it_is_due_on_tuesday_at_one(app: Flask) -> None:
    said = app.test_cli_runner().invoke(explain, ["crm-7"]).output

    assert "Ada Byron, Globex (times in Europe/Berlin)" in said
    assert "Accept or return: running" in said
    assert "Good Friday" in said
    assert "Easter Monday" in said
    assert "the clocks change; the day has 23 hours" in said
    assert "30 March 2027" in said
    assert "13:00" in said
    assert "Next, Tuesday 30 March 2027 at 12:00: the owner hears that it is nearly due." in said


def test_a_lead_that_is_not_here_is_named(app: Flask) -> None:
    ended = app.test_cli_runner().invoke(explain, ["crm-8"])

    assert ended.exit_code == 1
    assert "There is no lead crm-8 in Acme." in ended.output


def test_who_heard_and_what_was_missed_is_said(
    settings: Settings, app: Flask, engine: Engine
) -> None:
    with db.transaction(engine) as session:
        (lead,) = session.exec(select(Lead)).all()
        refresh_leads(session, lead.workspace_id, [lead.id], now=TUESDAY_TWO)

    said = explained(settings)

    assert "Tuesday 30 March 2027 at 14:00: Sam and Mona heard that it is past due." in said
    assert "Missed: it was due Tuesday 30 March 2027 at 13:00." in said


def test_a_miss_whose_cause_was_taken_back_is_said_all_the_same(
    settings: Settings, app: Flask, engine: Engine
) -> None:
    with db.transaction(engine) as session:
        (lead,) = session.exec(select(Lead)).all()
        refresh_leads(session, lead.workspace_id, [lead.id], now=TUESDAY_TWO)
        (line,) = session.exec(select(LeadEvent)).all()
        line.undone_at = TUESDAY_TWO
        session.flush()
        refresh_leads(session, lead.workspace_id, [lead.id], now=TUESDAY_TWO)

    said = explained(settings)

    assert "Accept or return: taken back" in said
    assert (
        "Withdrawn Tuesday 30 March 2027 at 14:00: what it was promised for was taken back." in said
    )


def test_a_missed_trial_that_nobody_was_told_of_is_not_told_here_either(
    settings: Settings, app: Flask, engine: Engine
) -> None:
    with db.transaction(engine) as session:
        (lead,) = session.exec(select(Lead)).all()
        refresh_leads(session, lead.workspace_id, [lead.id], now=TUESDAY_TWO)
        (breach,) = session.exec(select(Breach)).all()
        for row in (breach, session.get_one(Timer, breach.timer_id)):
            row.is_shadow = True

    said = explained(settings)

    assert "taken back" not in said
    assert "Missed" not in said


def test_the_clock_of_a_merged_lead_says_where_it_went(
    settings: Settings, app: Flask, engine: Engine
) -> None:
    with db.transaction(engine) as session:
        (lead,) = session.exec(select(Lead)).all()
        refresh_leads(session, lead.workspace_id, [lead.id], now=TUESDAY_TWO)
        mona = session.exec(select(User).where(User.name == "Mona")).one()
        other = Lead(
            workspace_id=lead.workspace_id, name="Bo", company="Globex", arrived_at=THURSDAY_SIX
        )
        session.add(other)
        session.flush()
        merge(session, lead, into=other, by=mona, now=TUESDAY_TWO)
        number = str(lead.id)

    said = explained(settings, number)

    assert "Accept or return: merged" in said
    assert "its lead was merged into Bo, where its history goes on." in said


def explained(settings: Settings, lead: str = "crm-7") -> str:
    """As of Tuesday at two, an hour after it was due."""
    app = create_app(settings, clock=lambda: TUESDAY_TWO)
    return app.test_cli_runner().invoke(explain, [lead]).output
