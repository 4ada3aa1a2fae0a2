"""The board: both teams side by side, in the same words."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Role, Side
from alignment.leads import handoff
from alignment.leads.handoff import ReturnReason
from alignment.leads.models import Lead
from alignment.sla.breaches.causes import record_cause
from alignment.sla.breaches.excuses.approval import excuse_breach
from alignment.sla.breaches.queries import KeptCount
from alignment.sla.models import Breach, Cause
from alignment.sla.timers.sweep import sweep_due_timers
from alignment.web.breach_summary import MissedPart
from alignment.web.breaches.board import MAX_ROWS, NearlyDuePart, TeamColumn, monday_before
from alignment.web.breaches.board_quotas import QuotaPart
from tests.factories import MONDAY_NINE, Cast, make_user
from tests.web.conftest import Browser, Clock
from tests.web.lead_scenarios import HTMX, berlin, handed_off, promised, saved

HOUR = timedelta(hours=1)


@pytest.fixture
def both_late(engine: Engine, here: Cast, clock: Clock) -> Lead:
    """On Tuesday at eleven sales owes an answer for Globex, marketing one for Initech."""
    promised(engine, here)
    globex = handed_off(engine, here, "Ada Byron", company="Globex")
    initech = handed_off(engine, here, "Bo Yu", company="Initech")
    saved(engine, lambda session: give_back(session, initech, here))
    clock.now = berlin("2027-03-02 11:00")
    sweep_due_timers(engine, now=clock.now)
    return globex


def give_back(session: Session, lead: Lead, here: Cast) -> None:
    found = session.get_one(Lead, lead.id)
    now = MONDAY_NINE + HOUR
    handoff.return_to_marketing(session, found, reason=ReturnReason.NO_FIT, by=here.sam, now=now)


def sides(page: str) -> tuple[str, str]:
    """What stands on marketing's side and what on sales's."""
    assert page.index("Marketing owes") < page.index("Sales owes")
    left, right = page.split("Sales owes")
    return left.split("Marketing owes")[1], right


def words(page: str) -> str:
    """The text alone."""
    return re.sub(r"<[^>]+>", "", page)


def test_each_side_shows_what_it_owes(both_late: Lead, here: Cast, browser: Browser):
    marketing, sales = sides(browser(here.sam).get("/board").text)

    assert "Initech" in marketing
    assert "Answer a returned lead · Mona" in marketing
    assert "Globex" in sales
    assert "Accept or return · Sam" in sales
    assert "Globex" not in marketing


def test_a_missed_promise_names_its_due_instant(both_late: Lead, here: Cast, browser: Browser):
    marketing, sales = sides(browser(here.mona).get("/board").text)

    assert "due Mon 1 Mar 2027, 13:00 CET" in words(sales)
    assert "due Tue 2 Mar 2027, 10:00 CET" in words(marketing)


def test_what_is_done_since_stays_for_the_week(
    both_late: Lead, here: Cast, browser: Browser, clock: Clock
):
    browser(here.sam).post(f"/leads/{both_late.id}/acceptance")

    page = browser(here.sam).get("/board").text

    assert "kept late" in page
    assert "done Tue 2 Mar 2027, 11:00 CET" in words(page)
    clock.now = berlin("2027-03-08 11:00")
    assert "kept late" not in browser(here.sam).get("/board").text


def test_what_is_nearly_due_is_shown_before_it_is_missed(
    engine: Engine, here: Cast, browser: Browser, clock: Clock
):
    promised(engine, here)
    handed_off(engine, here)
    clock.now = MONDAY_NINE + timedelta(hours=3, minutes=30)

    page = browser(here.sam).get("/board").text

    assert "three quarters used" in page
    assert "due in 30 min" in page


def test_few_promises_are_told_as_a_fraction(both_late: Lead, here: Cast, browser: Browser):
    marketing, sales = sides(browser(here.sam).get("/board").text)

    assert "0 of 1" in marketing
    assert "1 of 3" in sales


def test_the_board_asks_for_itself_alone(both_late: Lead, here: Cast, browser: Browser):
    page = browser(here.sam).get("/board")
    part = browser(here.sam).get("/board", headers=HTMX)

    assert 'hx-trigger="every 30s, breach-changed from:body delay:300ms"' in page.text
    assert part.text.lstrip().startswith('<div id="board"')
    assert "<html" not in part.text
    assert "HX-Request" in part.headers["Vary"]


def test_an_empty_board_says_that_nothing_is_due(here: Cast, browser: Browser):
    page = browser(here.sam).get("/board").text

    assert page.count("Nothing is past due.") == 2


def say(engine: Engine, here: Cast, *said: Cause) -> None:
    """Why each missed promise was missed, the first first."""

    def told(session: Session) -> None:
        breaches = session.exec(select(Breach).order_by(col(Breach.id))).all()
        for breach, cause in zip(breaches, said, strict=False):
            record_cause(session, breach, cause, by=here.mona, now=MONDAY_NINE)

    saved(engine, told)


def test_missed_promises_are_counted_by_cause(
    both_late: Lead, engine: Engine, here: Cast, browser: Browser
):
    say(engine, here, Cause.PERSON)

    page = words(browser(here.sam).get("/board").text)

    assert "All 3 System 0 Person 1 Definition 0 Not said yet 2" in " ".join(page.split())


def test_the_board_can_be_narrowed_to_one_cause(
    both_late: Lead, engine: Engine, here: Cast, browser: Browser
):
    missed = saved(engine, lambda session: session.exec(select(Breach)).all())
    say(engine, here, Cause.PERSON)

    person = browser(here.sam).get("/board?cause=person").text
    unsaid = browser(here.sam).get("/board?cause=unsaid").text

    assert re.findall(r'id="breach-(\d+)"', person) == [str(missed[0].id)]
    assert len(re.findall(r'id="breach-', unsaid)) == len(missed) - 1
    assert 'hx-get="/board?cause=person"' in person


def test_a_strange_cause_narrows_nothing(both_late: Lead, here: Cast, browser: Browser):
    assert len(re.findall('id="breach-', browser(here.sam).get("/board?cause=moon").text)) == 3


def test_three_of_one_cause_stand_as_one_issue(
    both_late: Lead, engine: Engine, here: Cast, browser: Browser
):
    say(engine, here, Cause.SYSTEM, Cause.SYSTEM)
    assert "One issue" not in browser(here.sam).get("/board").text

    say(engine, here, *[Cause.SYSTEM] * 3)

    page = words(browser(here.sam).get("/board").text)
    assert "One issue: 3 missed promises, one cause. System, in the last five days." in page


def test_the_week_is_told_with_and_without_what_was_excused(
    both_late: Lead, engine: Engine, here: Cast, browser: Browser
):
    def set_aside(session: Session) -> None:
        breach = session.exec(select(Breach).where(Breach.owed_by == Side.SALES)).first()
        assert breach is not None
        excuse_breach(session, breach, reason="Outage", by=here.mona, now=MONDAY_NINE)

    saved(engine, set_aside)

    _, sales = sides(browser(here.sam).get("/board").text)

    assert "1 of 3" in sales
    assert "1 of 2 without 1 excused" in sales
    assert "excused" in re.findall(r'class="chip chip-([a-z-]+)"', sales)


def test_many_missed_promises_are_counted_and_the_latest_are_shown(
    engine: Engine, here: Cast, browser: Browser, clock: Clock
):
    promised(engine, here)
    for number in range(MAX_ROWS + 3):
        handed_off(engine, here, company=f"Globex {number}")
    clock.now = berlin("2027-03-02 11:00")
    sweep_due_timers(engine, now=clock.now)

    _, sales = sides(browser(here.sam).get("/board").text)

    text = " ".join(words(sales).split())
    assert f"Past due, still open {2 * (MAX_ROWS + 3)}" in text
    assert f"and {2 * (MAX_ROWS + 3) - MAX_ROWS} more" in text
    assert len(re.findall(r"Globex \d+", text)) == MAX_ROWS


def test_many_that_are_nearly_due_are_all_counted(
    engine: Engine, here: Cast, browser: Browser, clock: Clock
):
    promised(engine, here)
    for number in range(MAX_ROWS + 3):
        handed_off(engine, here, company=f"Globex {number}")
    clock.now = MONDAY_NINE + timedelta(hours=3, minutes=30)

    page = " ".join(words(browser(here.sam).get("/board").text).split())

    assert f"Nearly due {MAX_ROWS + 3}" in page


def test_the_board_blames_nobody(both_late: Lead, here: Cast, browser: Browser):
    page = browser(here.sam).get("/board").text.lower()

    assert not any(word in page for word in ("fail", "fault", "violat", "guilty"))


def test_a_viewer_may_read_the_board(both_late: Lead, engine: Engine, here: Cast, browser: Browser):
    vic = saved(engine, lambda session: make_user(session, here.workspace, "Vic", role=Role.VIEWER))

    assert "Globex" in browser(vic).get("/board").text


def test_a_stranger_sees_nothing_of_it(both_late: Lead, elsewhere: User, browser: Browser):
    page = browser(elsewhere).get("/board").text

    assert "Globex" not in page
    assert "Initech" not in page


NOTHING_MISSED = MissedPart(count=0, latest=[])


def column(this_week: KeptCount, last_week: KeptCount) -> TeamColumn:
    return TeamColumn(
        this_week=this_week,
        last_week=last_week,
        nearly_due=NearlyDuePart(count=0, first=[]),
        still_open=NOTHING_MISSED,
        done_since=NOTHING_MISSED,
        over_a_period=QuotaPart(running=[], missed=NOTHING_MISSED),
    )


def test_the_change_is_told_in_points_where_there_are_enough():
    assert column(KeptCount(kept=91, due=100), KeptCount(kept=22, due=25)).change == 3
    assert column(KeptCount(kept=41, due=50), KeptCount(kept=42, due=50)).change == -2
    assert column(KeptCount(kept=9, due=9), KeptCount(kept=42, due=50)).change is None
    assert column(KeptCount(kept=41, due=50), KeptCount(kept=0, due=0)).change is None


@pytest.mark.parametrize(
    ("at", "monday"),
    [
        ("2027-03-01 00:00", "2027-03-01 00:00"),
        ("2027-03-07 23:59", "2027-03-01 00:00"),
        ("2027-03-28 12:00", "2027-03-22 00:00"),
        ("2027-03-29 12:00", "2027-03-29 00:00"),
    ],
)
def test_a_week_begins_on_monday_at_midnight_of_the_workspace(at: str, monday: str):
    assert monday_before(berlin(at), "Europe/Berlin") == berlin(monday)
