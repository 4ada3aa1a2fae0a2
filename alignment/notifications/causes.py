"""PURE. Why a delivery waits, and why an endpoint is switched off, as the tables store it."""

from enum import StrEnum


class WaitCause(StrEnum):
    """Why a delivery that was due is not sent yet."""

    RECIPIENT = "recipient"
    """Quiet hours, a day off, a day without work, or a snooze."""
    GROUPING = "grouping"
    """It may be told together with what comes soon."""
    DOWNTIME = "downtime"
    """No scheduler ran when it was due: what was missed is told at once."""
    RATE_LIMIT = "rate_limit"
    """Too much was sent within the hour."""


class DisabledCause(StrEnum):
    """Who or what switched an endpoint off."""

    PERSON = "person"
    FAILURE = "failure"
    """Nothing went through any more."""
