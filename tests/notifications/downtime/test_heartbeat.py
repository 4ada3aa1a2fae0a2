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


def set_back(engine):
    with Session(engine) as session:
        heartbeat = session.exec(select(Heartbeat)).one()
        return heartbeat.set_back_from, heartbeat.set_back_at


def test_after_the_clock_was_set_back_the_pulse_goes_on_from_its_new_time(engine, here):
    an_hour_before = MONDAY_NINE - 60 * A_MINUTE
    beat(engine, now=MONDAY_NINE)

    beat(engine, now=an_hour_before)
    beat(engine, now=an_hour_before + A_MINUTE)

    assert pulse(engine) == an_hour_before + A_MINUTE
    assert set_back(engine) == (MONDAY_NINE, an_hour_before)
    assert gaps(engine) == []


def test_a_clock_set_back_and_ahead_again_is_no_standstill(engine, here):
    beat(engine, now=MONDAY_NINE)
    beat(engine, now=MONDAY_NINE - 60 * A_MINUTE)

    beat(engine, now=MONDAY_NINE + A_MINUTE)

    assert (pulse(engine), gaps(engine)) == (MONDAY_NINE + A_MINUTE, [])


def test_two_machines_whose_clocks_differ_by_ten_minutes_make_no_standstills(engine, here):
    for seconds in range(0, 300, 30):
        now = MONDAY_NINE + timedelta(seconds=seconds)
        beat(engine, now=now + 10 * A_MINUTE)
        beat(engine, now=now)

    assert gaps(engine) == []
    assert set_back(engine)[0] is not None


def test_a_standstill_that_comes_after_a_clock_was_set_back_is_noticed(engine, here):
    beat(engine, now=MONDAY_NINE)
    beat(engine, now=MONDAY_NINE - 60 * A_MINUTE)

    beat(engine, now=MONDAY_NINE + 60 * A_MINUTE)

    assert gaps(engine) == [(MONDAY_NINE - 60 * A_MINUTE, MONDAY_NINE + 60 * A_MINUTE)]


@pytest.mark.parametrize("seconds", [1, 60])
def test_clocks_of_two_machines_may_differ_by_a_minute(engine, caplog, seconds):
    beat(engine, now=MONDAY_NINE)

    beat(engine, now=MONDAY_NINE - timedelta(seconds=seconds))

    assert (pulse(engine), set_back(engine), caplog.messages) == (MONDAY_NINE, (None, None), [])


def test_jobs_that_begin_in_the_same_second_say_nothing_of_a_clock_put_back(engine, caplog):
    jobs = [Thread(target=beat, args=(engine,), kwargs={"now": MONDAY_NINE}) for _ in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()

    assert caplog.messages == []
