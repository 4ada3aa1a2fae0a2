"""The demo company's joint plans: started, worked on and reminded of in the weeks before now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment import wiring
from alignment.accounts.roles import Side
from alignment.cli.demo.company_setup import ZONE, Company
from alignment.notifications.digests import daily
from alignment.notifications.preferences.effective import effective_preferences_of
from alignment.plans import mailing, planning, tasks
from alignment.plans.models import Plan
from alignment.plans.planning import NewPlan
from alignment.plans.tasks import NewTask

ONE_DAY = timedelta(days=1)
DIGEST_AT = time(8, 31)
MEETING = time(10)
"""When the teams met, started their plans and dealt out the tasks."""


@dataclass(frozen=True, kw_only=True)
class DemoTask:
    """One person's task; days are counted in working days from today, before it below zero."""

    title: str
    owner: str
    due: int
    done: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DemoPlan:
    """One plan, in the same days."""

    name: str
    goal: str
    owner: str
    started: int
    due: int
    mailed: int | None = None
    parts: tuple[DemoTask, ...]


DEMO_PLANS = (
    DemoPlan(
        name="Fewer leads come back",
        goal="Sales returns at most one lead in ten, down from one in six.",
        owner="mona",
        started=-18,
        due=15,
        mailed=-6,
        parts=(
            DemoTask(
                title="List the five commonest reasons for returns", owner="ines", due=-14, done=-15
            ),
            DemoTask(title="Check telephone numbers in every form", owner="timo", due=-8, done=-8),
            DemoTask(
                title="Agree what a lead from the fair must tell us",
                owner="sam",
                due=-2,
                note="Half an hour with Lena is enough.",
            ),
            DemoTask(title="Send students to the learning pages", owner="aylin", due=0),
            DemoTask(title="Look at the returns of this month together", owner="mona", due=4),
        ),
    ),
    DemoPlan(
        name="Follow up on the trade fair",
        goal="Every visitor who asked for an offer has one, and ten have a meeting.",
        owner="ines",
        started=-12,
        due=8,
        parts=(
            DemoTask(
                title="Sort the visitors by what they asked for", owner="lena", due=-9, done=-10
            ),
            DemoTask(
                title="Write the three offers for laboratories", owner="carla", due=-5, done=-4
            ),
            DemoTask(title="Call the visitors from the north", owner="piotr", due=-1),
            DemoTask(title="Call the visitors from Austria", owner="olga", due=0),
            DemoTask(title="Send the talk's slides to all visitors", owner="timo", due=2),
            DemoTask(title="Count meetings and offers", owner="ines", due=7),
        ),
    ),
    DemoPlan(
        name="Launch of the new balance",
        goal="60 demo requests in the first four weeks, each answered in a day.",
        owner="olga",
        started=-7,
        due=30,
        parts=(
            DemoTask(
                title="Choose three customers for the first demos", owner="sam", due=-3, done=-3
            ),
            DemoTask(title="Write the one-pager", owner="aylin", due=-1, note="Two sides at most."),
            DemoTask(title="Film the balance in the laboratory", owner="lena", due=5),
            DemoTask(title="Practise the demo with all of sales", owner="carla", due=9),
            DemoTask(title="Invite the partners to a preview", owner="mona", due=12),
        ),
    ),
)

Step = tuple[datetime, Callable[[], object]]


def run_plans(session: Session, company: Company, *, now: datetime) -> None:
    """Do everything that was done until ``now``, in its order, with the reminders of each day."""
    days = WorkingDayOffsets(company, now=now)
    steps = [step for plan in DEMO_PLANS for step in _steps_of(session, company, plan, days)]
    steps += _mornings(session, company, days, since=min(plan.started for plan in DEMO_PLANS))
    for at, act in sorted(steps, key=lambda step: step[0]):
        if at <= now:
            act()


class WorkingDayOffsets:
    """Working days of the marketing team, counted from today."""

    def __init__(self, company: Company, *, now: datetime) -> None:
        self.today = now.astimezone(ZoneInfo(ZONE)).date()
        self._calendar = company.calendars[Side.MARKETING]

    def on(self, count: int) -> date:
        """Today itself, or so many working days before or after it."""
        if count == 0:
            return self.today
        reach = 3 * ONE_DAY * abs(count) + 14 * ONE_DAY
        if count > 0:
            coming = self._calendar.working_dates(self.today + ONE_DAY, self.today + reach)
            return list(coming)[count - 1]
        return list(self._calendar.working_dates(self.today - reach, self.today - ONE_DAY))[count]

    def at(self, count: int, wall: time) -> datetime:
        return datetime.combine(self.on(count), wall, ZoneInfo(ZONE)).astimezone(UTC)


def _steps_of(
    session: Session, company: Company, demo_plan: DemoPlan, days: WorkingDayOffsets
) -> Iterator[Step]:
    by, started_at = company.people[demo_plan.owner], days.at(demo_plan.started, MEETING)
    plan = planning.start_plan(
        session,
        NewPlan(
            name=demo_plan.name, goal=demo_plan.goal, owner_id=by.id, due_on=days.on(demo_plan.due)
        ),
        by=by,
        now=started_at,
    )
    for part in demo_plan.parts:
        yield from _steps_of_task(session, company, plan, part, days, started_at=started_at)
    if demo_plan.mailed is not None:
        at = days.at(demo_plan.mailed, MEETING)
        yield at, lambda: mailing.mail_plan(session, plan, number=1, by=by, now=at)


def _steps_of_task(
    session: Session,
    company: Company,
    plan: Plan,
    part: DemoTask,
    days: WorkingDayOffsets,
    *,
    started_at: datetime,
) -> Iterator[Step]:
    owner, due_on = company.people[part.owner], days.on(part.due)
    new = NewTask(title=part.title, note=part.note, owner_id=owner.id, due_on=due_on)
    by = company.people["mona"]
    task = tasks.add_task(session, plan, new, by=by, now=started_at)
    if part.done is not None:
        at = days.at(part.done, MEETING)
        yield at, lambda: tasks.complete_task(session, task, by=owner, now=at)


def _mornings(
    session: Session, company: Company, days: WorkingDayOffsets, *, since: int
) -> Iterator[Step]:
    for count in range(since + 1, 1):
        at = days.at(count, DIGEST_AT)
        yield at, partial(_make_digests, session, company, now=at)


def _make_digests(session: Session, company: Company, *, now: datetime) -> None:
    people = list(company.people.values())
    wishes = effective_preferences_of(session, people, now=now)
    for person in people:
        daily.make_digest(session, person, wishes[person.id], wiring.DIGEST_SOURCES, now=now)
