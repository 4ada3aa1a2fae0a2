"""POST to a chat, webhook or push service, and what its HTTP answer means for the delivery and its
endpoint.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from alignment.http.addresses import NotAllowed
from alignment.http.client import Client, HttpResponse, Unreachable
from alignment.notifications.channels.base import DeliveryError, Sent
from alignment.notifications.channels.encryption import CannotDecrypt
from alignment.notifications.models import Outcome

GONE_STATUSES = frozenset({410})
RETRY_AFTER_STATUSES = frozenset({429, 503})
LONGEST_RETRY_AFTER = timedelta(hours=24)
JSON = {"Content-Type": "application/json", "User-Agent": "Alignment"}


def post(
    client: Client,
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    at: datetime,
    gone: frozenset[int] = GONE_STATUSES,
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


def endpoint_field(endpoint: Mapping[str, str], name: str) -> str:
    """One fact of an endpoint; where none could be unsealed the endpoint is of no use any more."""
    if name not in endpoint:
        raise DeliveryError(str(CannotDecrypt()), outcome=Outcome.DEAD, disables=True)
    return endpoint[name]


def _refusal(answer: HttpResponse, *, gone: frozenset[int], at: datetime) -> DeliveryError:
    said = f"It answered {answer.status}."
    if answer.status in gone:
        words = f"The other side no longer knows this channel. {said}"
        return DeliveryError(words, outcome=Outcome.DEAD, disables=True)
    if 300 <= answer.status < 400:
        words = f"{said} It sends us elsewhere, and we follow nobody."
        return DeliveryError(words, outcome=Outcome.RETRY)
    patience = _retry_after(answer, at=at) if answer.status in RETRY_AFTER_STATUSES else None
    return DeliveryError(said, outcome=Outcome.RETRY, retry_after=patience)


def _retry_after(answer: HttpResponse, *, at: datetime) -> timedelta | None:
    """How long ``Retry-After`` asks us to wait: seconds, or until an instant; a day at most."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(timedelta(seconds=int(asked[:9])), LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - at, timedelta()), LONGEST_RETRY_AFTER)
