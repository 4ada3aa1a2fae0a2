"""Emptying the outbox: claim, ask again whether it matters, write, send, mark.

At least once, and twice only if the process dies between sending and marking; then with the same
Message-ID. A claim is a lease with a random token: who marks must still hold it. The network is
never touched inside a transaction.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from alignment import db
from alignment.notifications import queries
from alignment.notifications.channels.base import Batch, DeliveryError
from alignment.notifications.claims import Claim, claim, give_back, mark, mark_within
from alignment.notifications.letters import PLAIN, LetterError, Written
from alignment.notifications.models import Outcome
from alignment.notifications.office import Office
from alignment.notifications.outbox import Letter, enqueue
from alignment.notifications.wrapping import wrap

logger = logging.getLogger(__name__)

BATCH = 10
"""As many messages are claimed at a time; a death in between delays no more than these."""
BATCHES = 100
"""At most so many a tick; the next tick goes on."""
PATIENCE = 15.0
"""Seconds after which no further message of a batch is begun: four answers of at most ten seconds
each must still fit into the lease."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """How one try ended; ``is_down`` means that the next one would end the same way."""

    outcome: Outcome
    is_down: bool = False


def dispatch(engine: Engine, office: Office, *, clock: Callable[[], datetime]) -> Counter[Outcome]:
    """Send what is due, each batch at its own instant; how many messages came to which outcome.

    Stops early when the channel is down, and does nothing while the server refuses us.
    """
    outcomes: Counter[Outcome] = Counter()
    for _ in range(BATCHES):
        if not _is_work(engine, now=clock()):
            break
        tried = _send_batch(engine, office, clock=clock)
        outcomes.update(one.outcome for one in tried)
        if any(one.is_down for one in tried):
            break
    return outcomes


def _is_work(engine: Engine, *, now: datetime) -> bool:
    with db.reading(engine) as session:
        return queries.is_anything_due(session, now=now) and not queries.hold(session, now=now)


def _send_batch(engine: Engine, office: Office, *, clock: Callable[[], datetime]) -> list[Tried]:
    """Open first, claim then: a slow greeting costs no lease."""
    try:
        batch = office.channel.open()
    except DeliveryError as error:
        logger.warning("Mail waits: %s", error.reason)
        now = clock()
        claims = claim(engine, office, limit=BATCH, now=now)
        return [_failed(engine, one, error, now=now) for one in claims]
    with closing(batch):
        return _send_all(engine, office, batch, now=clock())


def _send_all(engine: Engine, office: Office, batch: Batch, *, now: datetime) -> list[Tried]:
    left = claim(engine, office, limit=BATCH, now=now)
    until = time.monotonic() + PATIENCE
    tried: list[Tried] = []
    while left and time.monotonic() < until:
        tried.append(_send_one(engine, office, batch, left.pop(0), now=now))
        if tried[-1].is_down:
            break
    give_back(engine, left, now=now)
    return tried


def _send_one(engine: Engine, office: Office, batch: Batch, one: Claim, *, now: datetime) -> Tried:
    try:
        wrapped = wrap(one, office, now=now)
    except LetterError as error:
        return _replaced(engine, one, error, now=now)
    try:
        sent = batch.send(wrapped.message)
    except DeliveryError as error:
        return _failed(engine, one, error, copy=wrapped.copy, now=now)
    except Exception as error:
        logger.exception("Message %s could not be sent", one.delivery.id)
        failure = DeliveryError(f"Could not be sent: {error!r}", outcome=Outcome.RETRY)
        return _failed(engine, one, failure, copy=wrapped.copy, now=now)
    mark(engine, one, sent.outcome, sent.reason, copy=wrapped.copy, now=now)
    return Tried(outcome=sent.outcome)


def _failed(
    engine: Engine, one: Claim, error: DeliveryError, *, copy: Written | None = None, now: datetime
) -> Tried:
    mark(engine, one, error.outcome, error.reason, copy=copy, now=now)
    return Tried(outcome=error.outcome, is_down=error.is_down)


def _replaced(engine: Engine, one: Claim, error: LetterError, *, now: datetime) -> Tried:
    """Give the broken letter up, and tell its reader in the built-in words that it exists."""
    with db.transaction(engine) as session:
        reason = f"The letter could not be written. {error}"
        is_ours = mark_within(session, one, Outcome.DEAD, reason, now=now)
        if is_ours and one.delivery.kind != PLAIN:
            enqueue(session, _plain_letter(one), now=now)
    return Tried(outcome=Outcome.DEAD)


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
