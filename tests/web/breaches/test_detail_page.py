"""One missed promise: its page, and what each team can do about it, with and without htmx."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.event_kinds import EventKind
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.models import Lead
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Breach, Cause, Timer
from alignment.sla.timers.sweep import sweep_due_timers
from tests.factories import Cast, make_user
from tests.web.conftest import Browser, Clock
from tests.web.lead_scenarios import HTMX, berlin, handed_off, promised, saved

TWO = berlin("2027-03-01 14:00")
REASON = {"reason": "The phones were down"}


@pytest.fixture
def breach(engine: Engine, here: Cast, clock: Clock) -> Breach:
    """Globex was to be accepted by one; it is two, and nobody did."""
    promised(engine, here)
    handed_off(engine, here, company="Globex")
    clock.now = TWO
    sweep_due_timers(engine, now=TWO)
    return now_of(engine)


def now_of(engine: Engine) -> Breach:
    with db.read_only_session(engine) as session:
        return session.exec(select(Breach)).one()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def at(breach: Breach, act: str = "") -> str:
    return f"/breaches/{breach.id}/{act}".rstrip("/")


def test_its_page_says_what_was_promised_and_when(breach: Breach, here: Cast, browser: Browser):
    page = words(browser(here.mona).get(at(breach)).text)

    assert "It was due Mon 1 Mar 2027, 13:00 CET." in page
    assert "Sam when it was due" in page


@pytest.mark.parametrize(
    ("name", "offered", "missing"),
    [
        ("sam", ["Ask to excuse…", "Say why…"], ["Excuse…"]),
        ("mona", ["Excuse…", "Say why…"], ["Ask to excuse…"]),
        ("olga", [], ["Excuse…", "Ask to excuse…", "Say why…"]),
    ],
)
def test_each_team_is_offered_what_it_may_do(
    breach: Breach, here: Cast, browser: Browser, name: str, offered: list[str], missing: list[str]
):
    buttons = re.findall(
        r"<summary[^>]*>([^<]+)<", browser(getattr(here, name)).get(at(breach)).text
    )

    assert set(offered) <= set(buttons)
    assert not set(missing) & set(buttons)


@pytest.mark.parametrize("page", ["/board", "/leads/1"])
def test_the_acts_stand_on_the_board_and_on_the_lead_too(
    breach: Breach, here: Cast, browser: Browser, page: str
):
    shown = browser(here.mona).get(page).text

    assert f'<div class="missed" id="breach-{breach.id}">' in shown
    assert "Excuse…" in shown
    assert "Say why…" in shown


def test_marketing_excuses_at_once_and_the_part_answers_in_place(
    breach: Breach, engine: Engine, here: Cast, browser: Browser
):
    answer = browser(here.mona).post(at(breach, "excuse"), data=REASON, headers=HTMX)

    assert answer.text.lstrip().startswith(f'<div class="missed" id="breach-{breach.id}">')
    assert "Excused by Mona: The phones were down" in words(answer.text)
    assert answer.headers["HX-Trigger"] == "breach-changed"
    assert now_of(engine).is_excused


def test_without_htmx_the_page_comes_back(breach: Breach, here: Cast, browser: Browser):
    mona = browser(here.mona)

    answer = mona.post(
        at(breach, "excuse"), data=REASON, headers={"Referer": "http://localhost/board"}
    )

    assert (answer.status_code, answer.location) == (303, f"/board#breach-{breach.id}")
    assert "excused" in mona.get("/board").text


def test_sales_asks_and_marketing_refuses_in_words(breach: Breach, here: Cast, browser: Browser):
    sam, mona = browser(here.sam), browser(here.mona)
    sam.post(at(breach, "question"), data=REASON)
    assert "Sam asks marketing to excuse it: The phones were down" in words(mona.get("/board").text)
    assert "1 excuse waits for your team’s answer" in words(mona.get("/board").text)
    assert "waits for your team" not in sam.get("/board").text

    mona.post(at(breach, "answer"), data={"is_granted": "no", "words": "They rang"})

    assert "Mona did not excuse it: They rang" in words(sam.get(at(breach)).text)


def test_sales_asks_and_marketing_grants(
    breach: Breach, engine: Engine, here: Cast, browser: Browser
):
    browser(here.sam).post(at(breach, "question"), data=REASON)

    answer = browser(here.mona).post(at(breach, "answer"), data={"is_granted": "yes"}, headers=HTMX)

    assert "Excused by Mona, asked by Sam: The phones were down" in words(answer.text)
    assert now_of(engine).is_excused


def test_an_excuse_is_taken_back(breach: Breach, engine: Engine, here: Cast, browser: Browser):
    mona = browser(here.mona)
    mona.post(at(breach, "excuse"), data=REASON)
    assert "Take the excuse back" in mona.get(at(breach)).text

    mona.post(at(breach, "taking-back"))

    assert not now_of(engine).is_excused


def test_the_cause_is_said_and_shown(breach: Breach, engine: Engine, here: Cast, browser: Browser):
    answer = browser(here.sam).post(at(breach, "cause"), data={"cause": "definition"}, headers=HTMX)

    assert "Why: Definition, says Sam" in words(answer.text)
    assert now_of(engine).cause is Cause.DEFINITION


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("excuse", {"reason": " "}),
        ("excuse", {"reason": "x" * 501}),
        ("cause", {"cause": "weather"}),
        ("cause", {}),
        ("answer", {"is_granted": "maybe"}),
    ],
)
@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_bad_form_asks_again_and_changes_nothing(
    breach: Breach,
    engine: Engine,
    here: Cast,
    browser: Browser,
    act: str,
    data: dict[str, str],
    headers: dict[str, str],
):
    answer = browser(here.mona).post(at(breach, act), data=data, headers=headers)

    assert answer.status_code == 422
    assert ("<html" in answer.text) is not bool(headers)
    assert (now_of(engine).is_excused, now_of(engine).cause) == (False, None)


def test_what_was_typed_is_not_lost(breach: Breach, here: Cast, browser: Browser):
    answer = browser(here.mona).post(at(breach, "excuse"), data={"reason": "y" * 501}, headers=HTMX)

    assert "Use at most 500 characters." in answer.text
    assert "y" * 501 in answer.text
    assert '<details class="asking" open>' in answer.text


def test_who_owes_it_cannot_excuse_it(breach: Breach, engine: Engine, here: Cast, browser: Browser):
    answer = browser(here.sam).post(at(breach, "excuse"), data=REASON, headers=HTMX)

    assert answer.status_code == 422
    assert "Only marketing can excuse what sales owes." in answer.text
    assert not now_of(engine).is_excused


def test_an_answer_without_a_question_is_refused(breach: Breach, here: Cast, browser: Browser):
    answer = browser(here.mona).post(at(breach, "answer"), data={"is_granted": "yes"}, headers=HTMX)

    assert (answer.status_code, "Nobody asked" in answer.text) == (422, True)


def test_a_viewer_reads_and_does_nothing(
    breach: Breach, engine: Engine, here: Cast, browser: Browser
):
    vera = saved(
        engine,
        lambda session: make_user(
            session, here.workspace, "Vera", role=Role.VIEWER, team=here.marketing
        ),
    )

    assert '<summary class="btn">' not in browser(vera).get(at(breach)).text
    assert browser(vera).post(at(breach, "excuse"), data=REASON).status_code == 403


def test_a_stranger_finds_nothing(breach: Breach, elsewhere: User, browser: Browser):
    stella = browser(elsewhere)

    assert stella.get(at(breach)).status_code == 404
    assert stella.post(at(breach, "excuse"), data=REASON).status_code == 404


def test_a_late_fact_is_shown_with_what_it_withdrew(
    breach: Breach, engine: Engine, here: Cast, browser: Browser, clock: Clock
):
    clock.now = TWO + timedelta(hours=1)
    saved(engine, lambda session: told_late(session, here, breach))

    page = words(browser(here.sam).get(at(breach)).text)
    lead = words(browser(here.sam).get(f"/leads/{breach.lead_id}").text)

    assert "Withdrawn Mon 1 Mar 2027, 15:00 CET: a late fact proved it was kept." in page
    assert "Mon 1 Mar 2027, 10:00 CET told Mon 1 Mar 2027, 15:00 CET" in page
    assert "Ask to excuse…" not in page
    assert (
        "Withdrawn Mon 1 Mar 2027, 15:00 CET: a late fact proved it was kept. See the fact" in lead
    )
    assert at(breach) not in browser(here.sam).get("/board").text


def told_late(session: Session, here: Cast, breach: Breach) -> None:
    lead = session.get_one(Lead, breach.lead_id)
    in_time = NewLeadEvent(
        kind=EventKind.ACCEPTED, at=berlin("2027-03-01 10:00"), by_id=here.sam.id
    )
    add_history(
        session,
        here.id,
        [HistoryAddition(lead=lead, events=(in_time,))],
        now=TWO + timedelta(hours=1),
    )


def test_a_promise_about_what_was_taken_back_is_withdrawn_in_other_words(
    engine: Engine, here: Cast, browser: Browser, clock: Clock
):
    promised(engine, here)
    lead = handed_off(engine, here, company="Globex")
    saved(engine, lambda session: mark_undone(session, lead))
    breach = now_of(engine)

    page = words(browser(here.sam).get(at(breach)).text)

    assert "what it was promised for was taken back" in page


def mark_undone(session: Session, lead: Lead) -> None:
    timer = session.exec(select(Timer).where(Timer.target_key == "accept_or_return")).one()
    timer.state, timer.next_at = TimerState.CANCELLED, None
    session.add(
        Breach(
            workspace_id=lead.workspace_id,
            timer_id=timer.id,
            lead_id=lead.id,
            owed_by=timer.owed_by,
            target_key=timer.target_key,
            due_at=timer.due_at,
            noticed_at=timer.due_at,
            withdrawn_at=TWO,
        )
    )


def test_a_shadow_promise_is_not_on_the_board(
    breach: Breach, engine: Engine, here: Cast, browser: Browser
):
    def hide(session: Session) -> None:
        session.get_one(Breach, breach.id).is_shadow = True

    saved(engine, hide)

    assert "Globex" not in browser(here.sam).get("/board").text
    assert "nobody has signed this promise" in browser(here.sam).get(at(breach)).text
