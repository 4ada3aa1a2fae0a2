"""The outbox: one row for each message, person and channel."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from alignment.db import Row, choice, document, points_to, within_workspace


class Outcome(StrEnum):
    """What became of a message; each row also gives the reason in words."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    """The mail server took it; that is not yet "delivered"."""
    KEPT = "kept"
    """No mail server is configured: readable on the Mail page."""
    RETRY = "retry"
    UNKNOWN = "unknown"
    """The server's answer was lost; sent again with the same Message-ID."""
    HELD = "held"
    """The server refuses us, not the message: every mail waits until it is put right."""
    SUPPRESSED = "suppressed"
    """It no longer mattered when its turn came."""
    BOUNCED = "bounced"
    """The server knows no such address."""
    DEAD = "dead"
    """Given up; an administrator may send it again."""


WAITING = frozenset({Outcome.PENDING, Outcome.RETRY, Outcome.UNKNOWN, Outcome.HELD})
"""Something is still to be done about these; all others are settled."""
GIVEN_UP = frozenset({Outcome.BOUNCED, Outcome.DEAD})
"""These did not arrive, and are not tried again unless somebody asks."""


class Delivery(Row, table=True):
    """A message to one person, written in the transaction that caused it.

    ``key`` names the cause (never the wall time), so that a cause tells a person once.
    ``words`` fills ``templates/notices/<kind>.*`` when its turn comes.
    """

    __table_args__ = within_workspace(
        points_to("user", "recipient_id"),
        UniqueConstraint("workspace_id", "key"),
        Index("ix_delivery_next_attempt_at", "next_attempt_at"),
        Index(None, "workspace_id", "created_at"),
    )

    key: str = Field(max_length=200)
    kind: str = Field(max_length=64)
    recipient_id: int | None = None
    """Nobody yet, where a person is invited."""
    address: str = Field(max_length=254)
    subject_id: int
    """The row the message is about, as its kind understands it (a timer, a task …)."""
    words: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    thread: str = Field(default="", max_length=200)
    """Messages about one thing share a thread in the reader's mailbox."""
    created_at: datetime
    due_at: datetime
    """From when on it may go."""

    outcome: Outcome = Field(default=Outcome.PENDING, sa_type=choice(Outcome))
    reason: str = Field(default="", max_length=500)
    attempts: int = 0
    next_attempt_at: datetime | None = None
    """When to try; none when there is nothing left to do."""
    lease_token: str | None = Field(default=None, max_length=64)
    settled_at: datetime | None = None
    message_id: str = Field(max_length=200)
    """Random, made once; the sender's domain follows when it is sent."""
    subject: str = Field(default="", max_length=300)
    text: str = ""
    html: str = ""
    """What was sent, with secret links hidden."""


class Mute(Row, table=True):
    """A person wants no more mail of one kind."""

    __table_args__ = within_workspace(
        points_to("user", "user_id"), UniqueConstraint("workspace_id", "user_id", "kind")
    )

    user_id: int
    kind: str = Field(max_length=64)
    created_at: datetime
