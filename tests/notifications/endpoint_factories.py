"""Factories of endpoints (chat, webhook, browser) and of deliveries that go there."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from alignment.accounts.models import Team, User
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.encryption import encrypt
from alignment.notifications.models import Delivery, Endpoint, Outcome
from tests.factories import MONDAY_NINE, save

SECRET = "s" * 32
SLACK = {"service": "slack", "url": "https://hooks.slack.com/services/T1/B1/x"}


def make_endpoint(
    session: Session, by: User, *, team: Team | None = None, **given: Any
) -> Endpoint:
    """Somebody's own Slack channel, or a team's, unless told otherwise."""
    columns: dict[str, Any] = {
        "channel": ChannelKind.CHAT,
        "label": "#sales",
        "encrypted": encrypt(given.pop("facts", SLACK), secret=SECRET),
    }
    return save(
        session,
        Endpoint(
            workspace_id=by.workspace_id,
            user_id=None if team else by.id,
            team_id=team.id if team else None,
            added_by_id=by.id,
            created_at=MONDAY_NINE,
            **(columns | given),
        ),
    )


def make_delivery(
    session: Session, to: User | None, *, at: datetime = MONDAY_NINE, **given: Any
) -> Delivery:
    """A plain letter by mail that waits, unless told otherwise."""
    number = len(messages(session)) + 1
    columns: dict[str, Any] = {
        "key": f"task-{number}",
        "kind": "plain",
        "recipient_id": to.id if to else None,
        "address": to.email if to else "Sam",
        "subject_id": 1,
        "words": {"about": "Globex"},
        "message_id": f"plain.{number}",
        "created_at": at,
        "due_at": at,
        "next_attempt_at": at,
    }
    if to is not None:
        columns["workspace_id"] = to.workspace_id
    return save(session, Delivery(**(columns | given)))


def messages(session: Session, **columns: Any) -> list[Delivery]:
    """Every message, or those whose columns say this."""
    wanted = [getattr(Delivery, name) == value for name, value in columns.items()]
    return list(session.exec(select(Delivery).where(*wanted).order_by(col(Delivery.id))))


def outcomes_by_channel(session: Session) -> list[tuple[ChannelKind, Outcome]]:
    session.expire_all()
    return [(row.channel, row.outcome) for row in messages(session)]
