from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.errors import NotFound, Refused
from alignment.journal.models import JournalEntry
from alignment.plans import planning, tasks
from alignment.plans.models import Plan, Task
from alignment.plans.tasks import NewDate, NewOwner, NewTask, TaskText
from tests.factories import MONDAY_NINE, Cast, make_team, make_user

GiveTask = Callable[..., Task]

THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)
TEN_LATER = MONDAY_NINE + timedelta(minutes=10)


def told(session: Session) -> list[tuple[str, dict]]:
    entries = session.exec(select(JournalEntry).order_by(col(JournalEntry.id)))
    return [(entry.kind, entry.facts) for entry in entries if entry.kind.startswith("task_")]


def test_a_task_has_one_owner_a_team_and_a_due_date(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", THURSDAY)

    assert (task.owner_id, task.team_id, task.due_on) == (acme.sam.id, acme.sales.id, THURSDAY)
    assert told(session) == [
        (
            "task_added",
            {
                "plan_id": plan.id,
                "task_id": task.id,
                "by_id": acme.mona.id,
                "owner_id": acme.sam.id,
                "due_on": "2027-03-04",
            },
        )
    ]


def test_a_double_click_adds_one_task(session: Session, acme: Cast, give: GiveTask):
    first = give(acme.sam, "Send one-pager", THURSDAY)

    again = give(acme.sam, "Send one-pager", THURSDAY)

    assert again.id == first.id
    assert len(told(session)) == 1


@pytest.mark.parametrize("missing", ["title", "owner_id", "due_on"])
def test_a_task_without_title_owner_or_date_is_refused(missing: str):
    typed = {"title": "Send one-pager", "owner_id": "1", "due_on": "2027-03-04"}

    with pytest.raises(ValidationError):
        NewTask.model_validate(typed | {missing: ""})


def test_the_team_is_one_of_the_owners(session: Session, acme: Cast, give: GiveTask):
    with pytest.raises(Refused, match=r"Sam is not in that team. Choose another team or person."):
        give(acme.sam, "Send one-pager", THURSDAY, team_id=acme.marketing.id)


def test_a_person_in_no_team_is_given_one_with_the_task(
    session: Session, acme: Cast, give: GiveTask
):
    with pytest.raises(Refused, match=r"Olga is in no team. Choose a team for this task."):
        give(acme.olga, "Find a budget", THURSDAY)
    task = give(acme.olga, "Find a budget", THURSDAY, team_id=acme.sales.id)

    assert task.team_id == acme.sales.id


def test_a_team_of_another_workspace_is_not_found(
    session: Session, acme: Cast, stella: User, give: GiveTask
):
    workspace = make_user(session, acme.workspace, "Ina")
    foreign = make_team(
        session,
        session.get_one(type(acme.workspace), stella.workspace_id),
        side=Side.SALES,
        name="Sales",
    )

    with pytest.raises(NotFound):
        give(workspace, "Find a budget", THURSDAY, team_id=foreign.id)


def test_a_person_of_another_workspace_gets_no_task(acme: Cast, stella: User, give: GiveTask):
    with pytest.raises(NotFound):
        give(stella, "Send one-pager", THURSDAY)


def test_a_person_who_left_gets_no_task(acme: Cast, give: GiveTask):
    acme.sam.is_active = False

    with pytest.raises(Refused, match="Sam is no longer active"):
        give(acme.sam, "Send one-pager", THURSDAY)


def test_today_is_soon_enough_on_the_owners_calendar(acme: Cast, give: GiveTask):
    late_in_berlin = datetime(2027, 3, 4, 22, 30, tzinfo=UTC)
    task = give(acme.sam, "Send one-pager", FRIDAY, now=late_in_berlin - timedelta(hours=1))

    assert task.due_on == FRIDAY
    with pytest.raises(Refused, match=r"That date is over. Choose today or a later one."):
        give(acme.sam, "Call Ada", THURSDAY, now=late_in_berlin + timedelta(hours=1))


def test_a_closed_plan_takes_no_task(session: Session, acme: Cast, plan: Plan, give: GiveTask):
    planning.close_plan(session, plan, by=acme.mona, now=MONDAY_NINE)

    with pytest.raises(Refused, match="Reopen it first"):
        give(acme.sam, "Send one-pager", THURSDAY)


def test_other_words_change_nothing_else(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", THURSDAY)
    words = TaskText(title="Send two-pager", note="To Ada")

    tasks.change_task(session, task, words, by=acme.mona, now=TEN_LATER)
    tasks.change_task(session, task, words, by=acme.mona, now=TEN_LATER)

    assert (task.title, task.note, task.due_on) == ("Send two-pager", "To Ada", THURSDAY)
    assert [kind for kind, _ in told(session)] == ["task_added", "task_changed"]


def test_a_task_is_handed_over_to_another_owner(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", THURSDAY)

    tasks.hand_over_task(session, task, NewOwner(owner_id=acme.mona.id), by=acme.sam, now=TEN_LATER)
    tasks.hand_over_task(session, task, NewOwner(owner_id=acme.mona.id), by=acme.sam, now=TEN_LATER)

    assert (task.owner_id, task.team_id) == (acme.mona.id, acme.marketing.id)
    assert task.owner_since == TEN_LATER
    assert [kind for kind, _ in told(session)] == ["task_added", "task_handed_over"]
    assert told(session)[1][1]["from_id"] == acme.sam.id


def test_another_team_of_the_same_owner_leaves_the_owner(
    session: Session, acme: Cast, give: GiveTask
):
    task = give(acme.olga, "Find a budget", THURSDAY, team_id=acme.sales.id)
    other = NewOwner(owner_id=acme.olga.id, team_id=acme.marketing.id)

    tasks.hand_over_task(session, task, other, by=acme.olga, now=TEN_LATER)

    assert (task.team_id, task.owner_since) == (acme.marketing.id, MONDAY_NINE)


def test_a_task_gets_a_new_date(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", THURSDAY)

    tasks.change_due_date(session, task, NewDate(due_on=FRIDAY), by=acme.sam, now=TEN_LATER)
    tasks.change_due_date(session, task, NewDate(due_on=FRIDAY), by=acme.sam, now=TEN_LATER)

    assert task.due_on == FRIDAY
    assert [kind for kind, _ in told(session)] == ["task_added", "task_moved"]
    assert told(session)[1][1]["from_on"] == "2027-03-04"


def test_a_task_is_not_moved_into_the_past(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", THURSDAY)

    with pytest.raises(Refused, match="That date is over"):
        tasks.change_due_date(
            session, task, NewDate(due_on=date(2027, 2, 26)), by=acme.sam, now=TEN_LATER
        )

    assert task.due_on == THURSDAY


def test_the_first_to_say_done_is_written_down(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", THURSDAY)

    tasks.complete_task(session, task, by=acme.sam, now=MONDAY_NINE)
    tasks.complete_task(session, task, by=acme.mona, now=TEN_LATER)

    assert (task.done_at, task.done_by_id) == (MONDAY_NINE, acme.sam.id)
    assert [kind for kind, _ in told(session)] == ["task_added", "task_done"]


def test_done_is_undone_within_ten_minutes(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", THURSDAY)
    tasks.complete_task(session, task, by=acme.sam, now=MONDAY_NINE)

    tasks.reopen_task(session, task, by=acme.sam, now=TEN_LATER)
    tasks.reopen_task(session, task, by=acme.sam, now=TEN_LATER)

    assert not task.is_done
    assert task.done_by_id is None
    assert [kind for kind, _ in told(session)][1:] == ["task_done", "task_undone"]


def test_after_ten_minutes_done_stays_done(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", THURSDAY)
    tasks.complete_task(session, task, by=acme.sam, now=MONDAY_NINE)

    with pytest.raises(Refused, match=r"was done a while ago. Add a new task instead."):
        tasks.reopen_task(session, task, by=acme.sam, now=TEN_LATER + timedelta(seconds=1))

    assert task.is_done


def test_a_done_task_is_neither_moved_nor_handed_over_nor_reworded(
    session: Session, acme: Cast, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", THURSDAY)
    tasks.complete_task(session, task, by=acme.sam, now=MONDAY_NINE)

    for act in (
        lambda: tasks.change_due_date(
            session, task, NewDate(due_on=FRIDAY), by=acme.sam, now=TEN_LATER
        ),
        lambda: tasks.hand_over_task(
            session, task, NewOwner(owner_id=acme.mona.id), by=acme.sam, now=TEN_LATER
        ),
        lambda: tasks.change_task(
            session, task, TaskText(title="Other"), by=acme.sam, now=TEN_LATER
        ),
    ):
        with pytest.raises(Refused, match=r"“Send one-pager” is done already."):
            act()
