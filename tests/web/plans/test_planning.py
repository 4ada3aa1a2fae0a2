from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.notifications.models import Delivery
from alignment.plans import planning, tasks
from alignment.plans.models import Plan, Task
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask
from tests.factories import MONDAY_NINE, Cast, make_user

Browser = Callable[[User], FlaskClient]

HTMX = {"HX-Request": "true"}
TUESDAY, THURSDAY = date(2027, 3, 2), date(2027, 3, 4)


@pytest.fixture
def plan(engine: Engine, here: Cast) -> Plan:
    """ "Spring launch" of Mona, with one task of Sam and one of her own."""
    with db.transaction(engine) as session:
        new = NewPlan(name="Spring launch", goal="60 demo requests", owner_id=here.mona.id)
        plan = planning.start_plan(session, new, by=here.mona, now=MONDAY_NINE)
        for owner, title, due_on in (
            (here.sam, "Send one-pager", THURSDAY),
            (here.mona, "Write the page", TUESDAY),
        ):
            task = NewTask(title=title, owner_id=owner.id, due_on=due_on)
            tasks.add_task(session, plan, task, by=here.mona, now=MONDAY_NINE)
        return plan


@pytest.fixture
def viewer(engine: Engine, here: Cast) -> User:
    with db.transaction(engine) as session:
        return make_user(session, here.workspace, "Vera", role=Role.VIEWER)


def mailed(engine: Engine) -> list[str]:
    """Each letter of a mailed plan; news about single tasks are others."""
    with Session(engine) as session:
        kinds = select(Delivery.kind).where(Delivery.kind == "plan_mailed")
        return list(session.exec(kinds))


def kept(engine: Engine, kind: type[Plan] | type[Task]) -> int:
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(kind)).one()


def stored(engine: Engine, plan: Plan) -> Plan:
    with Session(engine) as session:
        return session.get_one(Plan, plan.id)


def form_of(here: Cast, **typed: str) -> dict[str, str]:
    return {"name": "Autumn", "goal": "", "owner_id": str(here.sam.id), "due_on": ""} | typed


def task_of(here: Cast, **typed: str) -> dict[str, str]:
    given = {"title": "Call Ada", "owner_id": str(here.sam.id), "due_on": "2027-03-05"}
    return given | {"team_id": "", "note": "", "by": "date"} | typed


def test_the_list_shows_progress_and_what_is_due_next(browser: Browser, here: Cast, plan: Plan):
    page = browser(here.sam).get("/plans").text

    assert "Spring launch" in page
    assert "0 of 2" in page
    assert "Tue 2 Mar 2027" in page


def test_an_empty_list_offers_the_first_step(browser: Browser, here: Cast, viewer: User):
    assert "Start the first plan" in browser(here.sam).get("/plans").text
    assert "Start the first plan" not in browser(viewer).get("/plans").text


def test_a_plan_is_started_and_shown(browser: Browser, here: Cast, engine: Engine):
    sam = browser(here.sam)

    answer = sam.post("/plans", data=form_of(here, goal="10 talks"), follow_redirects=True)

    assert answer.status_code == 200
    assert len(answer.history) == 1
    assert answer.history[0].status_code == 303
    assert "10 talks" in answer.text
    assert "Add the first one below." in answer.text


def test_a_plan_without_a_name_keeps_what_was_typed(browser: Browser, here: Cast, engine: Engine):
    answer = browser(here.sam).post("/plans", data=form_of(here, name=" ", goal="10 talks"))

    assert answer.status_code == 422
    assert "Fill this in." in answer.text
    assert "10 talks" in answer.text
    assert kept(engine, Plan) == 0


def test_the_page_has_the_goal_and_by_owner_the_readers_tasks_first(
    browser: Browser, here: Cast, plan: Plan
):
    page = browser(here.sam).get(f"/plans/{plan.id}").text

    assert page.index("60 demo requests") < page.index("Send one-pager")
    assert page.index("<h2>You</h2>") < page.index("Send one-pager") < page.index("<h2>Mona</h2>")
    assert page.index("<h2>Mona</h2>") < page.index("Write the page")


def test_by_date_what_is_overdue_stands_first(browser: Browser, here: Cast, plan: Plan, clock):
    clock.now = clock.now.replace(day=3)

    page = browser(here.sam).get(f"/plans/{plan.id}?by=date").text

    assert page.index("Overdue") < page.index("Write the page") < page.index("Later")
    assert "overdue, was due Tue 2 Mar 2027" in page


def test_what_is_overdue_looks_more_pressing_than_what_is_due_today(
    browser: Browser, here: Cast, plan: Plan, clock
):
    clock.now = clock.now.replace(day=4)

    page = browser(here.sam).get(f"/plans/{plan.id}?by=date").text

    assert [page.count(f"chip-{shape}") for shape in ("missed", "due-now", "warned")] == [1, 1, 0]
    assert page.index("chip-missed") < page.index("chip-due-now")
    assert "chip-missed" in browser(here.sam).get("/plans").text


@pytest.mark.parametrize("by", ["nonsense", "desk"])
def test_an_unknown_order_is_the_usual_one(browser: Browser, here: Cast, plan: Plan, by: str):
    assert browser(here.sam).get(f"/plans/{plan.id}?by={by}").status_code == 200


def test_a_plan_is_changed(browser: Browser, here: Cast, plan: Plan, engine: Engine):
    sam = browser(here.sam)
    assert "60 demo requests" in sam.get(f"/plans/{plan.id}/edit").text

    answer = sam.post(f"/plans/{plan.id}", data=form_of(here, due_on="2027-04-30"))

    assert (answer.status_code, answer.location) == (303, f"/plans/{plan.id}")
    assert (stored(engine, plan).name, stored(engine, plan).due_on) == (
        "Autumn",
        date(2027, 4, 30),
    )


def test_a_bad_date_changes_nothing(browser: Browser, here: Cast, plan: Plan, engine: Engine):
    answer = browser(here.sam).post(f"/plans/{plan.id}", data=form_of(here, due_on="soon"))

    assert answer.status_code == 422
    assert "Enter a date, like 2027-03-30." in answer.text
    assert stored(engine, plan).name == "Spring launch"


def test_a_plan_is_closed_and_reopened(browser: Browser, here: Cast, plan: Plan, engine: Engine):
    sam = browser(here.sam)

    closed = sam.post(f"/plans/{plan.id}/closure", follow_redirects=True)
    assert "Reopen" in closed.text
    assert "Add a task" not in closed.text
    assert stored(engine, plan).is_closed

    assert sam.post(f"/plans/{plan.id}/reopening").status_code == 303
    assert not stored(engine, plan).is_closed


def test_a_task_is_added_inline_and_the_list_answers(
    browser: Browser, here: Cast, plan: Plan, engine: Engine
):
    answer = browser(here.mona).post(f"/plans/{plan.id}/tasks", data=task_of(here), headers=HTMX)

    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "task-added"
    assert answer.text.count("<section") == 1
    assert "Call Ada" in answer.text
    assert kept(engine, Task) == 3


def test_without_htmx_adding_a_task_goes_back_to_the_plan(
    browser: Browser, here: Cast, plan: Plan, engine: Engine
):
    answer = browser(here.mona).post(f"/plans/{plan.id}/tasks", data=task_of(here))

    assert (answer.status_code, answer.location) == (303, f"/plans/{plan.id}?by=date")
    assert kept(engine, Task) == 3


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Fill this in."),
        ({"owner_id": ""}, "Choose a person."),
        ({"due_on": ""}, "Enter a date, like 2027-03-30."),
        ({"due_on": "2027-02-26"}, "That date is over. Choose today or a later one."),
    ],
)
def test_a_bad_task_is_refused_beside_what_was_typed(
    browser: Browser, here: Cast, plan: Plan, engine: Engine, typed: dict[str, str], sentence: str
):
    mona, data = browser(here.mona), task_of(here, note="Bring the deck", **typed)

    inline = mona.post(f"/plans/{plan.id}/tasks", data=data, headers=HTMX)
    page = mona.post(f"/plans/{plan.id}/tasks", data=data)

    assert (inline.status_code, page.status_code) == (422, 422)
    assert inline.headers["HX-Retarget"] == f"#plan-{plan.id}-new-task"
    assert "<html" not in inline.text
    assert "<html" in page.text
    for answer in (inline, page):
        assert sentence in answer.text
        assert "Bring the deck" in answer.text
    assert kept(engine, Task) == 2


def test_a_person_of_another_workspace_cannot_be_given_a_task(
    browser: Browser, here: Cast, elsewhere: User, plan: Plan, engine: Engine
):
    data = task_of(here, owner_id=str(elsewhere.id))

    assert browser(here.mona).post(f"/plans/{plan.id}/tasks", data=data).status_code == 404
    assert kept(engine, Task) == 2


def test_the_preview_says_who_gets_the_plan_before_anything_is_sent(
    browser: Browser, here: Cast, plan: Plan, engine: Engine
):
    page = browser(here.mona).get(f"/plans/{plan.id}/mailing").text

    assert "sam@acme.test" in page
    assert "Send one-pager, due Thu 4 Mar 2027" in page
    assert "Send 2 letters" in page
    assert mailed(engine) == []


def test_a_double_click_mails_the_plan_once(
    browser: Browser, here: Cast, plan: Plan, engine: Engine
):
    mona = browser(here.mona)

    first = mona.post(f"/plans/{plan.id}/mailing", data={"number": "1"}, follow_redirects=True)
    again = mona.post(f"/plans/{plan.id}/mailing", data={"number": "1"}, follow_redirects=True)

    assert "2 letters are on the way." in first.text
    assert "That mailing went out already." in again.text
    assert mailed(engine) == ["plan_mailed", "plan_mailed"]


def test_a_plan_without_tasks_has_nothing_to_mail(browser: Browser, here: Cast, engine: Engine):
    mona = browser(here.mona)
    page = mona.post("/plans", data=form_of(here), follow_redirects=True)
    empty = page.request.path

    answer = mona.get(f"{empty}/mailing", follow_redirects=True)

    assert "There is nothing to mail yet. Add a task first." in answer.text


PAGES = ("", "/edit", "/mailing")
ACTS = ("", "/closure", "/reopening", "/tasks", "/mailing")


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_no_page_of_the_plan(
    browser: Browser, elsewhere: User, plan: Plan, page: str
):
    assert browser(elsewhere).get(f"/plans/{plan.id}{page}").status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_can_do_nothing_to_the_plan(
    browser: Browser, here: Cast, elsewhere: User, plan: Plan, engine: Engine, act: str
):
    data = form_of(here) | task_of(here) | {"number": "1"}

    assert browser(elsewhere).post(f"/plans/{plan.id}{act}", data=data).status_code == 404
    assert stored(engine, plan) == plan
    assert (kept(engine, Task), mailed(engine)) == (2, [])


def test_a_viewer_reads_and_is_offered_no_act(browser: Browser, viewer: User, plan: Plan):
    page = browser(viewer).get(f"/plans/{plan.id}")

    assert page.status_code == 200
    for word in ("Mail this plan", "Add a task", "Hand over", ">Done<"):
        assert word not in page.text


@pytest.mark.parametrize("page", ["/plans/new", "/plans/{}/edit", "/plans/{}/mailing"])
def test_a_viewer_opens_no_form(browser: Browser, viewer: User, plan: Plan, page: str):
    assert browser(viewer).get(page.format(plan.id)).status_code == 403


@pytest.mark.parametrize("act", ["/plans", *(f"/plans/{{}}{act}" for act in ACTS)])
def test_a_viewer_changes_nothing(
    browser: Browser, here: Cast, viewer: User, plan: Plan, engine: Engine, act: str
):
    data = form_of(here) | task_of(here) | {"number": "1"}

    assert browser(viewer).post(act.format(plan.id), data=data).status_code == 403
    assert stored(engine, plan) == plan
    assert (kept(engine, Plan), kept(engine, Task), mailed(engine)) == (1, 2, [])
