"""The Compare page: the same numbers for both teams, and exactly the leads behind each."""

import csv
import io
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role, Side
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Cause, Timer
from tests.factories import Cast, make_user
from tests.metrics.stories import NOON_OF_LAST_DAY, breach, promise, tell
from tests.web.conftest import Browser, Clock

NUMBER = re.compile(
    r'<td class="number">(?:<a href="([^"]+)">)?([^<]+)(?:</a>)?'
    r'(?: <span class="hint">([^<]+)</span>)?</td>'
)
ROW = re.compile(r'<tr><th scope="row"[^>]*>([^<]+)</th>(.*?)</tr>', re.DOTALL)
HEADINGS = (
    *(
        "handed off",
        "entries",
        "leads",
        "kept by marketing",
        "won",
        "conversion",
        "win rate",
        "accepted",
        "returned",
    ),
    *("undecided", "untouched", "median", "p90", "kept by sales"),
)


@pytest.fixture
def spring(engine: Engine, here: Cast, clock: Clock) -> None:
    """Five leads in six handoffs, of two sources and of none; four promises; a win alone."""
    clock.now = NOON_OF_LAST_DAY
    with db.transaction(engine) as session:
        ada = tell(
            session,
            here,
            "Ada",
            "Fair",
            handed_off="2027-03-01 10:00",
            returned="2027-03-01 12:00",
            fixed="2027-03-02 10:00",
            accepted="2027-03-02 11:00",
            called="2027-03-02 12:00",
        )
        tell(session, here, "Bo", "Fair", handed_off="2027-03-31 23:59", won="2027-04-20 10:00")
        tell(session, here, "Cy", "unknown", handed_off="2027-04-01 00:00")
        tell(session, here, "Di", handed_off="2027-04-02 10:00", returned="2027-04-03 10:00")
        tell(session, here, "Ed", handed_off="2027-04-02 10:00", accepted="2027-04-03 10:00")
        tell(session, here, "Flo", won="2027-04-03 10:00")
        for due, state in [
            ("2027-03-01 14:00", TimerState.MET),
            ("2027-03-02 14:00", TimerState.BREACHED),
            ("2027-04-30 15:00", TimerState.RUNNING),
        ]:
            promise(session, here, ada, side=Side.SALES, due=due, state=state)
        promise(
            session,
            here,
            ada,
            side=Side.MARKETING,
            due="2027-03-01 17:00",
            state=TimerState.MET_LATE,
        )


def lines(page: str, about: str) -> dict[str, dict[str, str]]:
    """The table By month or By source as it reads, by the name of its row."""
    _, _, rest = page.partition(f'<h2 id="by-{about}">')
    table, _, _ = rest.partition("</table>")
    return {
        unescape(name): dict(
            zip(HEADINGS, [" ".join(x[1:]).strip() for x in NUMBER.findall(row)], strict=True)
        )
        for name, row in ROW.findall(table)
    }


def test_each_month_is_a_line_of_both_teams_numbers(spring: None, here: Cast, browser: Browser):
    by_month = lines(browser(here.mona).get("/compare").text, "month")

    assert list(by_month) == ["February 2027", "March 2027", "April 2027", "Total"]
    assert by_month["March 2027"] == {
        "handed off": "3",
        "entries": "2",
        "leads": "2",
        "kept by marketing": "0 of 1",
        "won": "1",
        "conversion": "1 of 3 1 open",
        "win rate": "1 of 1",
        "accepted": "2",
        "returned": "1",
        "undecided": "0",
        "untouched": "0",
        "median": "2 h",
        "p90": "19 days",
        "kept by sales": "1 of 2",
    }
    assert by_month["April 2027"]["kept by sales"] == "– 1 not due yet"
    assert by_month["February 2027"]["median"] == "–"


def test_each_source_is_a_line_and_none_given_is_one_too(
    spring: None, here: Cast, browser: Browser
):
    by_source = lines(browser(here.sam).get("/compare").text, "source")

    assert {name: row["handed off"] for name, row in by_source.items()} == {
        "Fair": "3",
        "No source given": "2",
        "unknown": "1",
        "Total": "6",
    }


def test_marketing_reads_left_sales_right_and_the_same_for_everybody(
    spring: None, here: Cast, browser: Browser
):
    page = browser(here.mona).get("/compare").text

    places = [page.index(f'<h2 class="side-title">{x}') for x in ("Marketing", "Shared", "Sales")]
    assert places == sorted(places)
    assert lines(page, "month") == lines(browser(here.sam).get("/compare").text, "month")


def expected_behind(href: str, words: str, remark: str) -> int | None:
    """How many lines the list behind a number must have; none for lengths of time."""
    if found := re.match(r"(\d+) leads?", remark):
        return int(found[1])
    if "/compare/promises" in href:
        due = re.match(r"\d+ of (\d+)", words)
        still_open = re.match(r"(\d+) not due yet", remark)
        return int(due[1] if due else 0) + int(still_open[1] if still_open else 0)
    return int(words) if words.isdigit() else None


def length_of(list_page: str) -> int:
    found = re.search(r"<p>\d+–\d+ of (\d+)</p>", list_page)
    assert found is not None
    return int(found[1])


def test_behind_every_number_are_exactly_as_many_leads(spring: None, here: Cast, browser: Browser):
    sam = browser(here.sam)
    numbers = NUMBER.findall(sam.get("/compare").text)
    counted = {
        unescape(href): count
        for href, words, remark in numbers
        if href and (count := expected_behind(href, words, remark)) is not None
    }

    found = {href: length_of(sam.get(href).text) for href in counted if not is_handoffs(href)}

    assert len(found) > 20
    assert found == {href: count for href, count in counted.items() if not is_handoffs(href)}


def is_handoffs(href: str) -> bool:
    """Handoffs and leads lead to one list, which holds each lead once; told below."""
    return "fate=handed_off" in href


def test_the_list_behind_handoffs_holds_their_different_leads(
    spring: None, here: Cast, browser: Browser
):
    sam = browser(here.sam)
    march = "/leads?fate=handed_off&handed_off_from=2027-03-01&handed_off_until=2027-03-31"

    assert march.replace("&", "&amp;") in sam.get("/compare").text
    listed = sam.get(march).text
    assert length_of(listed) == 2
    assert "Ada" in listed
    assert "Bo" in listed


def test_wins_without_a_handoff_are_counted_apart_with_their_leads(
    spring: None, here: Cast, browser: Browser
):
    sam = browser(here.sam)
    page = sam.get("/compare").text

    found = re.search(r'Won without a handoff</dt><dd><a href="([^"]+)">1</a>', page)

    assert found is not None
    assert "Flo" in sam.get(unescape(found[1])).text


def test_every_number_has_its_definition_beside_it(spring: None, here: Cast, browser: Browser):
    page = browser(here.sam).get("/compare").text

    assert page.count("Of these handoffs, those that sales gave back, at once or later.") >= 3
    assert "Counted by the month in which the promise fell due. Owned by marketing." in page


def test_charts_say_their_finding_and_need_neither_script_nor_style(
    spring: None, here: Cast, browser: Browser
):
    page = browser(here.sam).get("/compare").text

    assert "In March 2027 marketing kept 0 of 1 of its promises, sales 1 of 2" in page
    assert "Of 6 handed off, 3 were accepted and 1 won so far" in page
    assert page.count("<svg xmlns") == 2
    assert "<style" not in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("address", "months"),
    [
        ("/compare", ["February 2027", "March 2027", "April 2027"]),
        ("/compare?months=all", ["March 2027", "April 2027"]),
        ("/compare?from_on=2027-03-02&until_on=2027-03-02", ["2 Mar 2027 – 2 Mar 2027"]),
    ],
)
def test_the_period_is_chosen_in_the_address(
    spring: None, here: Cast, browser: Browser, address: str, months: list[str]
):
    by_month = lines(browser(here.sam).get(address).text, "month")

    assert list(by_month) == [*months, "Total"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from_on=2027-04-01&until_on=2027-03-01", "The period ends before it begins."),
        ("from_on=soon", "Enter a date, like 2027-03-30."),
        ("from_on=0001-01-01", "Choose a year from 2000 to 2100."),
        ("months=5", "One answer needs another look."),
    ],
)
def test_a_bad_period_is_said_and_the_usual_one_shown(
    spring: None, here: Cast, browser: Browser, query: str, sentence: str
):
    answer = browser(here.sam).get(f"/compare?{query}")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "March 2027" in lines(answer.text, "month")


def test_without_anything_the_page_says_what_to_do_next(here: Cast, browser: Browser):
    page = browser(here.sam).get("/compare").text

    assert "Nothing was handed off or promised in this period." in page
    assert "Show all months" in page


def test_a_stranger_sees_nothing_of_these_leads(spring: None, elsewhere: User, browser: Browser):
    stella = browser(elsewhere)

    assert "Nothing was handed off or promised" in stella.get("/compare?months=all").text
    assert "Globex" not in stella.get(PROMISES).text


def test_who_is_not_signed_in_is_sent_to_the_door(app):
    for address in ("/compare", PROMISES):
        answer = app.test_client().get(address)
        assert answer.status_code == 303
        assert "/sign-in" in answer.location


def test_a_viewer_may_read_the_numbers(spring: None, here: Cast, engine: Engine, browser: Browser):
    with db.transaction(engine) as session:
        vera = make_user(session, here.workspace, "Vera", role=Role.VIEWER)

    assert browser(vera).get("/compare").status_code == 200
    assert browser(vera).get(PROMISES).status_code == 200


PROMISES = "/compare/promises?side=sales&from_on=2027-02-01&until_on=2027-04-30"


def chips(client: FlaskClient, address: str) -> list[str]:
    page = client.get(address).text
    return re.findall(r'class="chip chip-([a-z-]+)"', page)


@pytest.mark.parametrize(
    ("more", "states"),
    [
        ("", ["kept", "missed", "running"]),
        ("&outcome=kept", ["kept"]),
        ("&outcome=missed", ["missed"]),
        ("&outcome=open", ["running"]),
        ("&source=none", []),
    ],
)
def test_promises_are_listed_by_outcome_and_source(
    spring: None, here: Cast, browser: Browser, more: str, states: list[str]
):
    assert chips(browser(here.sam), PROMISES + more) == states


def test_a_promise_past_due_reads_missed_before_the_sweep(
    spring: None, here: Cast, browser: Browser, clock: Clock
):
    sam = browser(here.sam)
    clock.now = clock.now.replace(hour=14)

    assert chips(sam, PROMISES + "&outcome=missed") == ["missed", "missed"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "side=other&from_on=2027-02-01&until_on=2027-04-30",
        "side=sales&from_on=2027-05-01&until_on=2027-04-30",
        "side=sales&from_on=2027-02-01&until_on=2027-04-30&source=everywhere",
    ],
)
def test_a_list_of_promises_that_cannot_be_is_not_found(here: Cast, browser: Browser, query: str):
    assert browser(here.sam).get(f"/compare/promises?{query}").status_code == 404


PERIOD = "from_on=2027-02-01&until_on=2027-04-30"


def figures_in_full(page: str) -> dict[str, tuple[str, str]]:
    """The table of promises in full: marketing's and sales's figure by the name of its line."""
    _, _, rest = page.partition('id="promised"')
    table, _, _ = rest.partition("</section>")
    cells = re.compile(r'<td class="number ">(?:<a[^>]*>)?([^<]*)')
    rows = {name: cells.findall(row) for name, row in ROW.findall(table)}
    return {name: (found[0], found[1]) for name, found in rows.items() if len(found) == 2}


def excuse_what_was_missed(engine: Engine, here: Cast) -> None:
    with db.transaction(engine) as session:
        timer = session.exec(select(Timer).where(Timer.state == TimerState.BREACHED)).one()
        breach(session, timer, is_excused=True, cause=Cause.SYSTEM)


def test_promises_are_told_in_full_with_and_without_the_excused(
    spring: None, engine: Engine, here: Cast, browser: Browser
):
    excuse_what_was_missed(engine, here)

    page = browser(here.mona).get("/compare").text

    assert figures_in_full(page) == {
        "Fell due": ("1", "2"),
        "Kept in time": ("0", "1"),
        "Of these by a touch dated back": ("0", "0"),
        "Missed": ("1", "1"),
        "Of these excused": ("0", "1"),
        "Kept, of all that fell due": ("0 of 1", "1 of 2"),
        "Kept, without the excused": ("0 of 1", "1 of 1"),
        "Not due yet": ("0", "1"),
        "Withdrawn": ("0", "0"),
        "Cancelled": ("0", "0"),
        "In shadow": ("0 not due yet", "0 not due yet"),
    }
    assert "Kept, of those that fell due and were not excused." in page
    assert lines(page, "month")["March 2027"]["kept by sales"] == "1 of 2 1 of 1 without 1 excused"


def test_excused_promises_have_a_list_of_their_own(
    spring: None, engine: Engine, here: Cast, browser: Browser
):
    excuse_what_was_missed(engine, here)
    sam = browser(here.sam)

    assert chips(sam, PROMISES + "&outcome=excused") == ["excused"]
    assert chips(sam, PROMISES + "&outcome=missed") == ["excused"]
    assert chips(sam, PROMISES + "&outcome=withdrawn") == []
    assert chips(sam, PROMISES + "&outcome=shadow") == []


def test_every_promise_is_in_the_file(spring: None, engine: Engine, here: Cast, browser: Browser):
    excuse_what_was_missed(engine, here)

    answer = browser(here.sam).get(f"/compare/promises.csv?{PERIOD}")
    found = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    assert answer.mimetype == "text/csv"
    assert [(row["owed_by"], row["state"], row["missed"], row["excused"]) for row in found] == [
        ("sales", "met", "no", "no"),
        ("marketing", "met_late", "yes", "no"),
        ("sales", "breached", "yes", "yes"),
        ("sales", "running", "no", "no"),
    ]
    assert [row["cause"] for row in found] == ["", "", "system", ""]


def test_a_stranger_gets_an_empty_file(spring: None, elsewhere: User, browser: Browser):
    answer = browser(elsewhere).get(f"/compare/promises.csv?{PERIOD}")

    assert len(answer.text.splitlines()) == 1


def test_a_file_of_no_period_is_not_found(here: Cast, browser: Browser):
    assert browser(here.sam).get("/compare/promises.csv?from_on=soon").status_code == 404
