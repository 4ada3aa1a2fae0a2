"""What dispatch works with: a channel, the base of every link, and what other slices know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from alignment.config import Settings
from alignment.notifications.channels.base import Channel
from alignment.notifications.channels.composing import sender_of
from alignment.notifications.channels.email import Email
from alignment.notifications.channels.keeping import Keeping
from alignment.notifications.channels.mail_server import server_at

StillMatters = Callable[..., str | None]
"""``(session, delivery, *, now)``: why the message no longer matters, or None while it does."""
LateWords = Callable[..., Mapping[str, str]]
"""``(session, delivery, *, secret)``: words that must not be stored, such as a link to join."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """Kinds of message that are not named in the tables always matter and hold no secrets."""

    channel: Channel
    base_url: str
    secret: str
    still_matters: Mapping[str, StillMatters] = field(default_factory=dict)
    late_words: Mapping[str, LateWords] = field(default_factory=dict)
    shows_secrets: bool = False
    """Whether the copies on the Mail page keep secret links; only a demo may."""


def office_of(
    settings: Settings,
    *,
    still_matters: Mapping[str, StillMatters],
    late_words: Mapping[str, LateWords],
    shows_secrets: bool = False,
) -> Office:
    """The office of this installation; an unusable mail setting raises ``BadSetting``."""
    return Office(
        channel=channel_of(settings),
        base_url=settings.base_url,
        secret=settings.secret(),
        still_matters=still_matters,
        late_words=late_words,
        shows_secrets=shows_secrets,
    )


def channel_of(settings: Settings) -> Channel:
    """Mail where a server is set up; otherwise messages are kept."""
    if not settings.mail_url:
        return Keeping()
    return Email(server_at(settings.mail_url), sender=sender_of(settings.mail_from))
