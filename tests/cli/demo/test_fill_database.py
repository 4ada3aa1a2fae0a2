"""The demo company is asked at hours at which an office is open, closed, and closed for days."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, func, select

from alignment import db, wiring
from alignment.accounts.models import User
from alignment.accounts.roles import Role, Side
from alignment.app import create_app
from alignment.cli.demo import company_setup, fill_database, quarter_of_leads
from alignment.config import Settings
from alignment.integrations.imports.models import Import
from alignment.leads.models import Lead, LeadEvent
from alignment.notifications.models import Delivery, Outcome
from alignment.plans.models import DueStatus, Plan, Task
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Agreement, AgreementVersion, Breach, Timer, VersionState
from alignment.sla.promises.quotas import QuotaAttainment
from alignment.sla.promises.redlines import redlines
from alignment.sla.quotas.attainment import attainments
from alignment.sla.timers import inspection, sweep
from alignment.sla.versions.stored_promises import wording_of_version

Kind = TypeVar("Kind", bound=SQLModel)
DAY = timedelta(days=1)
SUNDAY_NIGHT = datetime(2027, 3, 14, 2, 0, tzinfo=UTC)
MONDAY_MORNING = datetime(2027, 3, 15, 8, 5, tzinfo=UTC)
CHRISTMAS = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 18, 14, 30, 17, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Demo:
    engine: Engine
    now: datetime

    def all(self, kind: type[Kind]) -> list[Kind]:
        with Session(self.engine) as session:
            return list(session.exec(select(kind)))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SUNDAY_NIGHT, id="Sunday night"),
        pytest.param(MONDAY_MORNING, id="Monday morning"),
        pytest.param(CHRISTMAS, id="Christmas"),
        pytest.param(WEDNESDAY, id="Wednesday afternoon"),
    ],
)
def here(
    request: pytest.FixtureRequest,
    demos: Callable[[datetime], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """The demo company at one hour; nobody in these tests changes it."""
    wiring.connect()
    copied = shutil.copytree(demos(request.param), tmp_path_factory.mktemp("demo") / "data")
    engine = db.connect(f"sqlite:///{copied}/alignment.db")
    yield Demo(engine=engine, now=request.param)
    engine.dispose()


@pytest.mark.parametrize("side", [Side.MARKETING, Side.SALES])
def test_each_team_has_clocks_in_every_state_right_now(here: Demo, side: Side):
    own = [timer for timer in here.all(Timer) if timer.owed_by is side]

    seen = Counter(inspection.state_label(timer, now=here.now) for timer in own)

    assert min(seen[state] for state in ("running", "warned", "breached", "met", "met_late")) >= 1


def test_a_quarter_of_leads_ends_now(here: Demo):
    arrivals = sorted(lead.arrived_at for lead in here.all(Lead))

    assert 500 <= len(arrivals) <= 700
    assert arrivals[-1] <= here.now
    assert 12 <= (here.now - arrivals[0]) // timedelta(weeks=1) <= 14
    assert all(line.at == line.recorded_at <= here.now for line in here.all(LeadEvent))


def test_most_promises_were_kept_by_both(here: Demo):
    for side in (Side.MARKETING, Side.SALES):
        aloud = [timer for timer in here.all(Timer) if not timer.is_shadow]
        states = Counter(timer.state for timer in aloud if timer.owed_by is side)

        assert (
            0.75
            < states[TimerState.MET] / (states[TimerState.MET] + states[TimerState.MET_LATE])
            < 0.97
        )


def test_breaches_were_noticed_when_they_happened(here: Demo):
    breaches = [breach for breach in here.all(Breach) if not breach.is_shadow]

    assert {breach.noticed_at - breach.due_at for breach in breaches} == {timedelta(seconds=1)}
    assert all(
        breach.resolved_at is None or breach.resolved_at > breach.due_at for breach in breaches
    )


def test_a_sweep_right_after_finds_nothing_new(here: Demo):
    assert sweep.sweep_due_timers(here.engine, now=here.now) == 0


def test_old_mail_is_kept_with_its_own_dates_and_only_new_mail_goes_out(here: Demo):
    for letter in here.all(Delivery):
        assert letter.created_at <= here.now
        if letter.created_at < here.now - DAY:
            assert (letter.outcome, letter.settled_at) == (Outcome.KEPT, letter.created_at)
            assert letter.subject
        else:
            assert letter.outcome is Outcome.PENDING
            assert letter.next_attempt_at == letter.due_at


def test_old_mail_covers_warnings_breaches_plans_and_reminders(here: Demo):
    kinds = Counter(letter.kind for letter in here.all(Delivery))

    assert kinds.keys() == {
        *("timer_warned", "timer_breached", "breach_resolved"),
        *("daily_digest", "plan_mailed", "signature_awaited", "task_news"),
    }


def test_three_plans_have_tasks_done_overdue_due_today_and_to_come(here: Demo):
    with Session(here.engine) as session:
        owners = {user.id: user for user in session.exec(select(User))}
    tasks = here.all(Task)

    today = here.now.astimezone(ZoneInfo("Europe/Berlin")).date()

    assert len(here.all(Plan)) == 3
    assert {task.due(today) for task in tasks} == set(DueStatus)
    assert {task.owner_id for task in tasks} <= owners.keys()


def test_the_agreement_is_in_force_since_the_quarter_began(here: Demo):
    version, _ = here.all(AgreementVersion)
    first = min(lead.arrived_at for lead in here.all(Lead))

    assert version.state is VersionState.SIGNED
    assert version.effective_at is not None
    assert version.effective_at <= first


def test_a_quicker_draft_is_tried_in_silence_for_two_weeks(here: Demo):
    promised, tried = here.all(AgreementVersion)
    silent = [timer for timer in here.all(Timer) if timer.is_shadow]

    assert (tried.state, tried.is_in_shadow_at(here.now)) == (VersionState.DRAFT, True)
    assert redlines(wording_of_version(promised), wording_of_version(tried))
    assert {timer.version_id for timer in silent} == {tried.id}
    assert {TimerState.MET, TimerState.MET_LATE} <= {timer.state for timer in silent}


def test_marketing_sees_how_far_the_month_has_come(here: Demo):
    with db.read_only_session(here.engine) as session:
        version = session.exec(select(AgreementVersion).order_by(col(AgreementVersion.id))).first()
        assert version is not None
        agreement = session.get_one(Agreement, version.agreement_id)
        volume, before, *_ = attainments(session, agreement, version, now=here.now)

    assert isinstance(before.result, QuotaAttainment)
    assert 0.5 < before.result.share < 1.5
    assert volume.is_running


def test_the_imports_are_in_the_list(here: Demo):
    kinds = {
        (row.file_name, row.created + row.rejected == row.rows_total) for row in here.all(Import)
    }

    assert kinds == {("fair-visitors.csv", True), ("won-deals.csv", True)}


def test_nobody_has_a_password_and_every_address_leads_nowhere(here: Demo):
    people = here.all(User)

    assert len(people) == 9
    assert {person.password_hash for person in people} == {None}
    assert all(person.email.endswith("@larkfeld.example") for person in people)
    assert all((lead.email or "").endswith(".example") for lead in here.all(Lead))


def test_the_owner_is_found_and_has_something_due(here: Demo):
    with db.read_only_session(here.engine) as session:
        owner = fill_database.demo_owner(session)
        assert owner is not None
        due = session.exec(
            select(func.count()).where(
                col(Timer.owner_id) == owner.id, Timer.state == TimerState.RUNNING
            )
        ).one()

    assert (owner.name, owner.role) == ("Olga Sternwald", Role.OWNER)
    assert due >= 2


def test_filling_again_changes_nothing(here: Demo):
    leads = len(here.all(Lead))

    assert not fill_database.fill(here.engine, now=here.now + DAY)

    assert len(here.all(Lead)) == leads


def test_an_empty_database_has_no_owner(engine: Engine):
    with db.read_only_session(engine) as session:
        assert fill_database.demo_owner(session) is None


def test_the_command_says_what_it_did_and_may_be_given_again(
    demos: Callable[[datetime], Path], tmp_path: Path
):
    data = shutil.copytree(demos(WEDNESDAY), tmp_path / "data")
    app = create_app(Settings(data_dir=data), clock=lambda: WEDNESDAY)

    said = [(data / "said").read_text(), app.test_cli_runner().invoke(args=["demo"]).output]

    app.extensions["alignment"]["engine"].dispose()
    assert said == ["The demo company is here.\n", "Somebody is here. Nothing changed.\n"]


def test_the_same_hour_makes_the_same_leads(engine: Engine):
    told = []
    for _ in range(2):
        with Session(engine) as session:
            company = company_setup.found_company(session, now=WEDNESDAY)
            taken = quarter_of_leads.take_in(session, company, now=WEDNESDAY)
            told.append([(row.fields, row.arrived_at, row.events) for row in taken.values()])

    assert told[0] == told[1]
