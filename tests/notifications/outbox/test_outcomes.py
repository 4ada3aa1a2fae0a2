"""What follows from each outcome."""

from datetime import timedelta

import pytest

from alignment.notifications.models import Outcome
from alignment.notifications.outbox.outcomes import RETRY_DELAYS, Attempt, attempt_result
from tests.factories import MONDAY_NINE


def ended(outcome, *, attempts=0, delivery_id=1):
    attempt = Attempt(outcome=outcome, reason="250 OK")
    return attempt_result(attempt, delivery_id=delivery_id, attempts=attempts, now=MONDAY_NINE)


@pytest.mark.parametrize(
    "outcome", [Outcome.ACCEPTED, Outcome.KEPT, Outcome.SUPPRESSED, Outcome.BOUNCED, Outcome.DEAD]
)
def test_what_is_settled_is_not_tried_again(outcome):
    assert ended(outcome).next_attempt_at is None


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.UNKNOWN])
@pytest.mark.parametrize("attempts", range(len(RETRY_DELAYS)))
def test_each_wait_is_longer_and_off_by_a_fifth_at_most(outcome, attempts):
    end = ended(outcome, attempts=attempts)

    assert end.next_attempt_at is not None
    wait = end.next_attempt_at - MONDAY_NINE
    assert RETRY_DELAYS[attempts] * 0.8 <= wait <= RETRY_DELAYS[attempts] * 1.2
    assert end.attempts == attempts + 1


def test_a_crowd_of_messages_does_not_come_back_at_once():
    waits = {ended(Outcome.RETRY, delivery_id=number).next_attempt_at for number in range(50)}

    assert len(waits) > 40


def test_the_same_try_waits_the_same_time_whoever_computes_it():
    assert ended(Outcome.RETRY, attempts=3) == ended(Outcome.RETRY, attempts=3)


def test_after_the_eighth_try_it_is_given_up_with_the_last_answer():
    end = ended(Outcome.RETRY, attempts=7)

    assert (end.outcome, end.reason) == (Outcome.DEAD, "Given up after 8 tries. 250 OK")
    assert (end.attempts, end.next_attempt_at) == (8, None)


def test_a_hold_is_no_try_of_the_message():
    end = ended(Outcome.HELD, attempts=3)

    assert end.attempts == 3
    assert end.next_attempt_at == MONDAY_NINE + timedelta(minutes=15)
