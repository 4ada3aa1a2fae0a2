"""What an owner hears of a task between two digests: once, grouped, within the digest's rules."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from alignment import db, wiring
from alignment.accounts.absences import queries
from alignment.accounts.absences.days_off import DaysOff, add_days_off, remove_days_off
from alignment.accounts.models import User, id_of
from alignment.notifications.channels.base import OutgoingMessage
from alignment.notifications.digests import daily
from alignment.notifications.models import Preference
from alignment.notifications.preferences.mutes import mute, mute_thread
from alignment.plans import planning, tasks
from alignment.plans.models import Plan, Task
from alignment.plans.planning import NewPlan
from alignment.plans.succession import hand_over_work
from alignment.plans.tasks import NewDate, NewOwner, NewTask
from tests.factories import MONDAY_NINE, Cast, make_cast, make_user, save
from tests.web.sent_mail import buttons_in, mail_out

MONDAY, TUESDAY, THURSDAY = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 4)
IN_THREE_WEEKS = date(2027, 3, 22)
DIGEST, NEWS = "daily_digest", "task_news"
Heard = list[tuple[str, str, str]]


def at(text: str) -> datetime:
    """In Berlin, before the change of clocks."""
    return datetime.fromisoformat(f"{text}+01:00").astimezone(UTC)


@pytest.fixture
def here(engine: Engine) -> Cast:
    """Acme with a plan of Mona's, "Spring launch"."""
    wiring.connect()
    with db.transaction(engine) as session:
        cast = make_cast(session)
        new = NewPlan(name="Spring launch", owner_id=id_of(cast.mona))
        planning.start_plan(session, new, by=cast.mona, now=MONDAY_NINE)
        return cast


def act(engine: Engine, story: Callable[[Session], object]) -> None:
    with db.transaction(engine) as session:
        story(session)


def give(
    engine: Engine, owner: User, due_on: date, *, by: User, now: datetime, title: str = "Send it"
) -> None:
    new = NewTask(title=title, owner_id=id_of(owner), due_on=due_on)
    act(
        engine,
        lambda s: tasks.add_task(s, s.exec(select(Plan)).one(), new, by=s.merge(by), now=now),
    )


def move(engine: Engine, to: date, *, by: User, now: datetime) -> None:
    act(
        engine,
        lambda s: tasks.change_due_date(
            s, s.exec(select(Task)).one(), NewDate(due_on=to), by=s.merge(by), now=now
        ),
    )


def hand_over(engine: Engine, to: User, *, by: User, now: datetime) -> None:
    new = NewOwner(owner_id=id_of(to))
    act(
        engine,
        lambda s: tasks.hand_over_task(s, s.exec(select(Task)).one(), new, by=s.merge(by), now=now),
    )


def prefer(engine: Engine, person: User, **columns: Any) -> None:
    row = Preference(
        workspace_id=person.workspace_id, user_id=person.id, updated_at=MONDAY_NINE, **columns
    )
    act(engine, lambda s: save(s, row))


def mails(engine: Engine, since: str, until: str) -> list[tuple[datetime, OutgoingMessage]]:
    """What leaves in this time, looked at every five minutes as the scheduler does."""
    now, sent = at(since), []
    while now <= at(until):
        daily.make_due(engine, wiring.DIGEST_SOURCES, now=now)
        sent += [(now, mail) for mail in mail_out(engine, now=now)]
        now += timedelta(minutes=5)
    return sent


def heard(engine: Engine, since: str, until: str) -> Heard:
    """Who was told when by which kind of mail, in local time."""
    return [
        (f"{when + timedelta(hours=1):%a %H:%M}", mail.name, mail.kind)
        for when, mail in mails(engine, since, until)
    ]


def test_a_task_given_after_a_silent_digest_is_told_by_that_days_digest(engine: Engine, here: Cast):
    assert heard(engine, "2027-03-02T08:30", "2027-03-02T08:55") == []

    give(engine, here.sam, TUESDAY, by=here.mona, now=at("2027-03-02T09:00"))

    assert heard(engine, "2027-03-02T09:00", "2027-03-02T16:30") == [("Tue 09:00", "Sam", DIGEST)]


def test_a_task_given_after_the_digest_went_is_told_at_once(engine: Engine, here: Cast):
    give(engine, here.sam, TUESDAY, by=here.mona, now=at("2027-03-01T12:00"))
    assert heard(engine, "2027-03-02T08:30", "2027-03-02T08:55")[0][1:] == ("Sam", DIGEST)

    give(engine, here.sam, TUESDAY, by=here.mona, now=at("2027-03-02T09:00"), title="Call Ada")

    assert heard(engine, "2027-03-02T09:00", "2027-03-02T16:30") == [("Tue 09:05", "Sam", NEWS)]


def test_in_the_afternoon_it_is_told_by_itself(engine: Engine, here: Cast):
    give(engine, here.sam, TUESDAY, by=here.mona, now=at("2027-03-02T15:00"))

    [(_, mail)] = mails(engine, "2027-03-02T15:00", "2027-03-02T16:30")

    assert mail.subject == "Send it (Spring launch) is yours now, due Tue 2 Mar 2027"
    assert "Mona gave you this task in Spring launch." in mail.text
    assert buttons_in(mail)


def test_a_new_owner_hears_of_a_task_due_in_three_weeks(engine: Engine, here: Cast):
    give(engine, here.mona, IN_THREE_WEEKS, by=here.mona, now=at("2027-03-02T09:00"))
    hand_over(engine, here.sam, by=here.mona, now=at("2027-03-02T09:30"))

    assert heard(engine, "2027-03-02T09:00", "2027-03-02T12:00") == [("Tue 09:35", "Sam", NEWS)]


def test_a_task_moved_to_today_is_told_today(engine: Engine, here: Cast):
    give(engine, here.sam, IN_THREE_WEEKS, by=here.sam, now=MONDAY_NINE)
    move(engine, TUESDAY, by=here.mona, now=at("2027-03-02T15:00"))

    [(_, mail)] = mails(engine, "2027-03-02T15:00", "2027-03-02T16:30")

    assert mail.subject == "Send it (Spring launch) was moved and is due Tue 2 Mar 2027"


def test_a_task_moved_to_a_date_that_a_digest_tells_in_time_is_left_to_it(
    engine: Engine, here: Cast
):
    give(engine, here.sam, IN_THREE_WEEKS, by=here.sam, now=MONDAY_NINE)
    move(engine, THURSDAY, by=here.mona, now=at("2027-03-02T15:00"))

    assert heard(engine, "2027-03-02T15:00", "2027-03-02T16:00") == []
    assert heard(engine, "2027-03-03T08:00", "2027-03-03T10:00") == [("Wed 08:30", "Sam", DIGEST)]


def test_who_gives_or_moves_a_task_of_ones_own_is_told_nothing(engine: Engine, here: Cast):
    give(engine, here.sam, IN_THREE_WEEKS, by=here.sam, now=at("2027-03-02T15:00"))
    move(engine, TUESDAY, by=here.sam, now=at("2027-03-02T15:30"))

    assert heard(engine, "2027-03-02T15:00", "2027-03-02T16:30") == []


def test_many_tasks_are_one_message(engine: Engine, here: Cast):
    for minute, title in enumerate(("Send it", "Call Ada", "Clean the list")):
        now = at(f"2027-03-02T15:0{minute}")
        give(engine, here.sam, TUESDAY, by=here.mona, now=now, title=title)

    [(_, mail)] = mails(engine, "2027-03-02T15:00", "2027-03-02T16:30")

    assert mail.subject.startswith("3 tasks are yours now, or due sooner")
    assert "Clean the list (Spring launch) is yours now, due Tue 2 Mar 2027" in mail.text


def test_given_and_moved_at_once_is_told_once_as_it_is_then(engine: Engine, here: Cast):
    give(engine, here.sam, IN_THREE_WEEKS, by=here.mona, now=at("2027-03-02T15:00"))
    move(engine, TUESDAY, by=here.mona, now=at("2027-03-02T15:01"))

    [(_, mail)] = mails(engine, "2027-03-02T15:00", "2027-03-02T16:30")

    assert mail.subject == "Send it (Spring launch) is yours now, due Tue 2 Mar 2027"


def test_what_came_to_nothing_meanwhile_is_not_told(engine: Engine, here: Cast):
    give(engine, here.sam, TUESDAY, by=here.mona, now=at("2027-03-02T15:00"))
    hand_over(engine, here.mona, by=here.mona, now=at("2027-03-02T15:02"))

    assert heard(engine, "2027-03-02T15:00", "2027-03-02T16:30") == []


def test_before_the_hour_of_the_digest_it_waits_for_that(engine: Engine, here: Cast):
    give(engine, here.sam, TUESDAY, by=here.mona, now=at("2027-03-02T07:00"))

    assert heard(engine, "2027-03-02T07:00", "2027-03-02T16:30") == [("Tue 08:30", "Sam", DIGEST)]


def test_in_quiet_hours_it_waits_for_the_next_digest(engine: Engine, here: Cast):
    prefer(engine, here.sam, quiet_from=time(18), quiet_until=time(7))
    give(engine, here.sam, IN_THREE_WEEKS, by=here.mona, now=at("2027-03-02T19:00"))

    assert heard(engine, "2027-03-02T19:00", "2027-03-02T20:00") == []
    assert heard(engine, "2027-03-03T06:30", "2027-03-03T09:00") == [("Wed 08:35", "Sam", NEWS)]


def test_quiet_hours_after_an_early_digest_only_hold_it_until_they_end(engine: Engine, here: Cast):
    prefer(engine, here.sam, digest_at=time(6), quiet_from=time(18), quiet_until=time(9))
    assert heard(engine, "2027-03-02T06:00", "2027-03-02T06:05") == []

    give(engine, here.sam, TUESDAY, by=here.mona, now=at("2027-03-02T08:00"))

    assert heard(engine, "2027-03-02T08:00", "2027-03-02T16:30") == [("Tue 09:05", "Sam", NEWS)]


def test_on_a_weekend_it_waits_for_monday(engine: Engine, here: Cast):
    give(engine, here.sam, IN_THREE_WEEKS, by=here.mona, now=at("2027-03-06T11:00"))

    assert heard(engine, "2027-03-06T11:00", "2027-03-06T12:00") == []
    assert heard(engine, "2027-03-08T08:00", "2027-03-08T10:00") == [("Mon 08:35", "Sam", NEWS)]


def test_who_muted_the_plan_or_left_the_digest_hears_nothing(engine: Engine, here: Cast):
    def stop(session: Session) -> None:
        plan = session.exec(select(Plan)).one()
        mute_thread(session, session.merge(here.sam), f"plan-{plan.id}", now=MONDAY_NINE)
        tim = make_user(session, here.workspace, "Tim", team=here.sales)
        mute(session, tim, "list:digest", now=MONDAY_NINE)

    act(engine, stop)
    with db.read_only_session(engine) as session:
        tim = session.exec(select(User).where(User.name == "Tim")).one()
    give(engine, here.sam, TUESDAY, by=here.mona, now=at("2027-03-02T15:00"))
    give(engine, tim, TUESDAY, by=here.mona, now=at("2027-03-02T15:00"))

    assert heard(engine, "2027-03-02T15:00", "2027-03-02T16:30") == []


def test_days_off_entered_on_the_last_day_tell_what_is_due_in_them(engine: Engine, here: Cast):
    give(engine, here.sam, THURSDAY, by=here.sam, now=MONDAY_NINE)
    leave = DaysOff(first_on=date(2027, 3, 3), last_on=date(2027, 3, 5))
    now = at("2027-03-02T15:00")
    act(
        engine,
        lambda s: add_days_off(s, s.merge(here.sam), leave, by=s.merge(here.sam), now=now),
    )

    [(_, mail)] = mails(engine, "2027-03-02T15:00", "2027-03-02T16:00")
    next_day = mails(engine, "2027-03-03T08:00", "2027-03-03T10:00")

    assert mail.subject == "Send it (Spring launch) falls into your days off, due Thu 4 Mar 2027"
    [for_mona] = [mail for _, mail in next_day if mail.name == "Mona"]
    assert "Sam is away when it is due, and back on Mon 8 Mar 2027" in for_mona.text


def test_who_takes_the_day_off_back_has_a_digest_after_all(engine: Engine, here: Cast):
    give(engine, here.sam, MONDAY, by=here.sam, now=MONDAY_NINE)
    off = DaysOff(first_on=TUESDAY)
    act(
        engine,
        lambda s: add_days_off(s, s.merge(here.sam), off, by=s.merge(here.sam), now=MONDAY_NINE),
    )
    mails(engine, "2027-03-01T09:00", "2027-03-01T09:05")
    mails(engine, "2027-03-02T08:30", "2027-03-02T08:55")
    with db.transaction(engine) as session:
        [absence] = queries.absences_of(session, here.sam, since=TUESDAY)
        nine = at("2027-03-02T09:00")
        remove_days_off(session, session.merge(here.sam), absence, by=here.sam, now=nine)

    assert heard(engine, "2027-03-02T09:00", "2027-03-02T16:30") == [("Tue 09:00", "Sam", DIGEST)]


def test_what_was_inherited_is_left_to_the_message_about_all_of_it(engine: Engine, here: Cast):
    give(engine, here.mona, TUESDAY, by=here.mona, now=MONDAY_NINE)
    with db.transaction(engine) as session:
        task, olga = session.exec(select(Task)).one(), session.merge(here.olga)
        three = at("2027-03-02T15:00")
        hand_over_work(session, [task], [], to=session.merge(here.sam), by=olga, now=three)

    assert heard(engine, "2027-03-02T15:00", "2027-03-02T16:00") == []
