"""Digests over days: once a morning, also after a standstill; and together with what is instant."""

from datetime import UTC, date, datetime

from alignment import wiring
from alignment.notifications.digests import daily
from alignment.plans import planning, tasks
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask
from tests.factories import MONDAY_NINE

THURSDAY = date(2027, 3, 4)
STANDING = {"still_matters": wiring.SUPPRESSION_CHECKS}
A_TASK = "Send one-pager"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2027 by the clock in Berlin, before the change of clocks."""
    return datetime(2027, 3, day, hour - 1, minute, tzinfo=UTC)


def make(engine, now):
    return daily.make_due(engine, wiring.DIGEST_SOURCES, now=now)


def sam_takes_a_task(here):
    def give(session, now):
        acme = here.acme
        new = NewPlan(name="Spring launch", owner_id=acme.mona.id)
        plan = planning.start_plan(session, new, by=acme.mona, now=now)
        part = NewTask(title=A_TASK, owner_id=acme.sam.id, due_on=THURSDAY)
        tasks.add_task(session, plan, part, by=acme.sam, now=now)

    return give


def timeline_with_a_task(here):
    timeline = here.timeline(jobs=[make], **STANDING)
    timeline.at(MONDAY_NINE, do=sam_takes_a_task(here))
    return timeline


def test_a_task_is_told_the_day_before_and_on_the_day_and_then_overdue(here):
    timeline = timeline_with_a_task(here)

    timeline.wants("Sam", f"^1 to know: {A_TASK}", at=at(3, 8, 30))
    timeline.wants("Sam", f"^1 due today: {A_TASK}", at=at(4, 8, 30))
    timeline.wants("Sam", f"^1 overdue: {A_TASK}", at=at(5, 8, 30))

    timeline.run(MONDAY_NINE, at(8, 18))


def test_after_three_days_without_a_scheduler_one_digest_tells_the_latest(here):
    timeline = timeline_with_a_task(here)
    timeline.stopped(at(2, 8), at(5, 10))

    timeline.wants("Sam", f"^1 overdue: {A_TASK}", at=at(5, 10))

    timeline.run(MONDAY_NINE, at(5, 18))


def test_after_a_morning_without_a_scheduler_what_is_only_due_is_not_told_late(here):
    timeline = timeline_with_a_task(here)
    timeline.stopped(at(4, 7), at(4, 12, 15))

    timeline.wants("Sam", f"^1 to know: {A_TASK}", at=at(3, 8, 30))
    timeline.wants("Sam", f"^1 overdue: {A_TASK}", at=at(5, 8, 30))

    timeline.run(MONDAY_NINE, at(5, 18))
