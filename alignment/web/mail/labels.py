"""Labels of message kinds and channels, also as template filters."""

from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.notice_kinds import kind_of

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
