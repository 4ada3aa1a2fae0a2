"""Every SELECT about notifications. Workspace or person is the scope."""

from enum import StrEnum


class ChannelKind(StrEnum):
    """A way to reach a person or a team."""

    EMAIL = "email"
    INBOX = "inbox"
    """The list in the application itself."""
    CHAT = "chat"
    WEBHOOK = "webhook"
    PUSH = "push"
