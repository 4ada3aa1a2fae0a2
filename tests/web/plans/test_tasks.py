from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.plans import planning, tasks
from alignment.plans.models import Task
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask
from tests.factories import MONDAY_NINE, Cast, make_user

Browser = Callable[[User], FlaskClient]

HTMX = {"HX-Request": "true"}
THURSDAY = date(2027, 3, 4)


@pytest.fixture
def task(engine: Engine, here: Cast) -> Task:
    """ "Send one-pager" of Sam, due on Thursday."""
    with db.transaction(engine) as session:
        new = NewPlan(name="Spring launch", owner_id=here.mona.id)
        plan = planning.start_plan(session, new, by=here.mona, now=MONDAY_NINE)
        one_pager = NewTask(title="Send one-pager", owner_id=here.sam.id, due_on=THURSDAY)
        return tasks.add_task(session, plan, one_pager, by=here.mona, now=MONDAY_NINE)


@pytest.fixture
def viewer(engine: Engine, here: Cast) -> User:
    with db.transaction(engine) as session:
        return make_user(session, here.workspace, "Vera", role=Role.VIEWER)


def stored(engine: Engine, task: Task) -> Task:
    with Session(engine) as session:
        return session.get_one(Task, task.id)


def test_done_answers_in_place_with_undo(browser: Browser, here: Cast, task: Task, engine: Engine):
    answer = browser(here.sam).post(f"/tasks/{task.id}/completion", headers=HTMX)

    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "task-done"
    assert answer.text.lstrip().startswith(f'<section id="plan-{task.plan_id}-tasks"')
    assert "Undo" in answer.text
    assert stored(engine, task).done_by_id == here.sam.id


def test_without_htmx_done_goes_back_to_the_same_order(
    browser: Browser, here: Cast, task: Task, engine: Engine
):
    answer = browser(here.sam).post(f"/tasks/{task.id}/completion", data={"by": "date"})

    assert answer.status_code == 303
    assert answer.location == f"/plans/{task.plan_id}?by=date#task-{task.id}"
    assert stored(engine, task).is_done


def test_done_on_the_desk_answers_with_my_tasks(browser: Browser, here: Cast, task: Task):
    sam = browser(here.sam)

    inline = sam.post(f"/tasks/{task.id}/completion", data={"by": "desk"}, headers=HTMX)
    plain = sam.post(f"/tasks/{task.id}/completion", data={"by": "desk"})

    assert inline.text.lstrip().startswith('<section id="my-tasks"')
    assert "Undo" in inline.text
    assert (plain.status_code, plain.location) == (303, "/")


def test_undo_opens_the_task_again(browser: Browser, here: Cast, task: Task, engine: Engine):
    sam = browser(here.sam)
    sam.post(f"/tasks/{task.id}/completion")

    answer = sam.post(f"/tasks/{task.id}/completion/undo", headers=HTMX)

    assert answer.headers["HX-Trigger"] == "task-undone"
    assert not stored(engine, task).is_done


def test_undo_after_ten_minutes_is_refused_and_no_longer_offered(
    browser: Browser, here: Cast, task: Task, engine: Engine, clock
):
    sam = browser(here.sam)
    sam.post(f"/tasks/{task.id}/completion")
    clock.now += timedelta(minutes=11)

    answer = sam.post(f"/tasks/{task.id}/completion/undo", headers=HTMX)

    assert answer.status_code == 422
    assert "was done a while ago" in answer.text
    assert "Undo" not in sam.get(f"/plans/{task.plan_id}").text
    assert stored(engine, task).is_done


@pytest.mark.parametrize("form", ["date", "owner"])
def test_small_forms_open_in_the_row_or_on_a_page(
    browser: Browser, here: Cast, task: Task, form: str
):
    sam = browser(here.sam)

    inline = sam.get(f"/tasks/{task.id}/{form}?by=date", headers=HTMX)
    page = sam.get(f"/tasks/{task.id}/{form}?by=date")

    assert inline.text.lstrip().startswith(f'<form class="task-form" id="task-{task.id}-form"')
    assert "<html" in page.text
    assert 'name="by" value="date"' in page.text


def test_a_task_gets_a_new_date(browser: Browser, here: Cast, task: Task, engine: Engine):
    answer = browser(here.sam).post(
        f"/tasks/{task.id}/date", data={"due_on": "2027-03-09"}, headers=HTMX
    )

    assert answer.headers["HX-Trigger"] == "task-moved"
    assert "due Tue 9 Mar 2027" in answer.text
    assert stored(engine, task).due_on == date(2027, 3, 9)


def test_a_task_is_handed_over(browser: Browser, here: Cast, task: Task, engine: Engine):
    data = {"owner_id": str(here.mona.id), "team_id": ""}

    answer = browser(here.sam).post(f"/tasks/{task.id}/owner", data=data, headers=HTMX)

    assert answer.headers["HX-Trigger"] == "task-handed-over"
    assert stored(engine, task).owner_id == here.mona.id
    assert stored(engine, task).team_id == here.marketing.id


@pytest.mark.parametrize(
    ("form", "typed", "sentence"),
    [
        ("date", {"due_on": "soon"}, "Enter a date, like 2027-03-30."),
        ("date", {"due_on": "2027-02-26"}, "That date is over."),
        ("owner", {"owner_id": ""}, "Choose a person."),
    ],
)
def test_a_bad_small_form_is_refused_in_its_place(
    browser: Browser,
    here: Cast,
    task: Task,
    engine: Engine,
    form: str,
    typed: dict[str, str],
    sentence: str,
):
    sam = browser(here.sam)

    inline = sam.post(f"/tasks/{task.id}/{form}", data=typed, headers=HTMX)
    page = sam.post(f"/tasks/{task.id}/{form}", data=typed)

    assert (inline.status_code, page.status_code) == (422, 422)
    assert inline.headers["HX-Retarget"] == f"#task-{task.id}-form"
    assert "<html" not in inline.text
    assert sentence in inline.text
    assert sentence in page.text
    assert stored(engine, task) == task


def test_a_task_is_reworded(browser: Browser, here: Cast, task: Task, engine: Engine):
    sam = browser(here.sam)
    assert "Send one-pager" in sam.get(f"/tasks/{task.id}/edit").text

    answer = sam.post(f"/tasks/{task.id}", data={"title": "Send two-pager", "note": "<b>"})

    assert (answer.status_code, answer.location) == (303, f"/plans/{task.plan_id}")
    assert stored(engine, task).title == "Send two-pager"
    assert "&lt;b&gt;" in sam.get(answer.location).text


def test_a_task_without_words_keeps_what_was_typed(
    browser: Browser, here: Cast, task: Task, engine: Engine
):
    data = {"title": "", "note": "To Ada"}

    answer = browser(here.sam).post(f"/tasks/{task.id}", data=data)

    assert answer.status_code == 422
    assert "To Ada" in answer.text
    assert stored(engine, task).title == "Send one-pager"


FORMS = ("date", "owner", "edit")
ACTS = ("", "/completion", "/completion/undo", "/date", "/owner")
TYPED = {"title": "Other", "due_on": "2027-03-09"}


@pytest.mark.parametrize("form", FORMS)
def test_a_stranger_finds_no_form_and_a_viewer_may_not_open_it(
    browser: Browser, elsewhere: User, viewer: User, task: Task, form: str
):
    assert browser(elsewhere).get(f"/tasks/{task.id}/{form}").status_code == 404
    assert browser(viewer).get(f"/tasks/{task.id}/{form}").status_code == 403


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_and_a_viewer_change_nothing(
    browser: Browser,
    here: Cast,
    elsewhere: User,
    viewer: User,
    task: Task,
    engine: Engine,
    act: str,
):
    data = TYPED | {"owner_id": str(here.mona.id)}

    assert browser(elsewhere).post(f"/tasks/{task.id}{act}", data=data).status_code == 404
    assert browser(viewer).post(f"/tasks/{task.id}{act}", data=data).status_code == 403
    assert stored(engine, task) == task
