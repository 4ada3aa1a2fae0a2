"""Mona replays a draft in the browser, beside what was promised then."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.leads.handoff import accept, hand_off
from alignment.leads.intake import source_id_of
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.models import Agreement
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.sla.light_agreement import in_force

Browser = Callable[[User], FlaskClient]
HOUR = timedelta(hours=1)


@pytest.fixture
def page(engine: Engine, here: Cast) -> str:
    """In force with four hours; of three leads Sam accepted one after one hour, two after three.

    Beside it waits a draft that allows two.
    """
    with db.transaction(engine) as session:
        version = in_force(session, here)
        for hours, source in ((1, "Fair"), (3, "Fair"), (3, "=Web")):
            lead = make_lead(session, here, source_id=source_id_of(session, here.id, source))
            hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
            accept(session, lead, by=here.sam, now=MONDAY_NINE + hours * HOUR)
        lifecycle.amend(
            session,
            session.get_one(Agreement, version.agreement_id),
            NewVersion(targets=[accept_or_return(hours=2), answer_to_return(hours=8)]),
            by=here.mona,
            now=MONDAY_NINE,
        )
    return f"/agreements/{version.agreement_id}/replay"


@pytest.fixture
def mona(browser: Browser, here: Cast, clock) -> FlaskClient:
    """On Friday of that week."""
    clock.now = MONDAY_NINE + timedelta(days=4)
    return browser(here.mona)


def test_the_newest_version_stands_beside_what_was_promised_then(mona: FlaskClient, page: str):
    shown = mona.get(page).text

    assert "version 2, over real leads since Mon 7 Dec 2026" in shown
    assert "33 % (1 of 3)" in shown
    assert "100 % (3 of 3)" in shown
    assert "3 hours would have been kept 95 % of the time." in shown
    assert "<svg" in shown
    for way in ("By week", "By source", "By owner"):
        assert f"<summary>{way}</summary>" in shown


def test_another_wanted_rate_needs_another_time(mona: FlaskClient, page: str):
    assert "1 hour would have been kept 33 % of the time." in mona.get(f"{page}?kept=33").text


def test_an_older_version_and_a_shorter_past_are_replayed_as_asked(mona: FlaskClient, page: str):
    first = mona.get(f"{page}?version=1").text
    nothing = mona.get(f"{page}?since=2027-03-02").text

    assert "33 %" not in first
    assert "since Tue 2 Mar 2027" in nothing
    assert "Nothing started in this time." in nothing


def test_groups_that_were_promised_then_only_are_told_as_well(mona: FlaskClient, page: str):
    assert "First human touch" in mona.get(page).text


@pytest.mark.parametrize(
    "asked", ["kept=0", "kept=101", "kept=x", "since=tomorrow", "since=1999-12-31", "version=x"]
)
def test_a_question_without_an_answer_is_said_beside_its_field(
    mona: FlaskClient, page: str, asked: str
):
    answer = mona.get(f"{page}?{asked}")

    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_a_date_to_come_is_today(mona: FlaskClient, page: str):
    assert "since Fri 5 Mar 2027" in mona.get(f"{page}?since=2030-01-01").text


def test_the_file_holds_the_same_numbers_and_no_formula(mona: FlaskClient, page: str):
    answer = mona.get(f"{page}.csv")

    assert answer.mimetype == "text/csv"
    lines = answer.text.splitlines()
    assert lines[1] == '"Accept or return","sales","all","",1,2,0,0,0,3,0,0,0,0'
    assert '"Accept or return","sales","source","Fair",1,1,0,0,0,2,0,0,0,0' in lines
    assert '"Accept or return","sales","source","\'=Web",0,1,0,0,0,1,0,0,0,0' in lines
    assert '"Accept or return","sales","owner","Sam",1,2,0,0,0,3,0,0,0,0' in lines


def test_figures_of_single_people_are_not_for_everybody(
    browser: Browser, engine: Engine, here: Cast, page: str
):
    with db.transaction(engine) as session:
        vera = make_user(session, here.workspace, "Vera", role=Role.VIEWER)

    for person in (vera, here.sam):
        assert browser(person).get(page).status_code == 403
        assert browser(person).get(f"{page}.csv").status_code == 403


def test_a_stranger_replays_nothing(browser: Browser, elsewhere: User, page: str):
    assert browser(elsewhere).get(page).status_code == 404
    assert browser(elsewhere).get(f"{page}.csv").status_code == 404


def test_where_leads_were_never_answered_no_time_is_offered(
    engine: Engine, here: Cast, mona: FlaskClient, page: str
):
    with db.transaction(engine) as session:
        hand_off(session, make_lead(session, here), by=here.mona, now=MONDAY_NINE, owner=here.sam)

    sentence = "No time would have been kept 95 % of the time: 1 of 4 were never answered."
    assert sentence in mona.get(page).text
