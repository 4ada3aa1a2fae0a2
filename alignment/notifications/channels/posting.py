"""What the answer of a chat, a webhook or a push service means for the message and its endpoint."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from alignment.http.addresses import NotAllowed
from alignment.http.client import Answer, Client, Unreachable
from alignment.notifications.channels.base import DeliveryError, Sent
from alignment.notifications.models import Outcome
from alignment.notifications.sealing import Unreadable

GONE = frozenset({410})
ASKS_FOR_PATIENCE = frozenset({429, 503})
LONGEST_PATIENCE = timedelta(hours=24)
JSON = {"Content-Type": "application/json", "User-Agent": "Alignment"}


def post(
    client: Client,
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    at: datetime,
    gone: frozenset[int] = GONE,
) -> Sent:
    """Send it, or say by a ``DeliveryError`` what that means; ``gone`` statuses are for good."""
    try:
        answer = client.post(url, body, headers=headers)
    except NotAllowed as error:
        raise DeliveryError(str(error), outcome=Outcome.DEAD, disables=True) from error
    except Unreachable as error:
        raise DeliveryError(str(error), outcome=Outcome.RETRY) from error
    if 200 <= answer.status < 300:
        return Sent(outcome=Outcome.ACCEPTED, reason=f"It answered {answer.status}.")
    raise _refusal(answer, gone=gone, at=at)


def given(endpoint: Mapping[str, str], name: str) -> str:
    """One fact of an endpoint; where none could be unsealed the endpoint is of no use any more."""
    if name not in endpoint:
        raise DeliveryError(str(Unreadable()), outcome=Outcome.DEAD, disables=True)
    return endpoint[name]


def _refusal(answer: Answer, *, gone: frozenset[int], at: datetime) -> DeliveryError:
    said = f"It answered {answer.status}."
    if answer.status in gone:
        words = f"The other side no longer knows this channel. {said}"
        return DeliveryError(words, outcome=Outcome.DEAD, disables=True)
    if 300 <= answer.status < 400:
        words = f"{said} It sends us elsewhere, and we follow nobody."
        return DeliveryError(words, outcome=Outcome.RETRY)
    patience = _patience(answer, at=at) if answer.status in ASKS_FOR_PATIENCE else None
    return DeliveryError(said, outcome=Outcome.RETRY, retry_after=patience)


def _patience(answer: Answer, *, at: datetime) -> timedelta | None:
    """How long ``Retry-After`` asks us to wait: seconds, or until an instant; a day at most."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(timedelta(seconds=int(asked[:9])), LONGEST_PATIENCE)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - at, timedelta()), LONGEST_PATIENCE)
