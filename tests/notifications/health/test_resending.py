"""Sending again what was given up."""

import pytest

from alignment import db
from alignment.errors import Refused
from alignment.notifications.health.queries import NO_FILTER
from alignment.notifications.health.resending import resend, resend_all
from alignment.notifications.models import Delivery, Outcome
from tests.factories import MONDAY_NINE, make_stella
from tests.postbox import deliveries, letter_to, post


def settle(engine, outcome: Outcome) -> None:
    with db.transaction(engine) as session:
        for delivery in deliveries(engine):
            row = session.get_one(Delivery, delivery.id)
            row.outcome, row.attempts, row.settled_at = outcome, 5, MONDAY_NINE


def test_all_that_was_given_up_is_sent_again_with_a_fresh_schedule(engine, here):
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))
    settle(engine, Outcome.DEAD)

    with db.transaction(engine) as session:
        resend_all(session, here.id, NO_FILTER, now=MONDAY_NINE)

    assert {(row.outcome, row.attempts) for row in deliveries(engine)} == {(Outcome.PENDING, 0)}


def test_another_workspace_sends_nothing_of_ours_again(engine, here):
    post(engine, letter_to(here.sam))
    settle(engine, Outcome.DEAD)

    with db.transaction(engine) as session:
        resend_all(session, make_stella(session).workspace_id, NO_FILTER, now=MONDAY_NINE)

    assert {row.outcome for row in deliveries(engine)} == {Outcome.DEAD}


def test_what_was_taken_is_not_sent_again(engine, here):
    post(engine, letter_to(here.sam))
    settle(engine, Outcome.ACCEPTED)

    with pytest.raises(Refused, match="Only a message given up can be sent again"):
        resend(deliveries(engine)[0], now=MONDAY_NINE)
