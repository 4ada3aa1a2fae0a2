"""Promises over a period on the board and on their own page: pace, a miss, its cause and excuse."""

import re

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.sla.models import AgreementVersion, Breach, Cause
from alignment.sla.quotas.sweep import sweep_quota_periods
from tests.factories import Cast
from tests.sla.promised_quotas import APRIL, HALF, hand_over, promise_quotas
from tests.web.conftest import Browser, Clock
from tests.web.lead_scenarios import berlin


@pytest.fixture
def version(engine: Engine, here: Cast) -> AgreementVersion:
    """Marketing promises ten leads a month, and hands nine off in March."""
    version = promise_quotas(engine, here)
    hand_over(engine, here, 9, at=berlin("2027-03-10 12:00"))
    return version


@pytest.fixture
def missed(engine: Engine, version: AgreementVersion, clock: Clock) -> Breach:
    sweep_quota_periods(engine, now=APRIL)
    clock.now = berlin("2027-04-01 10:00")
    return breach_of(engine)


def breach_of(engine: Engine) -> Breach:
    with Session(engine) as session:
        (breach,) = session.exec(select(Breach).where(col(Breach.quota_period_id).is_not(None)))
        return breach


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def marketing_side(page: str) -> str:
    return words(page.split("Sales owes", maxsplit=1)[0].split("Marketing owes")[1])


def test_the_left_column_shows_the_pace_while_the_period_runs(
    version: AgreementVersion, here: Cast, browser: Browser, clock: Clock
) -> None:
    clock.now = HALF

    left = marketing_side(browser(here.sam).get("/board").text)

    assert "Leads, March 2027 on pace" in left
    assert "9 of 10 leads handed off · 5 should have come by now" in left


def test_a_missed_period_stays_on_the_board_while_the_next_one_runs(
    missed: Breach, here: Cast, browser: Browser
) -> None:
    left = marketing_side(browser(here.sam).get("/board").text)

    assert "Leads, April 2027" in left
    assert "Missed over the last period 1 Leads missed Leads, March 2027 · Marketing" in left


def test_what_was_missed_over_a_period_counts_in_the_kept_rate_of_its_last_day(
    missed: Breach, here: Cast, browser: Browser
) -> None:
    left = marketing_side(browser(here.sam).get("/board").text)

    assert "0 of 1" in left


def test_its_page_says_what_came_and_who_owed_it(
    missed: Breach, here: Cast, browser: Browser
) -> None:
    page = words(browser(here.mona).get(f"/breaches/{missed.id}").text)

    assert "Leads, March 2027: Leads" in page
    assert "It was due Wed 31 Mar 2027, 23:59 CEST." in page
    assert "9 of 10 leads handed off" in page


def test_either_team_says_why_and_the_other_team_excuses_it(
    missed: Breach, engine: Engine, here: Cast, browser: Browser
) -> None:
    path = f"/breaches/{missed.id}"

    said = browser(here.mona).post(f"{path}/cause", data={"cause": "definition"})
    excused = browser(here.sam).post(f"{path}/excuse", data={"reason": "The fair was called off"})

    assert (said.status_code, excused.status_code) == (303, 303)
    now = breach_of(engine)
    assert (now.cause, now.is_excused) == (Cause.DEFINITION, True)
    assert "The fair was called off" in browser(here.mona).get(path).text


def test_a_stranger_does_not_find_it(missed: Breach, elsewhere: User, browser: Browser) -> None:
    assert browser(elsewhere).get(f"/breaches/{missed.id}").status_code == 404
