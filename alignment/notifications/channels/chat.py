"""Chats: Slack and Teams in our own form, every other one as the library ``apprise`` speaks it.

Of the library's many services only those are let through whose hosts are fixed and public: never a
host that somebody types, nor this machine, its desktop or its files.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from alignment.errors import Refused
from alignment.notifications.channels.base import DeliveryError, OutgoingMessage, Sent
from alignment.notifications.channels.http_post import endpoint_field
from alignment.notifications.channels.message_text import message_parts
from alignment.notifications.channels.slack import Slack
from alignment.notifications.channels.teams import Teams
from alignment.notifications.models import Outcome

if TYPE_CHECKING:
    from apprise import NotifyBase

LONGEST_BODY = 1_500


class ChatService(StrEnum):
    """How an endpoint of the channel "chat" is spoken to."""

    SLACK = "slack"
    TEAMS = "teams"
    OTHER = "other"


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
class Chat:
    """A channel and its batch in one; ``schemes`` are the other chats that are let through."""

    slack: Slack
    teams: Teams
    schemes: frozenset[str] = SCHEMES

    def open(self) -> "Chat":
        return self

    def send(self, message: OutgoingMessage) -> Sent:
        service = ChatService(endpoint_field(message.endpoint, "service"))
        if service is ChatService.SLACK:
            return self.slack.send(message)
        if service is ChatService.TEAMS:
            return self.teams.send(message)
        return self._send_elsewhere(message)

    def close(self) -> None:
        """Nothing is kept open between messages."""

    def _send_elsewhere(self, message: OutgoingMessage) -> Sent:
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
