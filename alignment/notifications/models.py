"""The outbox: one row for each message, person and channel."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint, literal_column
from sqlmodel import Field, SQLModel

from alignment.db import (
    WorkspaceRow,
    enum_column,
    foreign_key_to,
    json_column,
    workspace_table_args,
)
from alignment.notifications.causes import DisabledCause, WaitCause
from alignment.notifications.channel_kinds import ChannelKind


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
    MERGED = "merged"
    """Told as part of another message, which ``merged_into_id`` names."""


UNSETTLED = frozenset({Outcome.PENDING, Outcome.RETRY, Outcome.UNKNOWN, Outcome.HELD})
"""Something is still to be done about these; all others are settled."""
GIVEN_UP = frozenset({Outcome.BOUNCED, Outcome.DEAD})
"""These did not arrive, and are not tried again unless somebody asks."""


class Delivery(WorkspaceRow, table=True):
    """A message to one person by one channel, written in the transaction that caused it.

    ``key`` names the cause (never the wall time), so that a cause tells a person once.
    ``words`` fills ``templates/notices/<kind>.*`` when its turn comes.
    """

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "recipient_id"),
        foreign_key_to("endpoint", "endpoint_id"),
        foreign_key_to("delivery", "merged_into_id"),
        UniqueConstraint("workspace_id", "key"),
        Index("ix_delivery_next_attempt_at", "next_attempt_at"),
        Index(None, "workspace_id", "channel", "next_attempt_at"),
        Index(None, "workspace_id", "created_at"),
        Index(None, "workspace_id", "settled_at"),
        Index(None, "workspace_id", "recipient_id", "channel", "settled_at"),
        Index(
            "ix_delivery_unread",
            "workspace_id",
            "recipient_id",
            sqlite_where=literal_column("read_at IS NULL"),
            postgresql_where=literal_column("read_at IS NULL"),
        ),
        Index(
            "ix_delivery_endpoint",
            "workspace_id",
            "endpoint_id",
            "settled_at",
            sqlite_where=literal_column("endpoint_id IS NOT NULL"),
            postgresql_where=literal_column("endpoint_id IS NOT NULL"),
        ),
        Index(None, "workspace_id", "recipient_id", "created_at"),
        Index(None, "workspace_id", "merged_into_id"),
        Index(None, "workspace_id", "kind", "subject_id"),
    )

    key: str = Field(max_length=200)
    kind: str = Field(max_length=64)
    channel: ChannelKind = Field(default=ChannelKind.EMAIL, sa_type=enum_column(ChannelKind))
    endpoint_id: int | None = None
    """Which chat, webhook or browser; mail and inbox need none."""
    recipient_id: int | None = None
    """Nobody yet, where a person is invited; nobody, where a team's channel is told."""
    address: str = Field(max_length=254)
    subject_id: int
    """The row the message is about, as its kind understands it (a timer, a task …)."""
    words: dict[str, Any] = Field(sa_column=Column(json_column(), nullable=False))
    thread: str = Field(default="", max_length=200)
    """Messages about one thing share a thread in the reader's mailbox."""
    created_at: datetime
    due_at: datetime
    """From when on it may go."""
    deliver_by_at: datetime | None = None
    """Before when it must go, to be of use: the rate limit and grouping hold it no longer."""

    outcome: Outcome = Field(default=Outcome.PENDING, sa_type=enum_column(Outcome))
    reason: str = Field(default="", max_length=500)
    wait_cause: WaitCause | None = Field(default=None, sa_type=enum_column(WaitCause))
    """Why it waits though it was due; none while nothing holds it, and when it was tried."""
    attempts: int = 0
    next_attempt_at: datetime | None = None
    """When to try; none when there is nothing left to do."""
    merged_into_id: int | None = None
    """The message that tells this one too."""
    read_at: datetime | None = None
    """When its reader saw it in the inbox."""
    lease_token: str | None = Field(default=None, max_length=64)
    settled_at: datetime | None = None
    message_id: str = Field(max_length=200)
    """Random, made once; the sender's domain follows when it is sent."""
    subject: str = Field(default="", max_length=300)
    text: str = ""
    html: str = ""
    """What was sent, with secret links hidden."""


class Mute(WorkspaceRow, table=True):
    """A person wants no more messages of one kind, or about one lead or plan, until further notice.

    Either ``kind`` or ``thread`` is given; the other one is empty.
    """

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"),
        UniqueConstraint("workspace_id", "user_id", "kind", "thread"),
    )

    user_id: int
    kind: str = Field(default="", max_length=64)
    thread: str = Field(default="", max_length=200)
    """What the messages are about, as ``Delivery.thread`` says it ("lead-7")."""
    created_at: datetime


class Endpoint(WorkspaceRow, table=True):
    """A chat, a webhook or a browser that a person or a team wants to be told through."""

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"),
        foreign_key_to("team", "team_id"),
        foreign_key_to("user", "added_by_id"),
        Index(None, "workspace_id", "user_id"),
        Index(None, "workspace_id", "team_id"),
    )

    channel: ChannelKind = Field(sa_type=enum_column(ChannelKind))
    user_id: int | None = None
    team_id: int | None = None
    """Either a person's or a team's."""
    label: str = Field(max_length=200)
    encrypted: str
    """Address and keys, encrypted with the installation's secret; never shown again."""
    kinds: list[Any] = Field(default_factory=list, sa_column=Column(json_column(), nullable=False))
    """Which kinds of message a team's endpoint hears; none named means all."""
    added_by_id: int
    created_at: datetime
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    disabled_cause: DisabledCause | None = Field(default=None, sa_type=enum_column(DisabledCause))
    disabled_reason: str = Field(default="", max_length=500)


class ChatAccount(WorkspaceRow, table=True):
    """Who a person is at a chat service: the buttons this account presses there act as that person.

    One account belongs to one person, and a person has one account at a service.
    """

    __tablename__ = "chat_account"
    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"),
        UniqueConstraint("workspace_id", "account"),
        UniqueConstraint("workspace_id", "user_id"),
    )

    user_id: int
    account: str = Field(max_length=100)
    """Slack's team and user, as ``T024BE7LD:U061F7AUR``."""
    name: str = Field(max_length=200)
    """As the service calls the account."""
    connected_at: datetime


class ChatPress(WorkspaceRow, table=True):
    """A button that somebody pressed in a chat, kept for an hour to know its copies."""

    __tablename__ = "chat_press"
    __table_args__ = workspace_table_args(
        UniqueConstraint("workspace_id", "account", "pressed_at"),
        Index(None, "workspace_id", "seen_at"),
    )

    account: str = Field(max_length=100)
    """Who pressed, as ``ChatAccount.account`` names it."""
    pressed_at: str = Field(max_length=32)
    """The service's own instant of the press; a copy has the same."""
    seen_at: datetime


class Preference(WorkspaceRow, table=True):
    """How one person wants to be told; what is empty follows the workspace's own row.

    The row without a person is the workspace's.
    """

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"), Index(None, "workspace_id", "user_id", unique=True)
    )

    user_id: int | None = None
    channels: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(json_column(), nullable=False)
    )
    """By kind of message, the channels that carry it."""
    digest_at: time | None = None
    """Wall time of the daily digest, in the person's zone."""
    quiet_from: time | None = None
    quiet_until: time | None = None
    """Nothing is sent from the one wall time to the other, over midnight where it is earlier."""
    breaks_quiet: bool | None = None
    """Whether a promise that is running out may break the quiet."""
    wants_weekly: bool | None = None
    allows_codes: bool | None = None
    """Workspace only: whether a code printed in a mail is proof enough for light acts."""
    max_per_person_hour: int | None = None
    """Workspace only: how many messages a person gets in an hour before they are merged."""
    max_per_workspace_hour: int | None = None
    updated_at: datetime


class Snooze(WorkspaceRow, table=True):
    """A person puts off being told about one thing; the co-owner sees it."""

    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"), Index(None, "workspace_id", "thread", "user_id")
    )

    user_id: int
    thread: str = Field(max_length=200)
    until_at: datetime
    reason: str = Field(default="", max_length=500)
    created_at: datetime


class DigestDone(WorkspaceRow, table=True):
    """The last date for which a person's digest of one kind was looked at, sent or not."""

    __tablename__ = "digest_done"
    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"), UniqueConstraint("workspace_id", "user_id", "kind")
    )

    user_id: int
    kind: str = Field(max_length=64)
    last_date: date
    """As the digest counts dates: in the person's zone, or the workspace's."""


class MailAction(WorkspaceRow, table=True):
    """How the code printed in one mail was tried, and what was done from that mail."""

    __tablename__ = "mail_action"
    __table_args__ = workspace_table_args(
        foreign_key_to("user", "user_id"),
        foreign_key_to("delivery", "delivery_id"),
        UniqueConstraint("workspace_id", "delivery_id"),
    )

    user_id: int
    delivery_id: int
    wrong_codes: int = 0
    locked_at: datetime | None = None
    """After five wrong codes the code opens nothing any more."""
    last_action: str = Field(default="", max_length=64)
    """What was done from this message last, empty until then."""
    last_action_at: datetime | None = None


class Heartbeat(SQLModel, table=True):
    """The last tick of the scheduler, of the whole installation: one row."""

    id: int = Field(default=1, primary_key=True)
    last_beat_at: datetime
    set_back_from: datetime | None = None
    """The time that the clock had reached when it was last set back, and what it said then."""
    set_back_at: datetime | None = None


class Downtime(SQLModel, table=True):
    """A time in which no scheduler ran."""

    id: int = Field(default=None, primary_key=True)
    from_at: datetime
    until_at: datetime
