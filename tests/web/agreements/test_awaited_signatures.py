"""A version that one side has signed stands on the desks of both teams, and on no other."""

import pytest
from sqlalchemy import Engine

from alignment import db
from alignment.sla.agreements import lifecycle
from alignment.sla.models import AgreementVersion
from tests.factories import MONDAY_NINE, Cast
from tests.sla.light_agreement import draft_light


@pytest.fixture
def _signed_by_mona(engine: Engine, here: Cast) -> None:
    with db.transaction(engine) as session:
        version = draft_light(session, here, now=MONDAY_NINE)
        lifecycle.sign(session, version, by=here.mona, now=MONDAY_NINE)


@pytest.mark.usefixtures("_signed_by_mona")
def test_both_teams_see_whose_signature_is_missing(browser, here: Cast) -> None:
    to_sign, waiting = (browser(person).get("/").text for person in (here.sam, here.mona))

    assert "Mona has signed. Read it and sign for Sales." in to_sign
    assert "Mona has signed. Sales has been asked to sign." in waiting
    assert 'href="/agreements/1"' in to_sign


@pytest.mark.usefixtures("_signed_by_mona")
def test_nobody_of_another_team_or_company_sees_it(browser, here: Cast, elsewhere) -> None:
    assert "Waiting for a signature" not in browser(here.olga).get("/").text
    assert "Waiting for a signature" not in browser(elsewhere).get("/").text


@pytest.mark.usefixtures("_signed_by_mona")
def test_signed_by_both_it_is_gone(browser, here: Cast, engine: Engine) -> None:
    with db.transaction(engine) as session:
        version = session.get_one(AgreementVersion, 1)
        lifecycle.sign(session, version, by=here.sam, now=MONDAY_NINE)

    assert "Waiting for a signature" not in browser(here.sam).get("/").text
