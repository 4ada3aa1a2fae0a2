"""The test button of an endpoint: a real message through the real channel, tried once."""

import secrets
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.errors import Refused
from alignment.notifications.endpoints import queries
from alignment.notifications.endpoints.lifecycle import copy_suffix
from alignment.notifications.endpoints.queries import CHANNEL_TEST
from alignment.notifications.models import Delivery, Endpoint


def send_trial(session: Session, endpoint: Endpoint, *, by: User, now: datetime) -> None:
    """Send a test through this channel; while one still waits, another press is the same one."""
    if endpoint.disabled_at is not None:
        raise Refused(f"{endpoint.label} is switched off. Switch it on first.")
    if queries.waiting_trial(session, endpoint) is not None:
        return
    name = f"{CHANNEL_TEST}.{secrets.token_hex(16)}"
    suffix = copy_suffix(endpoint.channel, id_of(endpoint))
    session.add(
        # To nobody: quiet hours and limits are for messages that somebody did not ask for.
        Delivery(
            workspace_id=endpoint.workspace_id,
            key=f"{name}{suffix}",
            kind=CHANNEL_TEST,
            channel=endpoint.channel,
            endpoint_id=id_of(endpoint),
            address=endpoint.label,
            subject_id=id_of(endpoint),
            words={"label": endpoint.label, "by": by.name, "link": "/account/channels"},
            message_id=name,
            created_at=now,
            due_at=now,
            next_attempt_at=now,
        )
    )


def tried_once(_session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """A test that did not work has said so; nobody wants it hours later."""
    return f"A test is tried once. {delivery.reason}" if delivery.attempts else None
