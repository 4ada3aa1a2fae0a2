"""Sending once more all that was given up, as ``outbox.send_again`` does with one message."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from alignment.notifications.models import GIVEN_UP, Delivery, Outcome
from alignment.notifications.overview.queries import Sought, among


def send_all_again(session: Session, workspace_id: int, sought: Sought, *, now: datetime) -> int:
    """Give those that are sought a fresh schedule, where they were given up; how many they are."""
    afresh = {
        "outcome": Outcome.PENDING,
        "reason": "An administrator sends it again.",
        "attempts": 0,
        "settled_at": None,
        "due_at": now,
        "next_attempt_at": now,
    }
    given_up = update(Delivery).where(
        *among(workspace_id, sought), col(Delivery.outcome).in_(GIVEN_UP)
    )
    return session.connection().execute(given_up.values(afresh)).rowcount
