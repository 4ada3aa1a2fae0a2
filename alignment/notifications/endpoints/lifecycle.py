"""The life of an endpoint (chat, webhook, browser): success, failure, disabling after five days,
switching on and off, removal.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.sql.dml import Update
from sqlmodel import Session, col

from alignment.accounts.models import Team, User, id_of
from alignment.accounts.people import queries as accounts
from alignment.events import publish
from alignment.notifications import queries as people
from alignment.notifications.causes import DisabledCause
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels import encryption
from alignment.notifications.endpoints import queries
from alignment.notifications.events import (
    ChannelRemoved,
    ChannelSwitchedOff,
    ChannelSwitchedOn,
)
from alignment.notifications.models import UNSETTLED, Delivery, Endpoint, Outcome
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice

CHANNEL_DISABLED = "channel_disabled"
DISABLED_AFTER = timedelta(days=5)
"""A channel through which nothing went for so long is switched off."""


def decrypted_address(endpoint: Endpoint, secret: str) -> Mapping[str, str]:
    """Address and keys as the channel needs them; nothing where another secret sealed them."""
    try:
        return encryption.decrypt(endpoint.encrypted, secret=secret)
    except encryption.CannotDecrypt:
        return {}


def record_success(session: Session, endpoint_id: int) -> None:
    """Something went through: whatever failed before is forgotten."""
    session.execute(
        update(Endpoint)
        .where(col(Endpoint.id) == endpoint_id, col(Endpoint.failing_since).is_not(None))
        .values(failing_since=None)
    )


def record_failure(session: Session, endpoint_id: int, now: datetime) -> None:
    """Something did not go through; after five days of nothing else it is switched off."""
    session.execute(
        update(Endpoint)
        .where(col(Endpoint.id) == endpoint_id, col(Endpoint.failing_since).is_(None))
        .values(failing_since=now)
    )
    if queries.failing_before(session, endpoint_id, now - DISABLED_AFTER):
        disable(session, endpoint_id, reason="Nothing went through for five days.", now=now)


def disable(session: Session, endpoint_id: int, *, reason: str, now: datetime) -> None:
    """Switch it off for good reason, and mail whoever can put it right; once, however often."""
    claimed = session.execute(
        _disable_statement(endpoint_id, DisabledCause.FAILURE, reason, now).returning(
            col(Endpoint.id)
        )
    )
    if claimed.first() is None:
        return
    endpoint = session.get_one(Endpoint, endpoint_id, populate_existing=True)
    letters = [
        _disabled_notice(endpoint, person, reason, now=now) for person in _owners(session, endpoint)
    ]
    enqueue_many(session, letters, now=now)
    if endpoint.channel is ChannelKind.PUSH:
        remove(session, endpoint, by=None, now=now)  # only the browser can be asked again
    else:
        _redirect_or_drop(session, endpoint, now=now)
        publish(session, ChannelSwitchedOff(**_event_fields(endpoint, None, now), reason=reason))


def switch_off(session: Session, endpoint: Endpoint, *, by: User, now: datetime) -> None:
    """A person wants nothing more through it, for now."""
    reason = f"{by.name} switched it off."
    session.execute(_disable_statement(id_of(endpoint), DisabledCause.PERSON, reason, now))
    session.refresh(endpoint)
    _redirect_or_drop(session, endpoint, now=now)
    said = _event_fields(endpoint, by, now)
    publish(session, ChannelSwitchedOff(**said, reason=endpoint.disabled_reason))


def switch_on(session: Session, endpoint: Endpoint, *, by: User, now: datetime) -> None:
    """Use it again, as if it had never failed."""
    enable(endpoint)
    publish(session, ChannelSwitchedOn(**_event_fields(endpoint, by, now)))


def enable(endpoint: Endpoint) -> None:
    """Forget that it was switched off, and that it ever failed."""
    endpoint.disabled_at, endpoint.disabled_cause, endpoint.disabled_reason = None, None, ""
    endpoint.failing_since = None


def remove(session: Session, endpoint: Endpoint, *, by: User | None, now: datetime) -> None:
    """Forget it, with its address; what was sent through it stays readable."""
    publish(session, ChannelRemoved(**_event_fields(endpoint, by, now), label=endpoint.label))
    _redirect_or_drop(session, endpoint, now=now)
    session.execute(_deliveries_of(endpoint).values(endpoint_id=None))
    session.execute(delete(Endpoint).where(col(Endpoint.id) == endpoint.id))
    session.expunge(endpoint)


def copy_suffix(channel: ChannelKind, endpoint_id: int) -> str:
    """How the key of a letter ends that goes to a person by a further way."""
    return f":{channel}:{endpoint_id}"


def _redirect_or_drop(session: Session, endpoint: Endpoint, *, now: datetime) -> None:
    """Deliveries still waiting for a switched-off endpoint: redirected to the inbox where it was
    the only route, otherwise suppressed.
    """
    waiting = _deliveries_of(endpoint).where(col(Delivery.outcome).in_(UNSETTLED))
    is_copy = col(Delivery.key).endswith(
        copy_suffix(endpoint.channel, id_of(endpoint)), autoescape=True
    )
    only_way = waiting.where(~is_copy, col(Delivery.recipient_id).is_not(None))
    in_the_inbox = {
        "channel": ChannelKind.INBOX,
        "endpoint_id": None,
        "lease_token": None,
        "next_attempt_at": now,
    }
    dropped = {
        "outcome": Outcome.SUPPRESSED,
        "wait_cause": None,
        "reason": f"The channel {endpoint.label} is switched off."[:500],
        "lease_token": None,
        "next_attempt_at": None,
        "settled_at": now,
    }
    session.execute(only_way.values(in_the_inbox))
    session.execute(waiting.values(dropped))


def _deliveries_of(endpoint: Endpoint) -> Update:
    """Every message that went, or was to go, through it."""
    return update(Delivery).where(
        col(Delivery.workspace_id) == endpoint.workspace_id,
        col(Delivery.endpoint_id) == endpoint.id,
    )


def _disable_statement(
    endpoint_id: int, cause: DisabledCause, reason: str, now: datetime
) -> Update:
    return (
        update(Endpoint)
        .where(col(Endpoint.id) == endpoint_id, col(Endpoint.disabled_at).is_(None))
        .values(disabled_at=now, disabled_cause=cause, disabled_reason=reason[:500])
    )


def _owners(session: Session, endpoint: Endpoint) -> list[User]:
    """Whose it is; of a team's: who leads the team and who added it."""
    if endpoint.team_id is None:
        return people.active_people(session, endpoint.workspace_id, ids=[endpoint.user_id])
    team = session.get_one(Team, endpoint.team_id)
    added = people.active_people(session, endpoint.workspace_id, ids=[endpoint.added_by_id])
    leads = accounts.team_leads_of(session, team)
    return list({person.id: person for person in [*added, *leads]}.values())


def _event_fields(endpoint: Endpoint, by: User | None, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": endpoint.workspace_id,
        "at": now,
        "endpoint_id": id_of(endpoint),
        "by_id": id_of(by) if by else None,
    }


def _disabled_notice(endpoint: Endpoint, person: User, reason: str, *, now: datetime) -> Notice:
    return Notice(
        workspace_id=endpoint.workspace_id,
        key=f"{CHANNEL_DISABLED}:{endpoint.id}:{now.isoformat()}:{person.id}",
        kind=CHANNEL_DISABLED,
        recipient_id=person.id,
        address=person.email,
        subject_id=id_of(endpoint),
        words={
            "label": endpoint.label,
            "reason": reason,
            "is_browser": endpoint.channel is ChannelKind.PUSH,
            "link": "/account/channels",
        },
    )
