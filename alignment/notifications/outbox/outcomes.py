"""What follows from the outcome of an attempt: retry with growing delays, hold the channel, or
settle the delivery for good.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from alignment.accounts.models import id_of
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.templates import Rendered

RETRY_DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=8),
    timedelta(hours=24),
)
"""How long to wait after the first, second … failed try; after the last one it is given up."""
JITTER = 0.2
LONGEST_RETRY_AFTER = timedelta(hours=24)
CHANNEL_HOLD = timedelta(minutes=15)
"""How long all mail waits when the server refuses us: four tries an hour lock nobody out."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """How one try ended."""

    outcome: Outcome
    reason: str
    copy: Rendered | None = None
    """What was sent, with secret links hidden."""
    retry_after: timedelta | None = None
    """So long the receiver asks to be left alone."""
    is_channel_down: bool = False
    """The next one by this channel would end the same way."""
    disables_endpoint: bool = False
    """Its endpoint is of no use any more."""


@dataclass(frozen=True, kw_only=True)
class AttemptResult:
    """What is stored of a try, and when the next one is; none when nothing is left to do."""

    outcome: Outcome
    reason: str
    attempts: int
    next_attempt_at: datetime | None


def attempt_result(
    attempt: Attempt, *, delivery_id: int, attempts: int, now: datetime
) -> AttemptResult:
    """The end of a try after ``attempts`` earlier ones; a hold is no try of the message.

    Who asks to be left alone for a while is left alone at least so long, a day at most.
    """
    outcome, reason = attempt.outcome, attempt.reason
    if outcome is Outcome.HELD:
        return _result(outcome, reason, attempts, now + CHANNEL_HOLD)
    if outcome not in (Outcome.RETRY, Outcome.UNKNOWN):
        return _result(outcome, reason, attempts + 1, None)
    if attempts >= len(RETRY_DELAYS):
        given_up = f"Given up after {attempts + 1} tries. {reason}"
        return _result(Outcome.DEAD, given_up, attempts + 1, None)
    wait = RETRY_DELAYS[attempts] * _jitter(delivery_id, attempts)
    asked = min(attempt.retry_after or timedelta(), LONGEST_RETRY_AFTER)
    return _result(outcome, reason, attempts + 1, now + max(wait, asked))


def result_columns(end: AttemptResult, *, now: datetime) -> dict[str, object]:
    """The end of a try as the outbox writes it down."""
    return {
        "outcome": end.outcome,
        "reason": end.reason,
        "wait_cause": None,
        "attempts": end.attempts,
        "next_attempt_at": end.next_attempt_at,
        "settled_at": None if end.next_attempt_at else now,
        "lease_token": None,
    }


def settle(delivery: Delivery, outcome: Outcome, reason: str, *, now: datetime) -> None:
    """End it here, without a try of the channel."""
    attempt = Attempt(outcome=outcome, reason=reason)
    end = attempt_result(attempt, delivery_id=id_of(delivery), attempts=delivery.attempts, now=now)
    for column, value in result_columns(end, now=now).items():
        setattr(delivery, column, value)


def _result(
    outcome: Outcome, reason: str, attempts: int, next_at: datetime | None
) -> AttemptResult:
    return AttemptResult(
        outcome=outcome, reason=reason[:500], attempts=attempts, next_attempt_at=next_at
    )


def _jitter(delivery_id: int, attempts: int) -> float:
    """Between 0.8 and 1.2, the same for the same try: a crowd does not come back at once."""
    share = crc32(f"{delivery_id}:{attempts}".encode()) / 0xFFFFFFFF
    return 1 - JITTER + 2 * JITTER * share
