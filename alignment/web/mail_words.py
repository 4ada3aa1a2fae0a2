"""How kinds of message and channels are called on the pages about mail."""

from alignment.notifications.kinds import kind_of
from alignment.notifications.models import ChannelKind

CHANNELS = {
    ChannelKind.EMAIL: "Mail",
    ChannelKind.INBOX: "Inbox",
    ChannelKind.CHAT: "Chat",
    ChannelKind.PUSH: "Browser",
    ChannelKind.WEBHOOK: "Webhook",
}


def kind_word(kind: str) -> str:
    return kind_of(kind).title


def channel_word(channel: ChannelKind) -> str:
    return CHANNELS[channel]
