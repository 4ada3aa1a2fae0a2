"""What each SMTP reply, and each way of not answering, means for a delivery."""

import smtplib
import ssl

from alignment.notifications.channels.base import DeliveryError
from alignment.notifications.formatting import one_line
from alignment.notifications.models import Outcome

CLOSING_DOWN = 421

WHEN_REFUSED = {
    "MAIL": Outcome.HELD,
    "RCPT": Outcome.BOUNCED,
    "DATA": Outcome.DEAD,
}
"""What a final refusal (5xx) means at each step; a passing one (4xx) is always tried again."""
REFUSES_THIS_MESSAGE = frozenset({552, 554})
"""Too large, or content refused: even where a refusal would else be about us as the sender."""


def outcome_of_refusal(step: str, code: int) -> Outcome:
    """What a refusal at this step ("MAIL", "RCPT", "DATA") says about the message, or about us."""
    if code < 500:
        return Outcome.RETRY
    return Outcome.DEAD if step == "MAIL" and code in REFUSES_THIS_MESSAGE else WHEN_REFUSED[step]


def connect_error(error: OSError) -> DeliveryError:
    """Refused for good means a wrong setting; everything else passes."""
    if isinstance(error, ssl.SSLError):
        return _held(f"The mail server's certificate or TLS is not right: {error_text(error)}")
    if isinstance(error, smtplib.SMTPResponseException):
        words = reply_text(error.smtp_code, error.smtp_error)
        is_final = error.smtp_code >= 500
        return _held(words) if is_final else _down(words)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _down(f"The mail server hung up: {error_text(error)}")
    if isinstance(error, smtplib.SMTPException):
        return _held(f"The mail server does not offer what is needed: {error_text(error)}")
    return _down(f"The mail server cannot be reached: {error_text(error)}")


def connection_lost(error: OSError, *, outcome: Outcome) -> DeliveryError:
    """The connection broke while a message was on its way."""
    reason = f"The connection was lost: {error_text(error)}"
    return DeliveryError(reason, outcome=outcome, is_down=True)


def _held(reason: str) -> DeliveryError:
    return DeliveryError(reason, outcome=Outcome.HELD, is_down=True)


def _down(reason: str) -> DeliveryError:
    return DeliveryError(reason, outcome=Outcome.RETRY, is_down=True)


def reply_text(code: int, answer: bytes | str) -> str:
    """The server's answer as one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {one_line(text)}".strip()[:300]


def error_text(error: Exception) -> str:
    """What an error says, as one line that is never empty."""
    return one_line(str(error))[:300] or type(error).__name__
