from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment import db, wiring
from alignment.config import Settings
from alignment.notifications.dispatch import dispatch
from alignment.notifications.letters import Reader, Written, write
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox import Letter, enqueue
from alignment.plans import planning, tasks
from alignment.plans.models import Plan, Task, TaskReminder
from alignment.plans.reminders import remind, still_matters
from alignment.plans.tasks import NewDate, NewOwner, NewTask
from tests.factories import MONDAY_NINE, Cast, make_cast, make_hours, make_user

GiveTask = Callable[..., Task]

WEDNESDAY, THURSDAY, FRIDAY = date(2027, 3, 3), date(2027, 3, 4), date(2027, 3, 5)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2027 by the clock in Berlin, before the change of clocks."""
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def letters(session: Session) -> list[Delivery]:
    return list(session.exec(select(Delivery).order_by(col(Delivery.id))))


def read(letter: Delivery) -> Written:
    reader = Reader(name="Sam", address=letter.address, zone="Europe/Berlin", workspace="Acme")
    return write(letter.kind, letter.words, reader=reader, base_url="https://acme.test")


def titles(letter: Delivery) -> dict[str, list[str]]:
    return {
        section["section"]: [line["title"] for line in section["lines"]]
        for section in letter.words["sections"]
    }


def test_the_owner_is_reminded_the_working_day_before_at_half_past_eight(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)

    assert remind(session, now=at(2, 12)) == 0
    assert remind(session, now=at(3, 8, 29)) == 0
    assert remind(session, now=at(3, 8, 30)) == 1

    [letter] = letters(session)
    assert (letter.kind, letter.recipient_id) == ("task_reminder", acme.sam.id)
    assert titles(letter) == {"due_next_working_day": ["Send one-pager"]}


def test_any_number_of_runs_says_it_once(session: Session, acme: Cast, give: GiveTask):
    give(acme.sam, "Send one-pager", THURSDAY)

    said = [remind(session, now=at(3, hour)) for hour in range(9, 24)]

    assert said == [1] + [0] * 14
    assert len(letters(session)) == 1


def test_a_task_is_told_before_on_the_day_and_overdue_on_days_one_three_and_seven(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)

    told_on = [day for day in range(1, 31) if remind(session, now=at(day, 9))]

    assert told_on == [3, 4, 5, 9, 15, 22, 29]


def test_a_week_in_which_nobody_looked_says_only_the_latest(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)

    remind(session, now=at(10, 17))
    remind(session, now=at(11, 9))

    assert [titles(letter) for letter in letters(session)] == [{"overdue": ["Send one-pager"]}]


def test_a_person_gets_one_mail_a_day_with_the_overdue_first(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Call Ada", FRIDAY)
    give(acme.sam, "Send one-pager", THURSDAY)
    give(acme.sam, "Clean the list", WEDNESDAY)

    remind(session, now=at(4, 9))
    give(acme.sam, "Typed in later", THURSDAY, now=at(4, 10))
    remind(session, now=at(4, 11))

    [letter] = letters(session)
    assert titles(letter) == {
        "overdue": ["Clean the list"],
        "due_today": ["Send one-pager"],
        "due_next_working_day": ["Call Ada"],
    }
    assert read(letter).subject == (
        "1 overdue, 1 due today, 1 due next working day: Clean the list (Thu 4 Mar 2027)"
    )


def test_the_letter_has_each_task_with_its_plan_date_and_link(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    task = give(acme.sam, "Send <b>one-pager</b>", THURSDAY)

    remind(session, now=at(4, 9))

    written = read(letters(session)[0])
    link = f"https://acme.test/plans/{plan.id}#task-{task.id}"
    assert "- Send <b>one-pager</b> (Spring launch), due Thu 4 Mar 2027\n  " + link in written.text
    assert "Send &lt;b&gt;one-pager&lt;/b&gt;</a>" in written.html
    assert "Due today, Thu 4 Mar 2027" in written.html


def test_after_fifteen_lines_the_rest_is_counted(session: Session, acme: Cast, give: GiveTask):
    for number in range(1, 28):
        give(acme.sam, f"Call lead {number}", THURSDAY)

    remind(session, now=at(4, 9))
    remind(session, now=at(4, 10))

    [letter] = letters(session)
    assert len(titles(letter)["due_today"]) == 15
    assert "and 12 more: https://acme.test/" in read(letter).text
    assert read(letter).subject.startswith("27 due today: ")


def test_nothing_is_sent_on_a_day_off_of_the_owners_team(
    session: Session, acme: Cast, give: GiveTask
):
    make_hours(session, acme.sales, version=2, holidays=[["2027-03-04", "Founders' day"]])
    give(acme.sam, "Send one-pager", FRIDAY)
    give(acme.mona, "Write the page", FRIDAY)

    told_on = {day: remind(session, now=at(day, 9)) for day in (3, 4)}

    assert told_on == {3: 1, 4: 1}
    assert [letter.recipient_id for letter in letters(session)] == [acme.sam.id, acme.mona.id]


def test_a_task_due_on_a_sunday_is_told_on_friday_with_its_date(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", date(2027, 3, 7))

    remind(session, now=at(5, 9))

    written = read(letters(session)[0])
    assert written.subject == "1 due on a day off: Send one-pager (Fri 5 Mar 2027)"
    assert "Due on a day off\n- Send one-pager (Spring launch), due Sun 7 Mar 2027" in written.text


def test_due_today_is_the_owners_today(session: Session, acme: Cast, give: GiveTask):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales, zone="America/Los_Angeles")
    give(kim, "Send one-pager", THURSDAY)
    give(acme.sam, "Call Ada", THURSDAY)
    remind(session, now=at(4, 12))
    remind(session, now=at(4, 17, 30))

    remind(session, now=at(5, 8, 45))

    assert [(letter.recipient_id, titles(letter)) for letter in letters(session)] == [
        (acme.sam.id, {"due_today": ["Call Ada"]}),
        (kim.id, {"due_today": ["Send one-pager"]}),
        (acme.sam.id, {"overdue": ["Call Ada"]}),
    ]


def test_a_moved_task_is_reminded_anew(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", WEDNESDAY)
    remind(session, now=at(3, 9))
    tasks.move(session, task, NewDate(due_on=FRIDAY), by=acme.sam, now=at(3, 10))

    assert remind(session, now=at(4, 9)) == 1
    assert remind(session, now=at(5, 9)) == 1


def test_a_new_owner_is_reminded_and_the_one_before_is_left_alone(
    session: Session, acme: Cast, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", THURSDAY)
    remind(session, now=at(4, 9))
    tasks.hand_over(session, task, NewOwner(owner_id=acme.mona.id), by=acme.sam, now=at(4, 10))

    remind(session, now=at(4, 11))
    remind(session, now=at(5, 9))

    assert [letter.recipient_id for letter in letters(session)] == [
        acme.sam.id,
        acme.mona.id,
        acme.mona.id,
    ]


def test_while_tasks_are_dealt_out_their_owners_are_left_alone(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY, now=at(4, 10))
    assert remind(session, now=at(4, 10, 1)) == 0
    give(acme.sam, "Call Ada", THURSDAY, now=at(4, 10, 1))
    assert remind(session, now=at(4, 10, 2)) == 0

    assert remind(session, now=at(4, 10, 3)) == 1

    assert titles(letters(session)[0]) == {"due_today": ["Send one-pager", "Call Ada"]}


def test_done_tasks_closed_plans_and_people_who_left_are_not_reminded(
    session: Session, acme: Cast, give: GiveTask
):
    other = planning.start(
        session,
        planning.NewPlan(name="Autumn", owner_id=acme.mona.id),
        by=acme.mona,
        now=MONDAY_NINE,
    )
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
    done = give(acme.sam, "Send one-pager", THURSDAY)
    give(acme.mona, "Write the page", THURSDAY, to=other)
    give(kim, "Call Ada", THURSDAY)
    tasks.done(session, done, by=acme.sam, now=MONDAY_NINE)
    planning.close(session, other, by=acme.mona, now=MONDAY_NINE)
    kim.is_active = False

    assert remind(session, now=at(4, 9)) == 0


def test_a_team_without_hours_is_reminded_every_day(session: Session, acme: Cast, give: GiveTask):
    session.delete(acme.sales_hours)
    give(acme.sam, "Send one-pager", date(2027, 3, 7))

    assert [remind(session, now=at(day, 9)) for day in (5, 6, 7, 8)] == [0, 1, 1, 1]


def test_of_two_runs_at_once_only_the_one_whose_letter_counts_writes_it_down(
    session: Session, acme: Cast, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", THURSDAY)
    other = Letter(
        workspace_id=acme.id,
        key=f"task-reminder:{acme.sam.id}:2027-03-04",
        kind="task_reminder",
        recipient_id=acme.sam.id,
        address=acme.sam.email,
        subject_id=acme.sam.id,
    )
    enqueue(session, other, now=at(4, 9))

    assert remind(session, now=at(4, 9)) == 0

    said = select(TaskReminder).where(TaskReminder.task_id == task.id)
    assert session.exec(said).all() == []


@pytest.fixture
def pending(session: Session, acme: Cast, give: GiveTask) -> Delivery:
    """A mail to Sam on Thursday about two tasks, not sent yet."""
    give(acme.sam, "Send one-pager", THURSDAY)
    give(acme.sam, "Call Ada", THURSDAY)
    remind(session, now=at(4, 9))
    return letters(session)[0]


def both(session: Session) -> list[Task]:
    return list(session.exec(select(Task).order_by(col(Task.id))))


def test_a_pending_reminder_matters_while_its_tasks_stand(session: Session, pending: Delivery):
    assert still_matters(session, pending, now=at(4, 10)) is None
    assert titles(pending) == {"due_today": ["Send one-pager", "Call Ada"]}


def test_a_task_done_meanwhile_is_struck_from_the_pending_mail(
    session: Session, acme: Cast, pending: Delivery
):
    tasks.done(session, both(session)[0], by=acme.sam, now=at(4, 9, 5))

    assert still_matters(session, pending, now=at(4, 10)) is None

    assert titles(pending) == {"due_today": ["Call Ada"]}
    assert read(pending).subject == "1 due today: Call Ada (Thu 4 Mar 2027)"


def test_done_moved_and_handed_over_tasks_suppress_the_pending_mail(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    for title in ("Send one-pager", "Call Ada", "Clean the list"):
        give(acme.sam, title, THURSDAY)
    remind(session, now=at(4, 9))
    [pending], [done, moved, handed_over] = letters(session), both(session)

    tasks.done(session, done, by=acme.sam, now=at(4, 9, 5))
    tasks.move(session, moved, NewDate(due_on=FRIDAY), by=acme.sam, now=at(4, 9, 5))
    tasks.hand_over(
        session, handed_over, NewOwner(owner_id=acme.mona.id), by=acme.sam, now=at(4, 9, 5)
    )

    reason = still_matters(session, pending, now=at(4, 10))
    assert reason == "Every task in it was done, moved or handed over, or its plan was closed."


def test_a_closed_plan_suppresses_the_pending_mail(
    session: Session, acme: Cast, plan: Plan, pending: Delivery
):
    planning.close(session, plan, by=acme.mona, now=at(4, 9, 5))

    assert still_matters(session, pending, now=at(4, 10)) is not None


def test_the_reminder_arrives_with_what_still_stands(engine: Engine, tmp_path: Path):
    with db.transaction(engine) as session:
        acme = make_cast(session)
        new = planning.NewPlan(name="Spring launch", owner_id=acme.mona.id)
        plan = planning.start(session, new, by=acme.mona, now=MONDAY_NINE)
        one_pager, _ = (
            tasks.add(
                session,
                plan,
                NewTask(title=title, owner_id=acme.sam.id, due_on=THURSDAY),
                by=acme.mona,
                now=MONDAY_NINE,
            )
            for title in ("Send one-pager", "Call Ada")
        )
        remind(session, now=at(4, 9))
        tasks.done(session, one_pager, by=acme.sam, now=at(4, 9, 5))

    office = wiring.mail_office(Settings(data_dir=tmp_path))
    dispatch(engine, office, clock=lambda: at(4, 9, 6))

    with db.reading(engine) as session:
        [letter] = letters(session)
    assert letter.outcome is Outcome.KEPT
    assert letter.subject == "1 due today: Call Ada (Thu 4 Mar 2027)"
    assert "Send one-pager" not in letter.text
