"""PURE. The ways to reach people that a preference can name."""

from enum import StrEnum


class ChannelKind(StrEnum):
    """A way to reach a person or a team."""

    EMAIL = "email"
    INBOX = "inbox"
    """The list in the application itself."""
    CHAT = "chat"
    WEBHOOK = "webhook"
    PUSH = "push"

    @property
    def needs_endpoint(self) -> bool:
        """Whether somebody must add an address first; mail and inbox are everybody's own."""
        return self not in (ChannelKind.EMAIL, ChannelKind.INBOX)

    @property
    def is_silent(self) -> bool:
        """Nobody is disturbed by a list that is read at will, or by a machine that is told."""
        return self in (ChannelKind.INBOX, ChannelKind.WEBHOOK)
