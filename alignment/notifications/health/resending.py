"""Resend what was given up, one delivery or all that match, with a fresh retry schedule."""

from datetime import datetime

from sqlalchemy import exists, update
from sqlmodel import Session, col

from alignment.errors import Refused
from alignment.notifications.health.queries import DeliveryFilter, filter_conditions
from alignment.notifications.models import GIVEN_UP, UNSETTLED, Delivery, Endpoint, Outcome


def resend_all(
    session: Session, workspace_id: int, sought: DeliveryFilter, *, now: datetime
) -> int:
    """Give those that are sought a fresh schedule, where they were given up; how many they are.

    What went to a chat, webhook or browser that is switched off by now stays where it is.
    """
    is_off = exists().where(
        col(Endpoint.workspace_id) == Delivery.workspace_id,
        col(Endpoint.id) == Delivery.endpoint_id,
        col(Endpoint.disabled_at).is_not(None),
    )
    given_up = update(Delivery).where(
        *filter_conditions(workspace_id, sought), col(Delivery.outcome).in_(GIVEN_UP), ~is_off
    )
    return session.connection().execute(given_up.values(_afresh(now))).rowcount


def resend(delivery: Delivery, *, now: datetime) -> None:
    """Try once more what was given up, with the same Message-ID and a fresh schedule."""
    if delivery.outcome not in GIVEN_UP:
        state = "still waiting" if delivery.outcome in UNSETTLED else delivery.outcome.value
        raise Refused(f"This message is {state}. Only a message given up can be sent again.")
    for column, value in _afresh(now).items():
        setattr(delivery, column, value)


def _afresh(now: datetime) -> dict[str, object]:
    return {
        "outcome": Outcome.PENDING,
        "reason": "An administrator sends it again.",
        "wait_cause": None,
        "attempts": 0,
        "settled_at": None,
        "due_at": now,
        "next_attempt_at": now,
    }
