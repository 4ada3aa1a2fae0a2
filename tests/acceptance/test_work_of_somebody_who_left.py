"""What somebody who left still has goes to somebody who reads it, day after day."""

from datetime import UTC, date, datetime, timedelta

from alignment import wiring
from alignment.accounts.models import User
from alignment.accounts.people import administration
from alignment.leads import handoff
from alignment.notifications.digests import daily
from alignment.plans import planning, tasks
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask
from alignment.sla.timers.sweep import sweep_due_timers
from tests.factories import MONDAY_NINE, make_lead, make_user
from tests.sla.light_agreement import in_force


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2027 by the clock in Berlin, before the change of clocks."""
    return datetime(2027, 3, day, hour - 1, minute, tzinfo=UTC)


def read_timers(engine, now):
    sweep_due_timers(engine, now=now)


def make_digests(engine, now):
    return daily.make_due(engine, wiring.DIGEST_SOURCES, now=now)


def give_sam_work(here):
    """A lead that is to be accepted by one and touched by five, and a task for Wednesday."""

    def give(session, now):
        acme = here.acme
        make_user(session, acme.workspace, "Lea", team=acme.sales, is_team_lead=True)
        in_force(session, acme)
        lead = make_lead(session, acme)
        handoff.hand_off(session, lead, by=acme.mona, now=now, owner=acme.sam)
        new = NewPlan(name="Spring launch", owner_id=acme.mona.id)
        plan = planning.start_plan(session, new, by=acme.mona, now=now)
        part = NewTask(title="Send it", owner_id=acme.sam.id, due_on=date(2027, 3, 3))
        tasks.add_task(session, plan, part, by=acme.mona, now=now)

    return give


def leave(here):
    def deactivate(session, now):
        sam, olga = (session.get_one(User, x.id) for x in (here.acme.sam, here.acme.olga))
        administration.deactivate(session, sam, by=olga, now=now)

    return deactivate


def test_who_leads_the_team_is_warned_told_of_the_misses_and_reminded_every_morning(here):
    timeline = here.timeline(
        jobs=[read_timers, make_digests], still_matters=wiring.SUPPRESSION_CHECKS
    )
    timeline.at(MONDAY_NINE, do=give_sam_work(here))
    timeline.at(at(1, 9, 5), do=leave(here))

    timeline.wants("Sam", "2 due today: Ada Byron", at=MONDAY_NINE)
    timeline.wants("Sam", "Globex is yours now", at=MONDAY_NINE)
    for who, subject, about in (
        ("Lea", "accept or return is due", at(1, 12)),
        ("Lea", "accept or return was due", at(1, 13)),
        ("Mona", "accept or return was due", at(1, 13)),
        ("Lea", "first human touch is due", at(1, 15)),
        ("Lea", "first human touch was due", at(1, 17)),
        ("Mona", "first human touch was due", at(1, 17)),
        ("Lea", "2 overdue, 1 to know: Ada Byron", at(2, 8, 30)),
        ("Lea", "2 overdue, 1 due today: Ada Byron", at(3, 8, 30)),
    ):
        timeline.wants(who, subject, at=about, within=timedelta(minutes=16))
    timeline.run(MONDAY_NINE, at(3, 18))
