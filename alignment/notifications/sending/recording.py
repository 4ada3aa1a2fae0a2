"""Record how a try ended, only while its lease still holds, and what follows for its endpoint."""

import logging
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from alignment import db
from alignment.accounts.models import id_of
from alignment.notifications.endpoints import lifecycle
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.outbox.outcomes import Attempt, attempt_result, result_columns
from alignment.notifications.outbox.templates import FALLBACK_KIND, RenderError
from alignment.notifications.sending.claims import Claim

logger = logging.getLogger(__name__)

_UPDATE_WHILE_LEASED = update(Delivery).where(
    col(Delivery.id) == bindparam("claimed_id"),
    col(Delivery.lease_token) == bindparam("claimed_token"),
)


def record(connection: Connection, claimed: Claim, attempt: Attempt, *, now: datetime) -> bool:
    """Write down how a try ended, unless the lease was lost: then somebody else will."""
    delivery = claimed.delivery
    result = attempt_result(
        attempt, delivery_id=id_of(delivery), attempts=delivery.attempts, now=now
    )
    values = result_columns(result, now=now) | {"address": claimed.reader.address}
    if copy := attempt.copy:
        values |= {"subject": copy.subject, "text": copy.text, "html": copy.html}
    updated = connection.execute(_UPDATE_WHILE_LEASED, values | _lease_parameters(claimed))
    still_leased = updated.rowcount == 1
    if not still_leased:
        logger.warning("The lease of message %s was lost while it was sent", delivery.id)
    return still_leased


def record_sent(
    engine: Engine, connection: Connection, claimed: Claim, attempt: Attempt, *, now: datetime
) -> None:
    """Write down that it went, by one statement of a connection that is kept for this."""
    try:
        with connection.begin():
            record(connection, claimed, attempt, now=now)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # The database was started again while the message went; told twice would be worse.
        with db.async_commit_transaction(engine) as session:
            record(session.connection(), claimed, attempt, now=now)
    if claimed.delivery.endpoint_id is not None:
        with db.async_commit_transaction(engine) as session:
            lifecycle.record_success(session, claimed.delivery.endpoint_id)


def record_failure(session: Session, claimed: Claim, attempt: Attempt, *, now: datetime) -> None:
    """Write down why it did not go; an endpoint that is of no use any more is switched off."""
    record(session.connection(), claimed, attempt, now=now)
    endpoint_id = claimed.delivery.endpoint_id
    if endpoint_id is None:
        return
    if attempt.disables_endpoint:
        lifecycle.disable(session, endpoint_id, reason=attempt.reason, now=now)
    else:
        lifecycle.record_failure(session, endpoint_id, now)


def record_unwritable(
    session: Session, claimed: Claim, error: RenderError, *, now: datetime
) -> Attempt:
    """Give up what cannot be rendered, and tell its reader in built-in words that it exists."""
    attempt = Attempt(outcome=Outcome.DEAD, reason=f"The letter could not be written. {error}")
    still_leased = record(session.connection(), claimed, attempt, now=now)
    delivery = claimed.delivery
    if still_leased and delivery.kind != FALLBACK_KIND and not _is_team_channel(delivery):
        enqueue(session, _fallback_notice(delivery), now=now)
    return attempt


def release(engine: Engine, claims: Iterable[Claim], *, now: datetime) -> None:
    """Let others have what was claimed and not begun."""
    releases = [
        {"lease_token": None, "next_attempt_at": now, **_lease_parameters(claimed)}
        for claimed in claims
    ]
    if not releases:
        return
    with db.async_commit_transaction(engine) as session:
        session.connection().execute(_UPDATE_WHILE_LEASED, releases)


def _lease_parameters(claimed: Claim) -> dict[str, object]:
    return {"claimed_id": claimed.delivery.id, "claimed_token": claimed.token}


def _is_team_channel(delivery: Delivery) -> bool:
    """A team's channel has no mailbox, and its members have notices of their own."""
    return delivery.recipient_id is None and delivery.endpoint_id is not None


def _fallback_notice(delivery: Delivery) -> Notice:
    return Notice(
        workspace_id=delivery.workspace_id,
        key=f"{FALLBACK_KIND}:{delivery.id}",
        kind=FALLBACK_KIND,
        recipient_id=delivery.recipient_id,
        address=delivery.address,
        subject_id=delivery.subject_id,
        words={"about": delivery.kind.replace("_", " ")},
        thread=delivery.thread,
    )
