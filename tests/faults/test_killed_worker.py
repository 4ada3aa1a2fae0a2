"""A worker killed at any point loses nothing, and doubles at most the message in its hand."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from alignment.notifications.claims import LEASE
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.faults.dying_worker import AFTER_SEND, POINTS
from tests.postbox import deliveries, letter_to, mail_to, office_for, post, send_due

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("dying_worker.py")


def run_worker(engine, sink, point):
    """Start a real process and see how it ends."""
    command = [sys.executable, str(WORKER), str(engine.url), str(sink.port)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    return subprocess.run(
        [*command, MONDAY_NINE.isoformat(), point], env=environment, check=False
    ).returncode


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
