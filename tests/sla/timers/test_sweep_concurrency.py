"""On PostgreSQL sweeps and people's presses run side by side; none overlooks the other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import hand_off
from alignment.leads.models import Lead
from alignment.leads.touches import record_touch
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.promises.standard_targets import light_agreement, minimum_touches
from alignment.sla.timers.sweep import sweep_due_timers
from tests.factories import MONDAY_NINE, Cast, make_cast, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, clock, draft_light, sign_both

TEN, ELEVEN, NOON, FIVE = (berlin(f"2027-03-01 {hour}:00") for hour in (10, 11, 12, 17))
A_MINUTE_PAST = berlin("2027-03-01 17:01")


@pytest.fixture
def here(postgresql_engine: Engine) -> Cast:
    """Sales promises three touches as well."""
    with db.transaction(postgresql_engine) as session:
        acme = make_cast(session)
        targets = [*light_agreement(), minimum_touches(times=3, working_days=2)]
        version = draft_light(session, acme, targets=targets, now=MONDAY_NINE)
        sign_both(session, acme, version, now=MONDAY_NINE)
        return acme


@pytest.fixture
def ada(postgresql_engine: Engine, here: Cast) -> Lead:
    """To be touched by five; nobody has accepted her either."""
    with db.transaction(postgresql_engine) as session:
        lead = make_lead(session, here, "Ada Byron")
        hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        return lead


@pytest.fixture
def press(postgresql_engine: Engine) -> Iterator[Session]:
    """Sam's own transaction; what he did in it is not saved yet."""
    with Session(postgresql_engine, expire_on_commit=False) as session:
        yield session


def test_a_sweep_leaves_a_lead_alone_that_somebody_is_working_on(
    postgresql_engine: Engine, here: Cast, ada: Lead, press: Session
):
    record_touch(press, press.get_one(Lead, ada.id), EventKind.CALLED, by=here.sam, now=FIVE)

    assert sweep_due_timers(postgresql_engine, now=A_MINUTE_PAST) == 0

    press.commit()
    assert sweep_due_timers(postgresql_engine, now=A_MINUTE_PAST) == 0
    with Session(postgresql_engine) as session:
        assert clock(session, ada, "first_touch").state is TimerState.MET
        assert [breach.target_key for breach in breaches(session)] == ["accept_or_return"]


def test_a_sweep_reads_everybody_elses_clocks_meanwhile(
    postgresql_engine: Engine, here: Cast, ada: Lead, press: Session
):
    with db.transaction(postgresql_engine) as session:
        bob = make_lead(session, here, "Bob")
        hand_off(session, bob, by=here.mona, now=MONDAY_NINE, owner=here.sam)
    record_touch(press, press.get_one(Lead, ada.id), EventKind.CALLED, by=here.sam, now=FIVE)

    sweep_due_timers(postgresql_engine, now=A_MINUTE_PAST)

    with Session(postgresql_engine) as session:
        assert {breach.lead_id for breach in breaches(session)} == {bob.id}
    press.rollback()


def test_of_two_presses_at_once_the_later_one_counts_both(
    postgresql_engine: Engine, here: Cast, press: Session
):
    with db.transaction(postgresql_engine) as session:
        bob = make_lead(session, here, "Bob")
        hand_off(session, bob, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        record_touch(session, bob, EventKind.CALLED, by=here.sam, now=TEN)

    record_touch(press, press.get_one(Lead, bob.id), EventKind.CALLED, by=here.sam, now=ELEVEN)
    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(write_to, postgresql_engine, bob, by=here.sam, now=NOON)
        with pytest.raises(TimeoutError):
            other.result(timeout=0.5)
        press.commit()
        other.result(timeout=20)

    with Session(postgresql_engine) as session:
        assert clock(session, bob, "cadence").state is TimerState.MET


def write_to(engine: Engine, lead: Lead, *, by: User, now: datetime) -> None:
    with db.transaction(engine) as session:
        record_touch(session, session.get_one(Lead, lead.id), EventKind.WROTE, by=by, now=now)
