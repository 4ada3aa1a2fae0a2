"""My desk: what this person owes, what is due first on top, answered in place."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role, Side
from alignment.leads import handoff
from alignment.leads.bulk.upsert import LeadUpsert, upsert_leads
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason
from alignment.leads.history import queries
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead, Stage
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.versions import queries as promises
from alignment.web.leads.team_queue import MOST_LOOKED_AT
from tests.factories import MONDAY_NINE, Cast, make_team, make_user
from tests.web.conftest import Browser, Clock
from tests.web.lead_scenarios import handed_off, promised, saved

HOUR = timedelta(hours=1)


@pytest.fixture
def sam(here: Cast, engine: Engine, browser: Browser) -> FlaskClient:
    """Sam's browser, where the light agreement is in force."""
    promised(engine, here)
    return browser(here.sam)


@pytest.fixture
def mona(sam: FlaskClient, here: Cast, browser: Browser, clock: Clock) -> FlaskClient:
    """Mona's browser at eleven, when what Sam returned at ten is on her desk."""
    clock.now = MONDAY_NINE + 2 * HOUR
    return browser(here.mona)


def pressed(browser: FlaskClient, lead: Lead, act: str, **form: str):
    """Press a button on the lead's card."""
    headers = {"HX-Request": "true", "HX-Target": f"lead-{lead.id}-card"}
    return browser.post(f"/leads/{lead.id}/{act}", data=form, headers=headers)


def returned(engine: Engine, here: Cast, lead: Lead, *, note: str = "") -> None:
    def give_back(session: Session) -> None:
        found = session.get_one(Lead, lead.id)
        why = ReturnReason.INACCURATE_DATA
        handoff.return_to_marketing(
            session, found, reason=why, by=here.sam, now=MONDAY_NINE + HOUR, note=note
        )

    saved(engine, give_back)


def test_what_is_due_first_stands_on_top(
    engine: Engine, here: Cast, sam: FlaskClient, clock: Clock
):
    clock.now = MONDAY_NINE + 2 * HOUR
    handed_off(engine, here, "Late", company="Initech", now=clock.now)
    handed_off(engine, here, "Early", company="Globex")

    page = sam.get("/").text

    assert page.index("Globex") < page.index("Initech")
    assert "4 running · 0 missed" in page


def test_one_lead_is_one_card_with_its_clocks_drawn(
    engine: Engine, here: Cast, sam: FlaskClient, clock: Clock
):
    lead = handed_off(engine, here, phone="+49 30 5550100")
    clock.now = MONDAY_NINE + timedelta(hours=3, minutes=48)

    page = sam.get("/").text

    assert page.count(f'id="lead-{lead.id}-card"') == 1
    assert page.count('class="clock-bar"') == 2
    assert "due in 12 min" in page
    assert 'title="Mon 1 Mar 2027, 13:00 CET"' in page
    assert 'href="tel:+49 30 5550100"' in page


def test_clocks_of_a_draft_that_is_tried_in_silence_stand_on_no_desk(
    engine: Engine, here: Cast, sam: FlaskClient, clock: Clock
):
    with db.transaction(engine) as session:
        [signed] = promises.agreements_of(session, here.sam)
        tried = lifecycle.amend(
            session, signed, NewVersion(targets=light_agreement()), by=here.mona, now=MONDAY_NINE
        )
        lifecycle.start_shadow(session, tried, by=here.mona, now=MONDAY_NINE)
    handed_off(engine, here)
    clock.now = MONDAY_NINE + HOUR

    page = sam.get("/").text

    assert page.count('class="clock-bar"') == 2


def test_only_the_buttons_that_apply_stand_on_a_card(engine: Engine, here: Cast, sam: FlaskClient):
    handed_off(engine, here, do_not_call=True)

    page = sam.get("/").text

    assert "Accept</span>" in page
    assert "I wrote</span>" in page
    assert "I called</span>" not in page
    assert "Take back</span>" not in page


def test_accepting_stops_the_clock_and_answers_in_place(
    engine: Engine, here: Cast, sam: FlaskClient
):
    lead = handed_off(engine, here)

    answer = pressed(sam, lead, "acceptance")

    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "lead-accepted"
    assert answer.text.lstrip().startswith("<li")
    assert "You accepted it." in answer.text
    assert "kept</span>" in answer.text
    assert "Undo</span>" in answer.text
    assert "1 running · 0 missed" in answer.text


def test_what_was_done_just_now_can_be_taken_back_from_the_card(
    engine: Engine, here: Cast, sam: FlaskClient
):
    lead = handed_off(engine, here)
    pressed(sam, lead, "acceptance")

    answer = pressed(sam, lead, f"history/{last_line(engine, lead)}/undoing")

    assert "Accept</span>" in answer.text
    assert "You accepted it." not in answer.text
    assert stage_of(engine, lead) is Stage.HANDED_OFF


def test_after_ten_minutes_the_undo_is_gone(
    engine: Engine, here: Cast, sam: FlaskClient, clock: Clock
):
    lead = handed_off(engine, here)
    pressed(sam, lead, "return", reason="no_fit")

    clock.now += timedelta(minutes=10)
    assert "You returned it." in sam.get("/").text
    clock.now += timedelta(seconds=1)
    assert f"lead-{lead.id}-card" not in sam.get("/").text


def test_a_double_click_is_one_touch(engine: Engine, here: Cast, sam: FlaskClient, clock: Clock):
    lead = handed_off(engine, here)

    pressed(sam, lead, "touches", how="called")
    clock.now += timedelta(seconds=2)
    second = pressed(sam, lead, "touches", how="called")

    assert second.status_code == 200
    assert sam.get(f"/leads/{lead.id}").text.count("You called") == 1


def test_a_return_without_a_reason_asks_for_one_in_the_card(
    engine: Engine, here: Cast, sam: FlaskClient
):
    lead = handed_off(engine, here)

    answer = pressed(sam, lead, "return", reason="", note="Too small")

    assert answer.status_code == 422
    assert "Choose one from the list." in answer.text
    assert "Too small" in answer.text
    assert stage_of(engine, lead) is Stage.HANDED_OFF


def test_without_htmx_a_press_comes_back_to_the_card(engine: Engine, here: Cast, sam: FlaskClient):
    lead = handed_off(engine, here)

    answer = sam.post(f"/leads/{lead.id}/acceptance", headers={"Referer": "http://localhost/"})

    assert (answer.status_code, answer.location) == (303, f"/#lead-{lead.id}-card")
    assert "You accepted it." in sam.get("/").text


def test_a_refused_press_says_why_and_changes_nothing(
    engine: Engine, here: Cast, sam: FlaskClient, clock: Clock
):
    lead = handed_off(engine, here)
    pressed(sam, lead, "acceptance")
    clock.now += timedelta(minutes=1)

    again = pressed(sam, lead, "acceptance")

    assert again.status_code == 422
    assert "is accepted, not waiting for an answer" in again.text
    assert again.headers["HX-Retarget"] == "#flash"


def test_a_lead_without_a_promise_waits_behind_those_that_are_due(
    engine: Engine, here: Cast, browser: Browser
):
    handed_off(engine, here, "Bo Yu", company="Hooli")

    page = browser(here.sam).get("/").text

    assert "Hooli" in page
    assert "0 running · 0 missed" in page


def test_marketing_sees_what_came_back_and_why(engine: Engine, here: Cast, mona: FlaskClient):
    lead = handed_off(engine, here)
    returned(engine, here, lead, note="The number is that of a bakery")

    page = mona.get("/").text

    assert "Sam returned it: Data is wrong or missing – The number is that of a bakery" in page
    assert "Answer a returned lead" in page
    assert all(words in page for words in ("Fix…", "Take back", "Withdraw"))


def test_taking_back_answers_in_place(engine: Engine, here: Cast, mona: FlaskClient):
    lead = handed_off(engine, here)
    returned(engine, here, lead)

    answer = pressed(mona, lead, "answer", answer="recycled")

    assert "You took it back." in answer.text
    assert stage_of(engine, lead) is Stage.RECYCLED


def test_a_colleagues_returns_are_not_on_my_desk_until_he_left(
    engine: Engine, here: Cast, sam: FlaskClient, browser: Browser
):
    lead = handed_off(engine, here)
    returned(engine, here, lead)
    nina = saved(
        engine,
        lambda session: make_user(session, here.workspace, "Nina", team=here.marketing),
    )

    assert f"lead-{lead.id}-card" not in browser(nina).get("/").text
    saved(engine, lambda session: leave(session, here.mona))
    assert f"lead-{lead.id}-card" in browser(nina).get("/").text


def test_what_waits_in_the_queue_of_the_team_is_counted_on_its_peoples_desks(
    engine: Engine, here: Cast, browser: Browser, sam: FlaskClient
):
    tim = saved(engine, lambda s: make_user(s, here.workspace, "Tim", team=here.sales))
    us = saved(engine, lambda s: make_team(s, here.workspace, side=Side.SALES, name="Sales US"))
    lea = saved(engine, lambda s: make_user(s, here.workspace, "Lea", team=us))
    handed_off(engine, here, "Ada Byron")
    assert "queue" not in browser(tim).get("/").text

    browser(here.olga).post(f"/people/{here.sam.id}/deactivation", data={"leads_to": "queue"})

    desk = browser(tim).get("/").text
    assert '<a href="/leads?owner=none">1 lead waits in your team’s queue</a>' in desk
    for outsider in (lea, here.mona, here.olga):
        assert "queue" not in browser(outsider).get("/").text


def wait_in_queue(engine: Engine, here: Cast, count: int) -> None:
    """So many leads are with sales, and nobody owns them."""
    handoff_of_today = NewLeadEvent(kind=EventKind.HANDED_OFF, at=MONDAY_NINE)
    leads = [
        LeadUpsert(fields=NewLead(external_id=f"X{number}"), events=(handoff_of_today,))
        for number in range(count)
    ]
    saved(engine, lambda s: upsert_leads(s, here.id, leads, now=MONDAY_NINE))


def test_the_only_sales_team_reads_how_many_wait_however_many_they_are(
    engine: Engine, here: Cast, browser: Browser
):
    wait_in_queue(engine, here, MOST_LOOKED_AT + 3)

    assert (
        f"{MOST_LOOKED_AT + 3} leads wait in your team’s queue" in browser(here.sam).get("/").text
    )


def test_one_of_several_sales_teams_reads_that_there_may_be_more_than_were_looked_at(
    engine: Engine, here: Cast, browser: Browser
):
    saved(engine, lambda s: make_team(s, here.workspace, side=Side.SALES, name="Sales US"))
    wait_in_queue(engine, here, MOST_LOOKED_AT + 3)

    desk = browser(here.sam).get("/").text

    assert f"At least {MOST_LOOKED_AT} leads wait in your team’s queue" in desk


def test_leads_of_another_teams_queue_hide_no_older_ones_of_the_own(
    engine: Engine, here: Cast, browser: Browser
):
    us = saved(engine, lambda s: make_team(s, here.workspace, side=Side.SALES, name="Sales US"))
    lea = saved(engine, lambda s: make_user(s, here.workspace, "Lea", team=us))
    promised(engine, here)  # with Sales: what waits is theirs
    wait_in_queue(engine, here, MOST_LOOKED_AT)

    assert "Leads wait in the queues of the sales teams" in browser(lea).get("/").text


def test_marketing_hears_what_became_of_its_handoffs(
    engine: Engine, here: Cast, sam: FlaskClient, browser: Browser
):
    lead = handed_off(engine, here)
    pressed(sam, lead, "acceptance")

    page = browser(here.mona).get("/").text

    assert "What became of your handoffs" in page
    assert "Sam accepted it" in page


def test_an_empty_desk_says_what_to_do_next(here: Cast, browser: Browser):
    assert "Leads handed off to you come here" in browser(here.sam).get("/").text
    assert "Hand off the next ones meanwhile" in browser(here.mona).get("/").text


def test_my_tasks_stand_on_the_desk(here: Cast, browser: Browser):
    assert 'id="my-tasks"' in browser(here.sam).get("/").text


def test_nothing_of_another_workspace_is_on_the_desk(
    engine: Engine, here: Cast, elsewhere: User, browser: Browser
):
    handed_off(engine, here)

    assert "Globex" not in browser(elsewhere).get("/").text


def test_a_viewer_reads_and_has_no_buttons(engine: Engine, here: Cast, browser: Browser):
    viewer = saved(
        engine,
        lambda session: make_user(
            session, here.workspace, "Vic", role=Role.VIEWER, team=here.sales
        ),
    )
    lead = handed_off(engine, here, owner=viewer)
    vic = browser(viewer)

    page = vic.get("/").text

    assert f"lead-{lead.id}-card" in page
    assert "Accept</span>" not in page
    assert pressed(vic, lead, "acceptance").status_code == 403


def test_who_is_not_signed_in_is_asked_to(app):
    assert app.test_client().get("/").status_code == 303


def test_what_people_typed_is_shown_and_never_run(engine: Engine, here: Cast, sam: FlaskClient):
    handed_off(engine, here, "<b>Ada</b>", company='"><script>alert(1)</script>')

    page = sam.get("/").text

    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "<script>alert" not in page


def leave(session: Session, person: User) -> None:
    session.get_one(User, person.id).is_active = False


def stage_of(engine: Engine, lead: Lead) -> Stage:
    with db.read_only_session(engine) as session:
        return session.get_one(Lead, lead.id).stage


def last_line(engine: Engine, lead: Lead) -> int:
    with db.read_only_session(engine) as session:
        return queries.full_history_of(session, lead)[-1].id
