"""What dispatch asks of a way to reach people, what a channel answers, and what a channel says of
itself: the row that stands in ``registry.CHANNELS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, Self

from alignment.config import Settings
from alignment.errors import Refused
from alignment.http.addresses import NotAllowed, parse_url
from alignment.http.client import Client
from alignment.notifications.actions.table import ActionTable
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Outcome


@dataclass(frozen=True, kw_only=True)
class InlinePicture:
    """A PNG inside a letter, shown where its HTML says ``src="cid:<cid>"``."""

    cid: str
    png: bytes
    alt: str


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """One letter to one address, in words that every channel understands."""

    id: str
    """The same on every try, so that a reader's mailbox can drop a second copy."""
    kind: str
    workspace_id: int
    thread: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str | None
    at: datetime
    """When it is written, aware UTC."""
    subject_id: int = 0
    """The row it is about, as its kind understands it."""
    channel: ChannelKind = ChannelKind.EMAIL
    endpoint_id: int | None = None
    endpoint: Mapping[str, str] = field(default_factory=dict)
    """Address and keys of the chat, webhook or browser; mail and inbox have none."""
    link: str = ""
    """The page it is about, as a whole address; the start page where it names none."""
    is_summary: bool = False
    """It tells of several things, so that what its kind lets people do does not apply."""
    action_links: tuple[tuple[str, str], ...] = ()
    """What its reader can do about it: words and whole addresses."""
    return_path: str = ""
    """Where reports go that it did not arrive; the sender's address where it is empty."""
    reply_to: str = ""
    """Where its reader's answers are read; nowhere if empty."""
    inline: tuple[InlinePicture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The channel has it; ``reason`` is its answer, in words for an administrator."""

    outcome: Outcome
    reason: str


class DeliveryError(Exception):
    """The message did not go. ``is_down`` means that no other one would go either.

    ``disables`` means that its endpoint is of no use any more; ``retry_after`` is how long the
    receiver asks to be left alone (the schedule waits at least so long).
    """

    def __init__(
        self,
        reason: str,
        *,
        outcome: Outcome,
        is_down: bool = False,
        disables: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.outcome = outcome
        self.is_down = is_down
        self.disables = disables
        self.retry_after = retry_after


class OpenChannel(Protocol):
    """An open channel, for a few messages."""

    def send(self, message: OutgoingMessage) -> Sent:
        """Hand one message over, or raise ``DeliveryError``."""

    def close(self) -> None:
        """Let go of the channel; never raises."""


class Channel(Protocol):
    """A way to reach people."""

    def open(self) -> OpenChannel:
        """Make ready to send, or raise ``DeliveryError`` for all that was to go."""


class NothingToOpen:
    """A channel and open channel in one: each message is a request of its own."""

    def open(self) -> Self:
        return self

    def close(self) -> None:
        """Nothing is kept open between messages."""


@dataclass(frozen=True, kw_only=True)
class ChannelDependencies:
    """What the channels of an installation are built from."""

    settings: Settings
    client: Client
    actions: ActionTable


@dataclass(frozen=True, kw_only=True)
class EndpointFields:
    """What is stored, encrypted, of an endpoint; and a secret that is shown only once."""

    fields: Mapping[str, str]
    shown_secret: str = ""


def check_public_address(address: str, own_hosts: frozenset[str]) -> None:
    """Refuse an address that is no public one, or leads into our own network."""
    try:
        parse_url(address, own_hosts=own_hosts)
    except NotAllowed as error:
        raise Refused(str(error)) from error


def address_alone(address: str) -> EndpointFields:
    return EndpointFields(fields={"url": address})


@dataclass(frozen=True, kw_only=True)
class AddressForm:
    """How a person adds an endpoint of a channel by its address."""

    label: str
    address_help: str
    check_address: Callable[[str, frozenset[str]], None] = check_public_address
    """Raises ``Refused``; the second are hosts of our own network that are let through."""
    new_fields: Callable[[str], EndpointFields] = address_alone


@dataclass(frozen=True, kw_only=True)
class ChannelSpec:
    """One row of the table of channels."""

    name: str
    """As forms and the encrypted fields of an endpoint call it."""
    kind: ChannelKind
    """What people choose in their preferences; several channels may be of one kind."""
    label: str
    build: Callable[[ChannelDependencies], Channel]
    form: AddressForm | None = None
    """None where nobody adds it by an address."""
