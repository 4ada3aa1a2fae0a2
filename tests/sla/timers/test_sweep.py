"""The sweep looks at every clock whose time has come, as often as it likes, and tells once."""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment import db
from alignment.leads.handoff import accept, hand_off
from alignment.leads.models import Lead
from alignment.notifications.models import Delivery
from alignment.sla.models import Timer
from alignment.sla.timers import sweep
from tests.factories import MONDAY_NINE, Cast, make_cast, make_hours, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, clock, in_force, journal

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOON, ONE, TWO = (berlin(f"2027-03-01 {hour}:00") for hour in (12, 13, 14))
THURSDAY = berlin("2027-03-04 10:00")


@pytest.fixture
def here(engine: Engine) -> Cast:
    """Acme with its light agreement, saved for good."""
    with db.transaction(engine) as session:
        acme = make_cast(session)
        in_force(session, acme)
        return acme


def hand_off_many(engine: Engine, acme: Cast, names: Iterable[str]) -> list[Lead]:
    """Each to Sam on Monday at nine: to be accepted by one, touched by five."""
    with db.transaction(engine) as session:
        leads = [make_lead(session, acme, name) for name in names]
        for lead in leads:
            hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
        return leads


def told(engine: Engine) -> Counter[str]:
    """How many letters of each kind there are."""
    with Session(engine) as session:
        return Counter(session.exec(select(Delivery.kind)))


def stored(engine: Engine, lead: Lead, key: str) -> Timer:
    with Session(engine) as session:
        return clock(session, lead, key)


def missed(engine: Engine) -> list[tuple[str, datetime]]:
    with Session(engine) as session:
        return sorted((one.target_key, one.due_at) for one in breaches(session))


def test_before_anything_is_due_there_is_nothing_to_do(engine: Engine, here: Cast):
    hand_off_many(engine, here, ["Ada"])

    assert sweep.sweep_due_timers(engine, now=NOON - MINUTE) == 0


def test_it_warns_then_breaches_each_at_its_time(engine: Engine, here: Cast):
    hand_off_many(engine, here, ["Ada"])

    for minute in range(61):
        sweep.sweep_due_timers(engine, now=NOON + minute * MINUTE)
    assert (told(engine)["timer_warned"], missed(engine)) == (1, [])
    sweep.sweep_due_timers(engine, now=ONE + MINUTE)

    assert missed(engine) == [("accept_or_return", ONE)]


def test_a_second_sweep_finds_nothing_and_tells_nothing(engine: Engine, here: Cast):
    hand_off_many(engine, here, ["Ada", "Bob"])
    first = sweep.sweep_due_timers(engine, now=TWO)
    letters = told(engine)

    second = sweep.sweep_due_timers(engine, now=TWO)

    assert (first > 0, second) == (True, 0)
    assert told(engine) == letters


def test_one_sweep_after_three_days_breaches_at_the_due_times(engine: Engine, here: Cast):
    (ada,) = hand_off_many(engine, here, ["Ada"])

    sweep.sweep_due_timers(engine, now=THURSDAY)

    assert missed(engine) == [
        ("accept_or_return", ONE),
        ("first_touch", berlin("2027-03-01 17:00")),
    ]
    assert stored(engine, ada, "first_touch").next_at is None


def test_what_is_done_in_time_is_never_looked_at_again(engine: Engine, here: Cast):
    (ada,) = hand_off_many(engine, here, ["Ada"])
    with db.transaction(engine) as session:
        accept(session, session.get_one(Lead, ada.id), by=here.sam, now=NOON - HOUR)

    sweep.sweep_due_timers(engine, now=THURSDAY)

    assert [key for key, _ in missed(engine)] == ["first_touch"]


def test_two_sweeps_at_once_tell_each_breach_once(engine: Engine, here: Cast):
    hand_off_many(engine, here, [f"Lead {number}" for number in range(40)])

    with ThreadPoolExecutor(max_workers=4) as pool:
        looked = list(pool.map(lambda _: sweep.sweep_due_timers(engine, now=TWO), range(4)))

    assert sum(looked) >= 40
    assert len(missed(engine)) == 40
    with Session(engine) as session:
        breached = [entry.facts["lead_id"] for entry in journal(session, "timer_breached")]
        letters = session.exec(select(Delivery.key).where(Delivery.kind == "timer_breached")).all()
    assert len(breached) == len(set(breached)) == 40
    assert len(letters) == len(set(letters)) == 40 * len({here.sam.id, here.mona.id})


def test_a_clock_that_cannot_be_read_stops_nobody_else(engine: Engine, here: Cast):
    (ada,) = hand_off_many(engine, here, ["Ada"])
    with db.transaction(engine) as session:
        make_hours(session, here.sales, version=2)
    hand_off_many(engine, here, ["Bob"])
    with db.transaction(engine) as session:
        broken = session.merge(here.sales_hours)
        broken.week = {}

    sweep.sweep_due_timers(engine, now=TWO)

    assert missed(engine) == [("accept_or_return", ONE)]
    assert stored(engine, ada, "accept_or_return").next_at == TWO + HOUR


def test_once_it_can_be_read_again_its_breach_is_told(engine: Engine, here: Cast):
    hand_off_many(engine, here, ["Ada"])
    week = here.sales_hours.week
    for hours in ({}, week):
        with db.transaction(engine) as session:
            session.merge(here.sales_hours).week = hours
        sweep.sweep_due_timers(engine, now=TWO if hours == {} else TWO + HOUR)

    assert missed(engine) == [("accept_or_return", ONE)]


def test_each_workspace_is_swept_for_itself(engine: Engine, here: Cast):
    with db.transaction(engine) as session:
        globex = make_cast(session, name="Globex")
        in_force(session, globex)
    hand_off_many(engine, here, ["Ada"])
    hand_off_many(engine, globex, ["Bob"])

    sweep.sweep_due_timers(engine, now=TWO)

    with Session(engine) as session:
        assert {one.workspace_id for one in breaches(session)} == {here.id, globex.id}
        owners = session.exec(select(Delivery.workspace_id, Delivery.recipient_id)).all()
    assert (here.id, globex.sam.id) not in owners
    assert (globex.id, here.sam.id) not in owners


def test_the_longest_waiting_are_looked_at_first_and_none_is_left(
    engine: Engine, here: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sweep, "TIMERS_PER_BATCH", 7)
    hand_off_many(engine, here, [f"Lead {number}" for number in range(20)])

    sweep.sweep_due_timers(engine, now=TWO)

    assert len(missed(engine)) == 20
    with Session(engine) as session:
        waiting = session.exec(select(Timer).where(col(Timer.next_at) <= TWO)).all()
    assert waiting == []
