"""Pages on which people choose how they are told, mute, and put reminders off."""

from datetime import date

import pytest

from alignment import db
from alignment.notifications.preferences.mutes import mute
from alignment.notifications.preferences.queries import mutes_of, preferences_of, snoozes_of
from alignment.plans import planning, tasks
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask
from tests.factories import MONDAY_NINE, make_lead

FORM = {
    "way.timer_breached.email": "yes",
    "digest_at": "07:15",
    "quiet_from": "22:00",
    "quiet_until": "06:30",
    "breaks_quiet": "yes",
    "wants_weekly": "no",
}


@pytest.fixture
def sam(browser, here):
    return browser(here.sam)


@pytest.fixture
def task(engine, here):
    """Sam's part in "Spring launch", due on Thursday."""
    with db.transaction(engine) as session:
        new = NewPlan(name="Spring launch", owner_id=here.mona.id)
        plan = planning.start_plan(session, new, by=here.mona, now=MONDAY_NINE)
        part = NewTask(title="Send one-pager", owner_id=here.sam.id, due_on=date(2027, 3, 4))
        return tasks.add_task(session, plan, part, by=here.mona, now=MONDAY_NINE)


@pytest.fixture
def lead(engine, here):
    with db.transaction(engine) as session:
        return make_lead(session, here)


def row_of(engine, here, person_id):
    with db.read_only_session(engine) as session:
        ids = [person_id] if person_id else []
        return preferences_of(session, here.id, ids).get(person_id)


def muted(engine, here):
    with db.read_only_session(engine) as session:
        return [(row.kind, row.thread) for row in mutes_of(session, here.sam)]


def put_off(engine, here):
    with db.read_only_session(engine) as session:
        return [row.thread for row in snoozes_of(session, here.sam, now=MONDAY_NINE)]


def test_what_is_chosen_is_kept_and_shown_again(sam, engine, here):
    answer = sam.post("/account/notifications", data=FORM)

    assert answer.location == "/account/notifications"
    row = row_of(engine, here, here.sam.id)
    assert (f"{row.digest_at:%H:%M}", row.breaks_quiet, row.wants_weekly) == ("07:15", True, False)
    assert row.channels["timer_warned"] == []
    assert "timer_breached" not in row.channels
    page = sam.get("/account/notifications").text
    assert 'value="07:15"' in page
    assert 'value="22:00"' in page


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(sam, engine, here):
    answer = sam.post("/account/notifications", data=FORM | {"quiet_until": ""})

    assert answer.status_code == 422
    assert "Enter both times of the quiet hours, or neither." in answer.text
    assert 'value="07:15"' in answer.text
    assert row_of(engine, here, here.sam.id) is None


def test_a_column_for_chats_stands_there_once_there_is_a_chat(sam):
    assert "by mail" in sam.get("/account/notifications").text
    assert "by chat" not in sam.get("/account/notifications").text


def test_an_owner_chooses_for_everybody(browser, engine, here, sam):
    olga = browser(here.olga)

    answer = olga.post(
        "/settings/notifications",
        data=FORM
        | {"allows_codes": "no", "max_per_person_hour": "12", "max_per_workspace_hour": ""},
    )

    assert answer.location == "/settings/notifications"
    row = row_of(engine, here, None)
    assert (row.allows_codes, row.max_per_person_hour, row.max_per_workspace_hour) == (
        False,
        12,
        None,
    )
    assert "Left empty: 07:15." in sam.get("/account/notifications").text


def test_a_lead_is_muted_and_heard_again(sam, engine, here, lead):
    sam.post("/account/mutes", data={"thread": f"lead-{lead.id}"})

    assert muted(engine, here) == [("", f"lead-{lead.id}")]
    assert "Ada Byron · Globex" in sam.get("/account/notifications").text
    sam.post("/account/mutes/removal", data={"kind": "", "thread": f"lead-{lead.id}"})
    assert muted(engine, here) == []


def test_a_list_stopped_from_a_mail_is_heard_again_from_the_page(sam, engine, here):
    with db.transaction(engine) as session:
        mute(session, here.sam, "list:digest", now=MONDAY_NINE)

    assert "The daily digest" in sam.get("/account/notifications").text
    sam.post("/account/mutes/removal", data={"kind": "list:digest", "thread": ""})

    assert muted(engine, here) == []


def test_a_task_is_put_off_by_one_press_and_its_colleagues_see_it(sam, browser, engine, here, task):
    answer = sam.post("/snoozes", data={"thread": f"task-{task.id}", "length": "a_day"})

    assert answer.location == f"/plans/{task.plan_id}#task-{task.id}"
    assert put_off(engine, here) == [f"task-{task.id}"]
    assert "Sam put this off until" in browser(here.mona).get(f"/plans/{task.plan_id}").text
    assert "You put this off until" in sam.get(f"/plans/{task.plan_id}").text
    assert "Send one-pager" in sam.get("/account/notifications").text


def test_what_was_put_off_is_taken_up_again(sam, engine, here, task):
    sam.post("/snoozes", data={"thread": f"task-{task.id}", "length": "monday"})

    sam.post("/snoozes/removal", data={"thread": f"task-{task.id}"})

    assert put_off(engine, here) == []


def test_the_third_time_the_form_comes_back_and_asks_why(sam, engine, here, task):
    thread = {"thread": f"task-{task.id}"}
    for length in ("a_day", "monday"):
        sam.post("/snoozes", data=thread | {"length": length})

    asked = sam.post("/snoozes", data=thread | {"length": "date", "until_on": "2027-03-10"})

    assert asked.status_code == 422
    assert "Say in a few words why." in asked.text
    assert 'value="2027-03-10"' in asked.text
    why = {"length": "date", "until_on": "2027-03-10", "reason": "No budget yet"}
    assert sam.post("/snoozes", data=thread | why).status_code == 303


@pytest.mark.parametrize("address", ["/account/mutes", "/snoozes", "/snoozes/removal"])
def test_nothing_of_another_workspace_is_found(browser, elsewhere, lead, address):
    answer = browser(elsewhere).post(address, data={"thread": f"lead-{lead.id}"})

    assert answer.status_code == 404


@pytest.mark.parametrize("thread", ["", "lead-", "lead-0", "mail-1", "lead-1'", "lead-99999999999"])
def test_a_thing_without_a_proper_name_is_refused(sam, engine, here, thread):
    sam.post("/account/mutes", data={"thread": thread})

    assert muted(engine, here) == []
