"""The test button of a channel: a real message on the real way, tried once.

The page never speaks to the outside itself. It tells what became of the test, in the few words
that every message gets, so that nobody can feel out a network with it.
"""

import secrets
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.errors import Refused
from alignment.notifications.channels import queries
from alignment.notifications.channels.queries import TESTED
from alignment.notifications.endpoints import copy_suffix
from alignment.notifications.models import Delivery, Endpoint


def try_out(session: Session, endpoint: Endpoint, *, by: User, now: datetime) -> None:
    """Send a test through this channel; while one still waits, another press is the same one."""
    if endpoint.disabled_at is not None:
        raise Refused(f"{endpoint.label} is switched off. Switch it on first.")
    if queries.waiting_test(session, endpoint) is not None:
        return
    name = f"{TESTED}.{secrets.token_hex(16)}"
    suffix = copy_suffix(endpoint.channel, id_of(endpoint))
    session.add(
        # To nobody: quiet hours and limits are for messages that somebody did not ask for.
        Delivery(
            workspace_id=endpoint.workspace_id,
            key=f"{name}{suffix}",
            kind=TESTED,
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


def only_once(_session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """A test that did not work has said so; nobody wants it hours later."""
    return f"A test is tried once. {delivery.reason}" if delivery.attempts else None
