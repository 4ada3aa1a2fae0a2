"""Sending once more all that was given up, as ``outbox.send_again`` does with one message."""

from datetime import datetime

from sqlalchemy import exists, update
from sqlmodel import Session, col

from alignment.notifications.models import GIVEN_UP, Delivery, Endpoint, Outcome
from alignment.notifications.overview.queries import Sought, among


def send_all_again(session: Session, workspace_id: int, sought: Sought, *, now: datetime) -> int:
    """Give those that are sought a fresh schedule, where they were given up; how many they are.

    What went to a chat, webhook or browser that is switched off by now stays where it is.
    """
    afresh = {
        "outcome": Outcome.PENDING,
        "reason": "An administrator sends it again.",
        "attempts": 0,
        "settled_at": None,
        "due_at": now,
        "next_attempt_at": now,
    }
    is_off = exists().where(
        col(Endpoint.workspace_id) == Delivery.workspace_id,
        col(Endpoint.id) == Delivery.endpoint_id,
        col(Endpoint.disabled_at).is_not(None),
    )
    given_up = update(Delivery).where(
        *among(workspace_id, sought), col(Delivery.outcome).in_(GIVEN_UP), ~is_off
    )
    return session.connection().execute(given_up.values(afresh)).rowcount
