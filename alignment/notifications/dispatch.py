"""Emptying the outbox: claim, ask again whether it matters, write, send, mark.

At least once, and twice only if the process dies between sending and marking; then with the same
Message-ID. A claim is a lease with a random token: who marks must still hold it. The network is
never touched inside a transaction. No mark waits for the disk: a machine that loses its power may
send the last ones again, as a process that dies may send one. Every workspace gets its turn, so
that none waits for another.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from alignment import db
from alignment.notifications import endpoints, queries
from alignment.notifications.channels.base import DeliveryError, Sent
from alignment.notifications.claims import Claim, claim, give_back, mark, mark_by
from alignment.notifications.letters import PLAIN, LetterError, Written
from alignment.notifications.lines import Lines
from alignment.notifications.models import ChannelKind, Delivery, Outcome
from alignment.notifications.office import Office
from alignment.notifications.outbox import Letter, enqueue
from alignment.notifications.wrapping import wrap

logger = logging.getLogger(__name__)

BATCH = 50
"""As many messages are looked at in one turn; a death in between delays no more than these."""
SHIFT = 8.0
"""Seconds after which no further round is begun; the next tick goes on."""
PATIENCE = 15.0
"""Seconds after which no further message of a turn is begun: four answers of at most ten seconds
each must still fit into the lease."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """How one try ended; ``is_down`` means that the next one would end the same way."""

    outcome: Outcome
    is_down: bool = False


def dispatch(engine: Engine, office: Office, *, clock: Callable[[], datetime]) -> Counter[Outcome]:
    """Send what is due, each turn at its own instant; how many messages came to which outcome.

    A channel that is down is left alone until the next tick, one that refuses us until its hold
    ends; the others go on.
    """
    outcomes: Counter[Outcome] = Counter()
    until = time.monotonic() + SHIFT
    with closing(Lines(office.channels)) as lines:
        while time.monotonic() < until and _round(engine, office, lines, outcomes, clock=clock):
            pass
    return outcomes


def _round(
    engine: Engine,
    office: Office,
    lines: Lines,
    outcomes: Counter[Outcome],
    *,
    clock: Callable[[], datetime],
) -> bool:
    """One turn for every workspace with work; False when nothing came of it."""
    has_moved = False
    for workspace_id, channel in _turns(engine, lines, now=clock()):
        if channel in lines.down:
            continue
        tried = _take_turn(engine, office, lines, workspace_id, channel, clock=clock)
        has_moved |= tried is not None
        outcomes.update(one.outcome for one in tried or ())
        if any(one.is_down for one in tried or ()):
            lines.down.add(channel)
    return has_moved


def _turns(engine: Engine, lines: Lines, *, now: datetime) -> list[tuple[int, ChannelKind]]:
    with db.reading(engine) as session:
        open_ones = [
            channel for channel in lines.up if not queries.hold(session, now=now, channel=channel)
        ]
        return queries.turns(session, open_ones, now=now)


def _take_turn(
    engine: Engine,
    office: Office,
    lines: Lines,
    workspace_id: int,
    channel: ChannelKind,
    *,
    clock: Callable[[], datetime],
) -> list[Tried] | None:
    """Open first, claim then: a slow greeting costs no lease. None when others have it all."""
    closed = lines.why_closed(channel)
    now = clock()
    left = claim(engine, office, workspace_id=workspace_id, channel=channel, limit=BATCH, now=now)
    if left is None:
        return None
    if closed is not None:
        logger.warning("Messages by %s wait: %s", channel, closed.reason)
        return [_failed(engine, one, closed, now=now) for one in left]
    return _send_all(engine, office, lines, left, now=now)


def _send_all(
    engine: Engine, office: Office, lines: Lines, left: list[Claim], *, now: datetime
) -> list[Tried]:
    until = time.monotonic() + PATIENCE
    tried: list[Tried] = []
    with db.single_statements(engine) as marks:
        while left and time.monotonic() < until:
            tried.append(_send_one(engine, marks, office, lines, left.pop(0), now=now))
            if tried[-1].is_down:
                break
    give_back(engine, left, now=now)
    return tried


def _send_one(
    engine: Engine, marks: Connection, office: Office, lines: Lines, one: Claim, *, now: datetime
) -> Tried:
    try:
        wrapped = wrap(one, office, now=now)
    except LetterError as error:
        return _replaced(engine, one, error, now=now)
    try:
        sent = lines.send(one.delivery.channel, wrapped.message)
    except DeliveryError as error:
        return _failed(engine, one, error, copy=wrapped.copy, now=now)
    except Exception as error:
        logger.exception("Message %s could not be sent", one.delivery.id)
        failure = DeliveryError(f"Could not be sent: {error!r}", outcome=Outcome.RETRY)
        return _failed(engine, one, failure, copy=wrapped.copy, now=now)
    _mark_sent(engine, marks, one, sent, wrapped.copy, now=now)
    return Tried(outcome=sent.outcome)


def _mark_sent(
    engine: Engine, marks: Connection, one: Claim, sent: Sent, copy: Written, *, now: datetime
) -> None:
    try:
        with marks.begin():
            mark_by(marks, one, sent.outcome, sent.reason, copy=copy, now=now)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # The database was started again while the message went; told twice would be worse.
        mark(engine, one, sent.outcome, sent.reason, copy=copy, now=now)
    if one.delivery.endpoint_id is not None:
        with db.light_transaction(engine) as session:
            endpoints.worked(session, one.delivery.endpoint_id, now)


def _failed(
    engine: Engine, one: Claim, error: DeliveryError, *, copy: Written | None = None, now: datetime
) -> Tried:
    """Write down why; an endpoint that is of no use any more is switched off with it."""
    endpoint_id = one.delivery.endpoint_id
    with db.light_transaction(engine) as session:
        mark_by(
            session.connection(),
            one,
            error.outcome,
            error.reason,
            copy=copy,
            retry_after=error.retry_after,
            now=now,
        )
        if endpoint_id is not None and error.disables:
            endpoints.disable(session, endpoint_id, reason=error.reason, now=now)
        elif endpoint_id is not None:
            endpoints.failed(session, endpoint_id, now)
    return Tried(outcome=error.outcome, is_down=error.is_down)


def _replaced(engine: Engine, one: Claim, error: LetterError, *, now: datetime) -> Tried:
    """Give the broken letter up, and tell its reader in the built-in words that it exists."""
    with db.light_transaction(engine) as session:
        reason = f"The letter could not be written. {error}"
        is_ours = mark_by(session.connection(), one, Outcome.DEAD, reason, now=now)
        if is_ours and one.delivery.kind != PLAIN and not _is_a_teams(one.delivery):
            enqueue(session, _plain_letter(one), now=now)
    return Tried(outcome=Outcome.DEAD)


def _is_a_teams(delivery: Delivery) -> bool:
    """A team's channel has no mailbox, and its members have letters of their own."""
    return delivery.recipient_id is None and delivery.endpoint_id is not None


def _plain_letter(one: Claim) -> Letter:
    broken = one.delivery
    return Letter(
        workspace_id=broken.workspace_id,
        key=f"{PLAIN}:{broken.id}",
        kind=PLAIN,
        recipient_id=broken.recipient_id,
        address=broken.address,
        subject_id=broken.subject_id,
        words={"about": broken.kind.replace("_", " ")},
        thread=broken.thread,
    )
