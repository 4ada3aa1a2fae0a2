"""A worker killed at any point loses nothing, and doubles at most the message in its hand."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from alignment.notifications.models import Outcome
from alignment.notifications.sending.claims import LEASE
from tests.factories import MONDAY_NINE
from tests.faults.dying_worker import AFTER_SEND, POINTS, WHENEVER
from tests.faults.plain_sink import PlainSink
from tests.postbox import deliveries, letter_to, mail_to, office_for, post, send_due

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("dying_worker.py")
IS_PROOF = os.environ.get("HYPOTHESIS_PROFILE") == "proof"
MESSAGES, KILLS = (5_000, 50) if IS_PROOF else (150, 3)


def start_worker(engine, sink, point, *, at=MONDAY_NINE):
    """A real process that empties the outbox."""
    command = [sys.executable, str(WORKER), str(engine.url), str(sink.port)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    return subprocess.Popen([*command, at.isoformat(), point], env=environment)


def run_worker(engine, sink, point):
    """Start a real process and see how it ends."""
    return start_worker(engine, sink, point).wait()


def kill_after(worker, sink, count):
    """Kill it once it has sent so many messages; where it ended by itself there is no kill."""
    wanted = len(sink.message_ids) + count
    while len(sink.message_ids) < wanted and worker.poll() is None:
        time.sleep(0.001)
    time.sleep(random.uniform(0, 0.02))
    worker.kill()
    return worker.wait() == -signal.SIGKILL


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_a_named_point_loses_nothing(engine, sink, here, point):
    post(engine, *(letter_to(here.sam, key=f"task-{number}") for number in range(3)))

    died_of = run_worker(engine, sink, point)
    send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE + LEASE)

    copies = Counter(sink.message_ids)
    assert died_of == -signal.SIGKILL
    assert {one.outcome for one in deliveries(engine)} == {Outcome.ACCEPTED}
    assert len(copies) == 3
    assert sum(copies.values()) == (4 if point == AFTER_SEND else 3)


def test_what_a_dead_worker_had_claimed_waits_for_the_end_of_its_lease(engine, sink, here):
    post(engine, letter_to(here.sam))
    run_worker(engine, sink, "after claim")

    too_early = send_due(engine, office_for(mail_to(sink.port)), now=MONDAY_NINE)

    assert not too_early
    assert sink.taken == []


def test_a_worker_that_nobody_kills_sends_each_message_once(engine, sink, here):
    post(engine, *(letter_to(here.sam, key=f"task-{number}") for number in range(12)))

    ended = run_worker(engine, sink, "never")

    assert ended == 0
    assert len(set(sink.message_ids)) == len(sink.taken) == 12


@pytest.mark.timeout(1500)
def test_workers_killed_at_random_lose_nothing_and_double_one_message_each(engine, here):
    post(engine, *(letter_to(here.sam, key=f"task-{number}") for number in range(MESSAGES)))
    at, kills = MONDAY_NINE, 0

    with PlainSink() as sink:
        for _ in range(KILLS):
            worker = start_worker(engine, sink, WHENEVER, at=at)
            kills += kill_after(worker, sink, random.randint(1, MESSAGES // KILLS))
            at += LEASE
        while send_due(engine, office_for(mail_to(sink.port)), now=at):
            pass

    copies = Counter(sink.message_ids)
    lost, doubled = MESSAGES - len(copies), sum(copies.values()) - len(copies)
    assert {one.outcome for one in deliveries(engine)} == {Outcome.ACCEPTED}
    assert lost == 0
    assert doubled <= kills
    assert kills > KILLS // 2
    print(f"{MESSAGES} messages, {kills} kills: {lost} lost, {doubled} doubled")  # noqa: T201
