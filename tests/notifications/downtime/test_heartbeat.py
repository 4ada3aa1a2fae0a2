"""A scheduler that stood still is noticed once, by whoever ticks first."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlmodel import Session, select

from alignment.notifications.downtime.heartbeat import beat
from alignment.notifications.models import Downtime, Heartbeat
from tests.factories import MONDAY_NINE

A_MINUTE = timedelta(minutes=1)


def gaps(engine):
    with Session(engine) as session:
        return [(gap.from_at, gap.until_at) for gap in session.exec(select(Downtime))]


def pulse(engine):
    with Session(engine) as session:
        return session.exec(select(Heartbeat)).one().last_beat_at


def test_the_first_tick_of_all_ends_no_standstill(engine):
    beat(engine, now=MONDAY_NINE)

    assert (pulse(engine), gaps(engine)) == (MONDAY_NINE, [])


@pytest.mark.parametrize(("minutes", "found"), [(1, 0), (2, 0), (3, 1), (4320, 1)])
def test_more_than_two_minutes_without_a_tick_are_a_standstill(engine, here, minutes, found):
    beat(engine, now=MONDAY_NINE)

    beat(engine, now=MONDAY_NINE + minutes * A_MINUTE)

    assert len(gaps(engine)) == found


def test_three_workers_that_wake_at_once_write_one_standstill(engine, here):
    beat(engine, now=MONDAY_NINE)
    later = MONDAY_NINE + 60 * A_MINUTE

    workers = [Thread(target=beat, args=(engine,), kwargs={"now": later}) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert gaps(engine) == [(MONDAY_NINE, later)]


def test_a_clock_put_back_leaves_the_pulse_where_it_was(engine, here):
    beat(engine, now=MONDAY_NINE)

    beat(engine, now=MONDAY_NINE - 60 * A_MINUTE)
    beat(engine, now=MONDAY_NINE + A_MINUTE)

    assert (pulse(engine), gaps(engine)) == (MONDAY_NINE + A_MINUTE, [])


def test_jobs_that_begin_in_the_same_second_say_nothing_of_a_clock_put_back(engine, caplog):
    jobs = [Thread(target=beat, args=(engine,), kwargs={"now": MONDAY_NINE}) for _ in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()

    assert caplog.messages == []
