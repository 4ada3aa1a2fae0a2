"""A period is proposed with its count, consented to by the other team, and taken back."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.sla.breaches.excuses.approval import ask_for_excuse
from alignment.sla.models import AgreementVersion, Breach, Excuse, ExcuseState
from alignment.sla.timers.sweep import sweep_due_timers
from tests.factories import Cast, make_user
from tests.web.conftest import Browser, Clock
from tests.web.lead_scenarios import HTMX, berlin, handed_off, promised, saved

TWO = berlin("2027-03-01 14:00")


@pytest.fixture
def version(engine: Engine, here: Cast, clock: Clock) -> AgreementVersion:
    """Two leads were to be accepted by one; it is two, and nobody did."""
    signed = promised(engine, here)
    for name in ("Ada Byron", "Bo Yu"):
        handed_off(engine, here, name)
    clock.now = TWO
    sweep_due_timers(engine, now=TWO)
    return signed


@pytest.fixture
def lea(engine: Engine, here: Cast) -> User:
    """Lea manages sales."""
    return saved(
        engine,
        lambda session: make_user(
            session, here.workspace, "Lea", role=Role.MANAGER, team=here.sales
        ),
    )


def outage(version: AgreementVersion, **more: str) -> dict[str, str]:
    return {
        "agreement_id": str(version.agreement_id),
        "owed_by": "sales",
        "from_local": "2027-03-01T12:00",
        "until_local": "2027-03-01T18:00",
        "reason": "The phones were down",
        **more,
    }


def proposed(client: FlaskClient, version: AgreementVersion) -> str:
    """The address of what was proposed."""
    answer = client.post("/excuses", data=outage(version))
    assert answer.status_code == 303
    return answer.location


def excuses(engine: Engine) -> list[Excuse]:
    with db.read_only_session(engine) as session:
        return list(session.exec(select(Excuse)))


def excused(engine: Engine) -> list[bool]:
    with db.read_only_session(engine) as session:
        return [breach.is_excused for breach in session.exec(select(Breach))]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_it_is_counted_before_anybody_asks(
    engine: Engine, here: Cast, browser: Browser, version: AgreementVersion, headers: dict[str, str]
):
    wish = outage(version, then="preview", reason="")

    answer = browser(here.mona).post("/excuses", data=wish, headers=headers)

    assert "2 missed promises of sales would be excused." in words(answer.text)
    assert ("<html" in answer.text) is not bool(headers)
    assert excuses(engine) == []


def test_half_a_form_is_no_error_while_it_is_typed(
    here: Cast, browser: Browser, version: AgreementVersion
):
    wish = outage(version, then="preview", until_local="")

    answer = browser(here.mona).post("/excuses", data=wish, headers=HTMX)

    assert answer.status_code == 200
    assert "Choose an agreement and a period" in answer.text


def test_one_team_proposes_and_the_other_consents(
    engine: Engine, here: Cast, browser: Browser, version: AgreementVersion, lea: User
):
    address = proposed(browser(here.mona), version)
    page = browser(lea).get(address).text
    assert "2 missed promises of sales would be excused." in words(page)
    assert "Consent" in page

    browser(lea).post(f"{address}/answer", data={"is_granted": "yes"})

    assert excused(engine) == [True, True]
    shown = words(browser(here.sam).get(address).text)
    assert "2 missed promises of sales are excused by this." in shown


def test_who_proposed_is_offered_no_consent(
    here: Cast, browser: Browser, version: AgreementVersion
):
    mona = browser(here.mona)
    page = mona.get(proposed(mona, version)).text

    assert "Consent" not in page
    assert "Somebody of sales who may sign agreements has to consent." in page


def test_a_refusal_needs_words(
    engine: Engine, here: Cast, browser: Browser, version: AgreementVersion, lea: User
):
    address = proposed(browser(here.mona), version)

    browser(lea).post(f"{address}/answer", data={"is_granted": "no", "words": ""})
    assert [one.state for one in excuses(engine)] == [ExcuseState.ASKED]
    browser(lea).post(f"{address}/answer", data={"is_granted": "no", "words": "They worked"})

    assert [one.state for one in excuses(engine)] == [ExcuseState.REFUSED]
    assert "They worked" in browser(here.mona).get(address).text


def test_taking_it_back_restores(
    engine: Engine, here: Cast, browser: Browser, version: AgreementVersion, lea: User
):
    address = proposed(browser(here.mona), version)
    browser(lea).post(f"{address}/answer", data={"is_granted": "yes"})

    browser(here.mona).post(f"{address}/taking-back")

    assert excused(engine) == [False, False]
    assert "It excuses nothing." in browser(here.mona).get(address).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"until_local": "2027-03-01T11:00"}, "The period ends before it begins."),
        ({"until_local": "2027-09-01T11:00"}, "Choose 92 days at most."),
        ({"from_local": "2027-03-28T02:30"}, "That time does not exist"),
        ({"reason": " "}, "Fill this in."),
        ({"owed_by": "other"}, "Choose one from the list."),
        ({"from_local": "soon"}, "Enter a date and a time."),
    ],
)
def test_a_bad_period_is_said_and_nothing_is_proposed(
    engine: Engine,
    here: Cast,
    browser: Browser,
    version: AgreementVersion,
    wrong: dict[str, str],
    sentence: str,
):
    answer = browser(here.mona).post("/excuses", data=outage(version, **wrong))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "The phones were down" in answer.text or "reason" in wrong
    assert excuses(engine) == []


def test_times_are_on_the_readers_clock(
    engine: Engine, here: Cast, browser: Browser, version: AgreementVersion
):
    proposed(browser(here.mona), version)

    (asked,) = excuses(engine)
    assert (asked.from_at, asked.until_at) == (
        berlin("2027-03-01 12:00"),
        berlin("2027-03-01 18:00"),
    )


def test_what_waits_is_listed_with_whose_turn_it_is(
    engine: Engine, here: Cast, browser: Browser, version: AgreementVersion
):
    saved(engine, lambda session: sam_asks(session, here))

    mona, sam = (words(browser(x).get("/excuses").text) for x in (here.mona, here.sam))

    assert "I was at the dentist" in mona
    assert "yours to answer" in mona
    assert "yours to answer" not in sam


def sam_asks(session: Session, here: Cast) -> None:
    breach = session.exec(select(Breach)).all()[0]
    ask_for_excuse(session, breach, reason="I was at the dentist", by=here.sam, now=TWO)


def test_an_empty_page_offers_the_next_step(here: Cast, browser: Browser):
    assert "No period was excused." in browser(here.mona).get("/excuses").text


def test_a_single_excuse_is_no_period(
    engine: Engine, here: Cast, browser: Browser, version: AgreementVersion
):
    saved(engine, lambda session: sam_asks(session, here))

    assert browser(here.mona).get(f"/excuses/{excuses(engine)[0].id}").status_code == 404


def test_a_member_may_not_propose(here: Cast, browser: Browser, version: AgreementVersion):
    assert browser(here.sam).get("/excuses/new").status_code == 403
    assert browser(here.sam).post("/excuses", data=outage(version)).status_code == 403


def test_who_is_of_no_team_is_told_so(here: Cast, browser: Browser, version: AgreementVersion):
    assert "You are of no team" in browser(here.olga).get("/excuses/new").text


def test_a_stranger_finds_nothing(
    here: Cast, elsewhere: User, browser: Browser, version: AgreementVersion
):
    address = proposed(browser(here.mona), version)

    stella = browser(elsewhere)
    assert stella.get(address).status_code == 404
    assert stella.post("/excuses", data=outage(version)).status_code == 404
    assert "The phones were down" not in stella.get("/excuses").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"from_local": "0001-01-01T00:00", "until_local": "0001-02-01T00:00"},
            "Choose a year from 2000 to 2100.",
        ),
        (
            {"from_local": "9999-12-31T09:00", "until_local": "9999-12-31T23:59"},
            "Choose a year from 2000 to 2100.",
        ),
        ({"agreement_id": "99999999999999999999"}, "or less"),
    ],
)
def test_what_no_calendar_and_no_database_holds_is_asked_for_again(
    engine: Engine,
    here: Cast,
    browser: Browser,
    version: AgreementVersion,
    typed: dict[str, str],
    sentence: str,
):
    answer = browser(here.mona).post("/excuses", data=outage(version, **typed))

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert excuses(engine) == []
