"""Each act on a lead is a noun below its address: it works, or changes nothing and says why."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.absences import days_off
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.leads.history import queries
from alignment.leads.models import Lead, LeadEvent, Stage
from tests.factories import MONDAY_NINE, Cast, make_user
from tests.web.conftest import Browser, Clock
from tests.web.lead_scenarios import HTMX, handed_off, new_lead, promised, saved

MINUTE = timedelta(minutes=1)

ACTS = {
    "handoff": {},
    "acceptance": {},
    "return": {"reason": "no_fit"},
    "touches": {"how": "called"},
    "answer": {"answer": "withdrawn"},
    "decision": {"outcome": "qualified"},
    "owner": {"owner_id": "2"},
    "pause": {"reason": "away"},
    "resumption": {},
    "reopening": {"reason": "came_back", "owner_id": "2"},
    "same/1": {},
    "parting": {},
    "history/1/undoing": {},
}
"""Every act, with a form that would do."""


@pytest.fixture
def ada(engine: Engine, here: Cast) -> Lead:
    """Handed off by Mona to Sam on Monday at nine, under the light agreement."""
    promised(engine, here)
    return handed_off(engine, here)


@pytest.fixture
def sam(here: Cast, browser: Browser) -> FlaskClient:
    return browser(here.sam)


@pytest.fixture
def mona(here: Cast, browser: Browser) -> FlaskClient:
    return browser(here.mona)


def now_is(engine: Engine, lead: Lead) -> Lead:
    with db.read_only_session(engine) as session:
        return session.get_one(Lead, lead.id)


def story(engine: Engine, lead: Lead) -> list[LeadEvent]:
    with db.read_only_session(engine) as session:
        return list(queries.full_history_of(session, lead))


@pytest.mark.parametrize(("act", "form"), ACTS.items(), ids=list(ACTS))
def test_a_stranger_finds_no_lead(
    engine: Engine, ada: Lead, elsewhere: User, browser: Browser, act: str, form: dict[str, str]
):
    answer = browser(elsewhere).post(f"/leads/{ada.id}/{act}", data=form)

    assert answer.status_code == 404
    assert len(story(engine, ada)) == 1


@pytest.mark.parametrize(("act", "form"), ACTS.items(), ids=list(ACTS))
def test_a_viewer_may_not(
    engine: Engine, here: Cast, ada: Lead, browser: Browser, act: str, form: dict[str, str]
):
    vic = saved(
        engine,
        lambda session: make_user(
            session, here.workspace, "Vic", role=Role.VIEWER, team=here.sales
        ),
    )

    answer = browser(vic).post(f"/leads/{ada.id}/{act}", data=form)

    assert answer.status_code == 403
    assert len(story(engine, ada)) == 1


@pytest.mark.parametrize("act", ["acceptance", "return", "decision", "owner"])
def test_what_sales_does_marketing_may_not(engine: Engine, ada: Lead, mona: FlaskClient, act: str):
    assert mona.post(f"/leads/{ada.id}/{act}", data=ACTS[act]).status_code == 403
    assert len(story(engine, ada)) == 1


@pytest.mark.parametrize("act", ["handoff", "answer"])
def test_what_marketing_does_sales_may_not(engine: Engine, ada: Lead, sam: FlaskClient, act: str):
    assert sam.post(f"/leads/{ada.id}/{act}", data=ACTS[act]).status_code == 403
    assert len(story(engine, ada)) == 1


@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("return", {}),
        ("return", {"reason": "ugly"}),
        ("return", {"reason": "no_fit", "note": "x" * 2001}),
        ("return", {"reason": "no_fit", "owner_id": "1"}),
        ("touches", {"how": "thought"}),
        ("touches", {"how": "called", "at": "yesterday"}),
        ("decision", {"outcome": ""}),
        ("owner", {"owner_id": "x"}),
        ("pause", {"reason": "x" * 65}),
        ("reopening", {"reason": "boredom", "owner_id": "2"}),
    ],
)
def test_a_bad_form_is_asked_again_and_changes_nothing(
    engine: Engine, ada: Lead, sam: FlaskClient, act: str, form: dict[str, str]
):
    whole = sam.post(f"/leads/{ada.id}/{act}", data=form)
    part = sam.post(f"/leads/{ada.id}/{act}", data=form, headers=HTMX)

    assert (whole.status_code, part.status_code) == (422, 422)
    assert "<html" in whole.text
    assert part.text.lstrip().startswith('<div id="lead">')
    assert len(story(engine, ada)) == 1


def test_without_htmx_an_act_goes_back_to_the_page_it_was_pressed_on(
    engine: Engine, ada: Lead, sam: FlaskClient
):
    page = f"http://localhost/leads/{ada.id}"

    answer = sam.post(f"/leads/{ada.id}/acceptance", headers={"Referer": page})

    assert answer.status_code == 303
    assert answer.location.split("#")[0] == f"/leads/{ada.id}"
    assert now_is(engine, ada).stage is Stage.ACCEPTED


def test_accepting_on_the_page_shows_the_clock_stopped(ada: Lead, sam: FlaskClient):
    answer = sam.post(f"/leads/{ada.id}/acceptance", headers=HTMX)

    clock = answer.text.split('aria-label="Accept or return">')[1]
    assert clock.index("kept</span>") < clock.index("Why is it due then?")
    assert "Stopped Monday 1 March 2027 at 09:00: accepted by Sam." in answer.text
    assert "You accepted it" in answer.text


def test_a_return_tells_marketing_by_a_clock_of_its_own(
    engine: Engine, ada: Lead, sam: FlaskClient
):
    answer = sam.post(
        f"/leads/{ada.id}/return", data={"reason": "no_budget", "note": "Next year"}, headers=HTMX
    )

    assert answer.headers["HX-Trigger"] == "lead-returned"
    assert "Answer a returned lead" in answer.text
    assert story(engine, ada)[-1].reason == "no_budget"


def test_a_touch_told_late_counts_from_when_it_was(
    engine: Engine, ada: Lead, sam: FlaskClient, clock: Clock
):
    clock.now = MONDAY_NINE + 180 * MINUTE

    sam.post(f"/leads/{ada.id}/touches", data={"how": "met", "at": "2027-03-01T10:30"})

    assert story(engine, ada)[-1].at == MONDAY_NINE + 90 * MINUTE


def test_a_touch_at_a_time_that_the_clocks_skipped_is_refused(
    here: Cast, ada: Lead, browser: Browser, clock: Clock
):
    clock.now = MONDAY_NINE + timedelta(days=27)
    form = {"how": "called", "at": "2027-03-28T02:30"}

    answer = browser(here.sam).post(f"/leads/{ada.id}/touches", data=form, headers=HTMX)

    assert answer.status_code == 422
    assert "That time does not exist" in answer.text


def test_the_same_touch_some_seconds_later_is_a_second_press(
    engine: Engine, ada: Lead, sam: FlaskClient, clock: Clock
):
    for seconds in (0, 4, 5):
        clock.now = MONDAY_NINE + timedelta(seconds=seconds)
        sam.post(f"/leads/{ada.id}/touches", data={"how": "called"})

    assert [line.kind for line in story(engine, ada)] == ["handed_off", "called", "called"]


def test_another_touch_at_once_is_another_touch(engine: Engine, ada: Lead, sam: FlaskClient):
    sam.post(f"/leads/{ada.id}/touches", data={"how": "called"})
    sam.post(f"/leads/{ada.id}/touches", data={"how": "wrote"})

    assert len(story(engine, ada)) == 3


def test_marketing_answers_what_came_back(
    engine: Engine, ada: Lead, sam: FlaskClient, mona: FlaskClient
):
    sam.post(f"/leads/{ada.id}/return", data={"reason": "spam"})

    answer = mona.post(f"/leads/{ada.id}/answer", data={"answer": "withdrawn"}, headers=HTMX)

    assert "You withdrew it" in answer.text
    assert now_is(engine, ada).stage is Stage.WITHDRAWN


def test_marketing_hands_off_a_new_lead(engine: Engine, here: Cast, mona: FlaskClient):
    bo = new_lead(engine, here, "Bo Yu")

    answer = mona.post(f"/leads/{bo.id}/handoff", headers=HTMX)

    assert "You handed it off to Sam" in answer.text
    assert now_is(engine, bo).stage is Stage.HANDED_OFF


def test_sales_decides_about_an_accepted_lead(engine: Engine, ada: Lead, sam: FlaskClient):
    sam.post(f"/leads/{ada.id}/acceptance")

    sam.post(f"/leads/{ada.id}/decision", data={"outcome": "won", "note": "Three years"})

    assert now_is(engine, ada).stage is Stage.WON
    assert story(engine, ada)[-1].note == "Three years"


def test_a_colleague_of_sales_can_be_made_the_owner(
    engine: Engine, here: Cast, ada: Lead, sam: FlaskClient, clock: Clock
):
    clock.now += MINUTE
    tim = saved(engine, lambda session: make_user(session, here.workspace, "Tim", team=here.sales))

    answer = sam.post(f"/leads/{ada.id}/owner", data={"owner_id": tim.id}, headers=HTMX)

    assert "You gave it to Tim" in answer.text
    assert now_is(engine, ada).owner_id == tim.id


def test_nobody_outside_sales_becomes_the_owner(
    engine: Engine, here: Cast, elsewhere: User, ada: Lead, sam: FlaskClient
):
    for person in (here.mona, elsewhere):
        form = {"owner_id": person.id}
        answer = sam.post(f"/leads/{ada.id}/owner", data=form, headers=HTMX)
        assert answer.status_code == 422
        assert "Choose somebody of sales" in answer.text

    assert now_is(engine, ada).owner_id == here.sam.id


def test_what_was_taken_back_stands_struck_through(engine: Engine, ada: Lead, sam: FlaskClient):
    sam.post(f"/leads/{ada.id}/acceptance")
    line = story(engine, ada)[-1]

    answer = sam.post(f"/leads/{ada.id}/history/{line.id}/undoing", headers=HTMX)

    assert "<s>You accepted it</s>" in answer.text
    assert now_is(engine, ada).stage is Stage.HANDED_OFF


def test_nobody_takes_back_what_another_did(
    engine: Engine, ada: Lead, sam: FlaskClient, mona: FlaskClient
):
    sam.post(f"/leads/{ada.id}/acceptance")
    line = story(engine, ada)[-1]

    answer = mona.post(f"/leads/{ada.id}/history/{line.id}/undoing", headers=HTMX)

    assert answer.status_code == 422
    assert now_is(engine, ada).stage is Stage.ACCEPTED


def test_a_line_of_another_lead_is_not_taken_back(
    engine: Engine, here: Cast, ada: Lead, mona: FlaskClient
):
    bo = new_lead(engine, here, "Bo Yu")
    line = story(engine, ada)[0]

    assert mona.post(f"/leads/{bo.id}/history/{line.id}/undoing").status_code == 404
    assert now_is(engine, ada).stage is Stage.HANDED_OFF


def test_an_act_by_get_does_nothing(engine: Engine, ada: Lead, sam: FlaskClient):
    assert sam.get(f"/leads/{ada.id}/acceptance").status_code == 405
    assert now_is(engine, ada).stage is Stage.HANDED_OFF


def test_inside_htmx_who_is_signed_out_is_sent_to_sign_in(app, ada: Lead):
    answer = app.test_client().post(f"/leads/{ada.id}/acceptance", headers=HTMX)

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in"


def test_a_press_from_another_site_changes_nothing(
    app, engine: Engine, ada: Lead, sam: FlaskClient
):
    app.config["WTF_CSRF_ENABLED"] = True

    answer = sam.post(f"/leads/{ada.id}/acceptance", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code in (400, 403)
    assert now_is(engine, ada).stage is Stage.HANDED_OFF


def test_a_pause_stands_on_the_page_until_it_is_resumed(ada: Lead, sam: FlaskClient):
    reason = {"reason": "customer is away", "note": "Back on Thursday"}

    paused = sam.post(f"/leads/{ada.id}/pause", data=reason, headers=HTMX)
    resumed = sam.post(f"/leads/{ada.id}/resumption", headers=HTMX)

    assert "Sam paused it" in paused.text
    assert "First human touch: without limit" in paused.text
    assert " h left" in paused.text
    assert 'class="due"' not in paused.text
    assert "Sam paused it" not in resumed.text
    assert "You resumed it" in resumed.text


def test_what_waits_for_nothing_is_not_paused(engine: Engine, ada: Lead, sam: FlaskClient):
    answer = sam.post(f"/leads/{ada.id}/pause", data={"reason": ""}, headers=HTMX)

    assert answer.status_code == 422
    assert "Use at least" in answer.text or "Fill this in." in answer.text
    assert len(story(engine, ada)) == 1


def test_a_closed_lead_is_opened_again_for_its_owner(
    engine: Engine, here: Cast, ada: Lead, sam: FlaskClient
):
    sam.post(f"/leads/{ada.id}/acceptance")
    sam.post(f"/leads/{ada.id}/decision", data={"outcome": "lost"})
    wish = {"reason": "came_back", "owner_id": str(here.sam.id)}

    answer = sam.post(f"/leads/{ada.id}/reopening", data=wish, headers=HTMX)

    assert "You opened it again" in answer.text
    assert "They came back" in answer.text
    assert now_is(engine, ada).stage is Stage.ACCEPTED


def test_who_is_away_is_marked_where_leads_are_given(
    engine: Engine, here: Cast, ada: Lead, sam: FlaskClient
):
    def day_off(session: Session) -> None:
        tim = make_user(session, here.workspace, "Tim", team=here.sales)
        wish = days_off.DaysOff(first_on=MONDAY_NINE.date())
        days_off.add_days_off(session, tim, wish, by=tim, now=MONDAY_NINE)

    saved(engine, day_off)

    assert "Tim (away today)</option>" in sam.get(f"/leads/{ada.id}").text


def test_a_merged_lead_leads_on_to_the_other_and_is_not_acted_on(
    engine: Engine, here: Cast, ada: Lead, sam: FlaskClient
):
    bo = handed_off(engine, here, "Bo Yu")
    sam.post(f"/leads/{ada.id}/same/{bo.id}")

    shown = sam.get(f"/leads/{bo.id}", follow_redirects=True)
    act = sam.post(f"/leads/{bo.id}/acceptance", headers=HTMX)

    assert "Bo Yu is the same as Ada Byron and lives on here." in shown.text
    assert (act.status_code, now_is(engine, ada).stage) == (422, Stage.HANDED_OFF)


def test_two_records_are_found_compared_merged_and_parted(
    engine: Engine, here: Cast, ada: Lead, sam: FlaskClient
):
    bo = handed_off(engine, here, "Ada Byron", phone="555")

    found = sam.get(f"/leads/{ada.id}/same").text
    searched = sam.get(f"/leads/{ada.id}/same?words=nobody").text
    preview = sam.get(f"/leads/{ada.id}/same/{bo.id}").text
    sam.post(f"/leads/{ada.id}/same/{bo.id}")
    merged = now_is(engine, ada).phone
    sam.post(f"/leads/{bo.id}/parting")

    assert f"/leads/{ada.id}/same/{bo.id}" in found
    assert "No other lead matches this." in searched
    assert "<td>–</td><td>555</td><td>555</td>" in preview
    assert (merged, now_is(engine, ada).phone) == ("555", "")
    assert now_is(engine, bo).stage is Stage.HANDED_OFF


def test_several_leads_are_given_to_one_person(
    engine: Engine, here: Cast, ada: Lead, sam: FlaskClient, clock: Clock
):
    clock.now += MINUTE
    tim = saved(engine, lambda x: make_user(x, here.workspace, "Tim", team=here.sales))
    new = new_lead(engine, here, "Bo Yu")
    ticked = {"lead": [ada.id, new.id], "owner_id": tim.id}

    answer = sam.post("/leads/owners", data=ticked, follow_redirects=True)

    assert "Tim has 1 more. 1 stayed as they were." in answer.text
    assert (now_is(engine, ada).owner_id, now_is(engine, new).owner_id) == (tim.id, None)


@pytest.mark.parametrize("form", [{}, {"lead": "1"}, {"lead": "1", "owner_id": "x"}])
def test_giving_nothing_or_to_nobody_gives_nothing(
    engine: Engine, here: Cast, ada: Lead, sam: FlaskClient, form: dict[str, str]
):
    answer = sam.post("/leads/owners", data=form, headers=HTMX)

    assert answer.status_code == 422
    assert now_is(engine, ada).owner_id == here.sam.id


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_touch_in_no_year_of_ours_is_refused(ada: Lead, sam: FlaskClient, at: str):
    answer = sam.post(f"/leads/{ada.id}/touches", data={"how": "called", "at": at}, headers=HTMX)

    assert answer.status_code == 422
    assert "Choose a year from 2000 to 2100." in answer.text


def test_what_no_database_takes_is_searched_for_without_it(
    engine: Engine, here: Cast, ada: Lead, sam: FlaskClient
):
    bo = new_lead(engine, here, "Bo Yu")

    found = sam.get(f"/leads/{ada.id}/same", query_string={"words": "Bo\x00Yu"}).text

    assert f"/leads/{ada.id}/same/{bo.id}" in found
