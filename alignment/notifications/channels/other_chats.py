"""Chats without a file of their own, as the library ``apprise`` speaks to them.

Of the library's many services only those are let through whose hosts are fixed and public: never a
host that somebody types, nor this machine, its desktop or its files.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from alignment.errors import Refused
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import (
    AddressForm,
    ChannelSpec,
    DeliveryError,
    NothingToOpen,
    OutgoingMessage,
    Sent,
)
from alignment.notifications.channels.http_post import endpoint_field
from alignment.notifications.channels.message_text import message_parts
from alignment.notifications.models import Outcome

if TYPE_CHECKING:
    from apprise import NotifyBase

LONGEST_BODY = 1_500


SCHEMES = frozenset(
    {
        "dingtalk",
        "discord",
        "feishu",
        "flock",
        "gchat",
        "groupme",
        "lark",
        "pover",
        "stackfield",
        "tgram",
        "webex",
        "wecombot",
        "wxteams",
        "zoom",
    }
)
"""Chats with fixed public hosts, by the scheme of the address that ``apprise`` understands."""
NATIVE_HOSTS = frozenset({"discord.com", "discordapp.com", "chat.googleapis.com"})
"""Their own webhook addresses are understood as they are copied."""
ALLOWED_QUERY_FIELDS = frozenset({"key", "token", "thread"})
"""What an address may say after its question mark; other words read files or check less."""
MASS_MENTION = re.compile(r"@(?=everyone|here|channel|all)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class OtherChats(NothingToOpen):
    """Posts each message by the library; ``schemes`` are the chats that are let through."""

    schemes: frozenset[str] = SCHEMES

    def send(self, message: OutgoingMessage) -> Sent:
        try:
            chat = parse_chat_address(endpoint_field(message.endpoint, "url"), schemes=self.schemes)
        except Refused as error:
            raise DeliveryError(str(error), outcome=Outcome.DEAD, disables=True) from error
        parts = message_parts(message, longest=LONGEST_BODY)
        lines = (parts.body, message.link, parts.why)
        body = "\n\n".join(line for line in lines if line) or parts.title
        if not chat.notify(
            body=_without_mass_mention(body), title=_without_mass_mention(parts.title)
        ):
            raise DeliveryError("The chat service did not take it.", outcome=Outcome.RETRY)
        return Sent(outcome=Outcome.ACCEPTED, reason="The chat service took it.")


def parse_chat_address(address: str, *, schemes: frozenset[str] = SCHEMES) -> "NotifyBase":
    """The chat at this address; ``Refused`` where it is none that we let through."""
    if not _may_be_tried(address, schemes):
        raise Refused(REFUSAL)
    from apprise import Apprise  # half a second, and only for who uses it

    chat = Apprise.instantiate(address, suppress_exceptions=True)
    if chat is None or schemes.isdisjoint(chat.schemas()):  # type: ignore[no-untyped-call]
        raise Refused(REFUSAL)
    return chat


REFUSAL = "This address is not understood. See the help for the chats that can be used."


def _may_be_tried(address: str, schemes: frozenset[str]) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    asked = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    is_native = parts.scheme == "https" and parts.netloc in NATIVE_HOSTS
    return (parts.scheme in schemes or is_native) and asked <= ALLOWED_QUERY_FIELDS


def _without_mass_mention(text: str) -> str:
    """A name or a note must not call everybody of a channel."""
    return MASS_MENTION.sub("@\u200b", text)


def _check_address(address: str, _own_hosts: frozenset[str]) -> None:
    parse_chat_address(address)


SPEC = ChannelSpec(
    name="other",
    kind=ChannelKind.CHAT,
    label="Another chat",
    build=lambda _given: OtherChats(),
    form=AddressForm(
        label="Another chat",
        address_help="discord://…, tgram://… or its webhook address",
        check_address=_check_address,
    ),
)
