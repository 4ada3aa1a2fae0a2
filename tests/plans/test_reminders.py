"""Which tasks stand in a person's digest: by the ladder, each step said once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment import db, wiring
from alignment.accounts.models import Absence, User, id_of
from alignment.config import Settings
from alignment.notifications.digests import daily
from alignment.notifications.digests.sections import DigestSource
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.templates import Reader, Rendered, render_notice
from alignment.notifications.preferences.effective import effective_preferences_of
from alignment.notifications.preferences.snoozing import (
    SnoozeLength,
    SnoozeRequest,
    end_snooze,
    snooze_thread,
)
from alignment.notifications.sending.dispatch import dispatch
from alignment.plans import planning, tasks
from alignment.plans.models import Plan, Task
from alignment.plans.reminders import record_reminders, task_digest_lines
from alignment.plans.tasks import NewDate, NewOwner, NewTask
from tests.factories import MONDAY_NINE, Cast, make_cast, make_hours, make_user, save

GiveTask = Callable[..., Task]

WEDNESDAY, THURSDAY, FRIDAY = date(2027, 3, 3), date(2027, 3, 4), date(2027, 3, 5)
TASKS = (DigestSource(lines=task_digest_lines, mark_included=record_reminders),)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2027 by the clock in Berlin, before the change of clocks."""
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def morning(session: Session, *people: User, now: datetime) -> int:
    """Make the digests of these people, as far as there is something to say."""
    wishes = effective_preferences_of(session, people, now=now)
    return sum(daily.make_digest(session, each, wishes[each.id], TASKS, now=now) for each in people)


def still_matters(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    return daily.still_matters(session, delivery, sources=TASKS, now=now)


def letters(session: Session) -> list[Delivery]:
    digests = select(Delivery).where(Delivery.kind == daily.DAILY_DIGEST)
    return list(session.exec(digests.order_by(col(Delivery.id))))


def read(letter: Delivery) -> Rendered:
    reader = Reader(name="Sam", address=letter.address, zone="Europe/Berlin", workspace="Acme")
    return render_notice(letter.kind, letter.words, reader=reader, base_url="https://acme.test")


def titles(letter: Delivery) -> dict[str, list[str]]:
    return {
        section["section"]: [line["title"] for line in section["lines"]]
        for section in letter.words["sections"]
    }


def test_a_task_is_told_before_on_the_day_and_overdue_on_days_one_three_and_seven(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)

    told_on = [day for day in range(1, 31) if morning(session, acme.sam, now=at(day, 9))]

    assert told_on == [3, 4, 5, 9, 15, 22, 29]


def test_a_week_in_which_nobody_looked_says_only_the_latest(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)

    morning(session, acme.sam, now=at(10, 9))
    morning(session, acme.sam, now=at(11, 9))

    assert [titles(letter) for letter in letters(session)] == [{"overdue": ["Send one-pager"]}]


def test_what_is_overdue_comes_first_and_the_next_day_last(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Call Ada", FRIDAY)
    give(acme.sam, "Send one-pager", THURSDAY)
    give(acme.sam, "Clean the list", WEDNESDAY)

    morning(session, acme.sam, now=at(4, 9))

    [letter] = letters(session)
    assert list(titles(letter).items()) == [
        ("overdue", ["Clean the list"]),
        ("today", ["Send one-pager"]),
        ("information", ["Call Ada"]),
    ]
    assert read(letter).subject == (
        "1 overdue, 1 due today, 1 to know: Clean the list (Thu 4 Mar 2027)"
    )


def test_what_is_overdue_is_coloured_and_what_is_due_today_is_not(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)
    give(acme.sam, "Clean the list", WEDNESDAY)

    morning(session, acme.sam, now=at(4, 9))

    written = read(letters(session)[0]).html
    assert written.count('class="due overdue"') == written.count('class="due"') == 1
    assert written.index("due overdue") < written.index("Send one-pager")


def test_the_letter_has_each_task_with_its_plan_date_and_link(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    task = give(acme.sam, "Send <b>one-pager</b>", THURSDAY)

    morning(session, acme.sam, now=at(4, 9))

    written = read(letters(session)[0])
    link = f"https://acme.test/plans/{plan.id}#task-{task.id}"
    assert "- Send <b>one-pager</b> (Spring launch), due Thu 4 Mar 2027\n  " + link in written.text
    assert "Send &lt;b&gt;one-pager&lt;/b&gt;</a>" in written.html
    assert "Today, Thu 4 Mar 2027" in written.html


def test_nothing_is_sent_on_a_day_off_of_the_owners_team(
    session: Session, acme: Cast, give: GiveTask
):
    make_hours(session, acme.sales, version=2, holidays=[["2027-03-04", "Founders' day"]])
    give(acme.sam, "Send one-pager", FRIDAY)
    give(acme.mona, "Write the page", FRIDAY)

    told_on = {day: morning(session, acme.sam, acme.mona, now=at(day, 9)) for day in (3, 4)}

    assert told_on == {3: 1, 4: 1}
    assert [letter.recipient_id for letter in letters(session)] == [acme.sam.id, acme.mona.id]


def test_a_task_due_on_a_sunday_is_told_on_friday_with_its_date(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", date(2027, 3, 7))

    morning(session, acme.sam, now=at(5, 9))

    line = "- Send one-pager (Spring launch, due on a day off), due Sun 7 Mar 2027"
    assert line in read(letters(session)[0]).text


def test_due_today_is_the_owners_today(session: Session, acme: Cast, give: GiveTask):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales, zone="America/Los_Angeles")
    give(kim, "Send one-pager", THURSDAY)

    morning(session, kim, now=at(4, 17, 30))

    assert [titles(letter) for letter in letters(session)] == [{"today": ["Send one-pager"]}]


def test_a_moved_task_is_reminded_anew(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", WEDNESDAY)
    morning(session, acme.sam, now=at(3, 9))
    tasks.change_due_date(session, task, NewDate(due_on=FRIDAY), by=acme.sam, now=at(3, 10))

    assert morning(session, acme.sam, now=at(4, 9)) == 1
    assert morning(session, acme.sam, now=at(5, 9)) == 1


def test_a_new_owner_is_reminded_and_the_one_before_is_left_alone(
    session: Session, acme: Cast, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", THURSDAY)
    tasks.hand_over_task(session, task, NewOwner(owner_id=acme.mona.id), by=acme.sam, now=at(3, 10))

    morning(session, acme.sam, acme.mona, now=at(4, 9))

    assert [letter.recipient_id for letter in letters(session)] == [acme.mona.id]


def test_done_tasks_and_closed_plans_are_not_reminded(session: Session, acme: Cast, give: GiveTask):
    new = planning.NewPlan(name="Autumn", owner_id=acme.mona.id)
    other = planning.start_plan(session, new, by=acme.mona, now=MONDAY_NINE)
    done = give(acme.sam, "Send one-pager", THURSDAY)
    give(acme.mona, "Write the page", THURSDAY, to=other)
    tasks.complete_task(session, done, by=acme.sam, now=MONDAY_NINE)
    planning.close_plan(session, other, by=acme.mona, now=MONDAY_NINE)

    assert morning(session, acme.sam, acme.mona, now=at(4, 9)) == 0


def test_a_team_without_hours_is_reminded_every_day(session: Session, acme: Cast, give: GiveTask):
    session.delete(acme.sales_hours)
    session.delete(acme.marketing_hours)
    give(acme.sam, "Send one-pager", date(2027, 3, 7))

    told = [morning(session, acme.sam, now=at(day, 9)) for day in (5, 6, 7, 8)]

    assert told == [0, 1, 1, 1]


def test_a_task_put_off_is_told_again_on_the_morning_it_comes_back(
    session: Session, acme: Cast, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", WEDNESDAY)
    until_friday = SnoozeRequest(length=SnoozeLength.DATE, until_on=FRIDAY)
    snooze_thread(session, acme.sam, f"task-{task.id}", until_friday, now=at(3, 8))

    told_on = [day for day in (3, 4, 5) if morning(session, acme.sam, now=at(day, 8, 30))]

    assert told_on == [5]


def test_the_owner_of_the_plan_hears_that_a_task_was_put_off(
    session: Session, acme: Cast, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", FRIDAY)
    wish = SnoozeRequest(length=SnoozeLength.MONDAY, reason="Waiting for the budget.")
    snooze_thread(session, acme.sam, f"task-{task.id}", wish, now=at(3, 10))

    morning(session, acme.mona, now=at(4, 9))

    assert (
        "Spring launch. Sam put it off until Mon 8 Mar 2027: Waiting for the budget."
        in read(letters(session)[0]).text
    )


def test_what_was_woken_is_no_news(session: Session, acme: Cast, give: GiveTask):
    task = give(acme.sam, "Send one-pager", FRIDAY)
    snooze_thread(session, acme.sam, f"task-{task.id}", SnoozeRequest(), now=at(3, 10))
    end_snooze(session, acme.sam, f"task-{task.id}", now=at(3, 11))

    assert morning(session, acme.mona, now=at(4, 9)) == 0


def take_off(session: Session, person: User, first_on: date, last_on: date) -> None:
    absence = Absence(
        workspace_id=person.workspace_id,
        user_id=id_of(person),
        first_on=first_on,
        last_on=last_on,
        created_at=MONDAY_NINE,
    )
    save(session, absence)


@pytest.fixture
def leave(session: Session, acme: Cast) -> None:
    """Sam is off from Tuesday 9 to Friday 19 March."""
    take_off(session, acme.sam, date(2027, 3, 9), date(2027, 3, 19))


@pytest.mark.usefixtures("leave")
def test_a_task_due_in_ones_leave_is_told_on_the_last_day_before_it(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", date(2027, 3, 10))

    told_on = [day for day in range(1, 25) if morning(session, acme.sam, now=at(day, 9))]

    assert told_on == [8, 22]
    assert "Send one-pager (Spring launch, due while you are away), due Wed 10 Mar 2027" in (
        read(letters(session)[0]).text
    )


@pytest.mark.usefixtures("leave")
def test_the_owner_of_the_plan_hears_once_that_a_task_is_due_in_its_owners_leave(
    session: Session, acme: Cast, give: GiveTask
):
    give(acme.sam, "Send one-pager", date(2027, 3, 10))

    told_on = [day for day in range(1, 25) if morning(session, acme.mona, now=at(day, 9))]

    assert told_on == [8]
    assert (
        "Send one-pager (Spring launch. Sam is away when it is due, and back on Mon 22 Mar 2027.)"
        in read(letters(session)[0]).text
    )


@pytest.mark.usefixtures("leave")
def test_the_next_one_who_is_away_as_well_is_told_of_anew(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", date(2027, 3, 10))
    morning(session, acme.mona, now=at(8, 9))
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    take_off(session, tim, date(2027, 3, 9), date(2027, 3, 10))
    tasks.hand_over_task(session, task, NewOwner(owner_id=tim.id), by=acme.mona, now=at(8, 10))

    morning(session, acme.mona, now=at(9, 9))

    assert (
        "Tim is away when it is due, and back on Thu 11 Mar 2027" in read(letters(session)[1]).text
    )


@pytest.mark.usefixtures("leave")
def test_nobody_hears_of_a_task_that_is_done_before_its_owners_leave(
    session: Session, acme: Cast, give: GiveTask
):
    task = give(acme.sam, "Send one-pager", date(2027, 3, 10))
    tasks.complete_task(session, task, by=acme.sam, now=at(5, 9))

    assert morning(session, acme.sam, acme.mona, now=at(8, 9)) == 0


@pytest.mark.usefixtures("leave")
def test_the_manager_of_somebody_who_is_away_is_reminded_of_what_falls_due(
    session: Session, acme: Cast, give: GiveTask
):
    """Sam reports to Olga and is off from the 9th to the 19th."""
    acme.sam.manager_id = acme.olga.id
    give(acme.sam, "Send one-pager", date(2027, 3, 10))

    told_on = [day for day in range(1, 25) if morning(session, acme.olga, now=at(day, 9))]

    assert told_on == [9, 10, 11, 15, 19]
    assert "Send one-pager (Spring launch, Sam is away), due Wed 10 Mar 2027" in (
        read(letters(session)[0]).text
    )


@pytest.mark.usefixtures("leave")
def test_the_first_digest_after_days_off_says_who_did_which_task_and_what_came(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    """Sam is off from the 9th to the 19th."""
    done = give(acme.sam, "Send one-pager", date(2027, 3, 10))
    tasks.complete_task(session, done, by=acme.olga, now=at(10, 9))
    give(acme.sam, "Call Ada", date(2027, 3, 31), now=at(11, 9))

    morning(session, acme.sam, now=at(22, 9))
    morning(session, acme.sam, now=at(23, 9))

    (letter,) = letters(session)
    mail = read(letter)
    assert "While you were away" in mail.text
    assert "Send one-pager (Spring launch. Olga did it.)" in mail.text
    assert "Call Ada (Spring launch. It is yours now.), due Wed 31 Mar 2027" in mail.text


def test_the_tasks_of_somebody_who_left_are_told_to_who_leads_the_team(
    session: Session, acme: Cast, give: GiveTask
):
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales, is_team_lead=True)
    give(acme.sam, "Send one-pager", THURSDAY)
    acme.sam.is_active = False
    session.flush()

    told_on = [day for day in range(1, 13) if morning(session, lea, now=at(day, 9))]

    assert told_on == [3, 4, 5, 9]
    assert titles(letters(session)[2]) == {"overdue": ["Send one-pager"]}


def test_a_leave_of_two_months_hides_no_task(session: Session, acme: Cast, give: GiveTask):
    """Off from Tuesday 2 March to Friday 30 April; the task is due on Friday 23 April."""
    take_off(session, acme.sam, date(2027, 3, 2), date(2027, 4, 30))
    give(acme.sam, "Send one-pager", date(2027, 4, 23))

    assert morning(session, acme.sam, now=at(1, 9)) == 1


@pytest.fixture
def pending(session: Session, acme: Cast, give: GiveTask) -> Delivery:
    """A mail to Sam on Thursday about two tasks, not sent yet."""
    give(acme.sam, "Send one-pager", THURSDAY)
    give(acme.sam, "Call Ada", THURSDAY)
    morning(session, acme.sam, now=at(4, 9))
    return letters(session)[0]


def both(session: Session) -> list[Task]:
    return list(session.exec(select(Task).order_by(col(Task.id))))


def test_a_pending_digest_matters_while_its_tasks_stand(session: Session, pending: Delivery):
    assert still_matters(session, pending, now=at(4, 10)) is None
    assert titles(pending) == {"today": ["Send one-pager", "Call Ada"]}


def test_a_task_done_meanwhile_is_struck_from_the_pending_mail(
    session: Session, acme: Cast, pending: Delivery
):
    tasks.complete_task(session, both(session)[0], by=acme.sam, now=at(4, 9, 5))

    assert still_matters(session, pending, now=at(4, 10)) is None

    assert titles(pending) == {"today": ["Call Ada"]}
    assert read(pending).subject == "1 due today: Call Ada (Thu 4 Mar 2027)"


def test_a_closed_plan_suppresses_the_pending_mail(
    session: Session, acme: Cast, plan: Plan, pending: Delivery
):
    planning.close_plan(session, plan, by=acme.mona, now=at(4, 9, 5))

    assert still_matters(session, pending, now=at(4, 10)) == "Nothing in it waits any more."


def test_the_digest_arrives_with_what_still_stands(engine: Engine, tmp_path: Path):
    with db.transaction(engine) as session:
        acme = make_cast(session)
        new = planning.NewPlan(name="Spring launch", owner_id=acme.mona.id)
        plan = planning.start_plan(session, new, by=acme.mona, now=MONDAY_NINE)
        one_pager, _ = (
            tasks.add_task(
                session,
                plan,
                NewTask(title=title, owner_id=acme.sam.id, due_on=THURSDAY),
                by=acme.mona,
                now=MONDAY_NINE,
            )
            for title in ("Send one-pager", "Call Ada")
        )
        morning(session, acme.sam, now=at(4, 9))
        tasks.complete_task(session, one_pager, by=acme.sam, now=at(4, 9, 5))

    office = wiring.delivery_context(Settings(data_dir=tmp_path))
    dispatch(engine, office, clock=lambda: at(4, 9, 6))

    with db.read_only_session(engine) as session:
        [letter] = letters(session)
    assert letter.outcome is Outcome.KEPT
    assert letter.subject == "1 due today: Call Ada (Thu 4 Mar 2027)"
    assert "Send one-pager" not in letter.text
