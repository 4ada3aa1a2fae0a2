"""What dispatch works with: channels, the base of every link, and what other slices know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from alignment.config import Settings
from alignment.notifications.acts import Acts, Topic
from alignment.notifications.channels import registry
from alignment.notifications.channels.base import Channel, Picture
from alignment.notifications.models import ChannelKind

StillMatters = Callable[..., str | None]
"""``(session, delivery, *, now)``: why the message no longer matters, or None while it does."""
LateWords = Callable[..., Mapping[str, str]]
"""``(session, delivery, *, secret)``: words that must not be stored, such as a link to join."""
Pictures = Callable[[Mapping[str, Any]], tuple[Picture, ...]]
"""``(words)``: drawings for a letter, made from its words alone when it is written out."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """Kinds of message that are not named in the tables always matter, hold no secrets and show
    no pictures."""

    channels: Mapping[ChannelKind, Channel]
    base_url: str
    secret: str
    still_matters: Mapping[str, StillMatters] = field(default_factory=dict)
    late_words: Mapping[str, LateWords] = field(default_factory=dict)
    pictures: Mapping[str, Pictures] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    acted_on: Mapping[str, str] = field(default_factory=dict)
    """By kind of message, the name of the topic that its subject is of: its mail has buttons."""
    reply_domain: str = ""
    """Where answers go; empty means that nobody can answer."""
    shows_secrets: bool = False
    """Whether the copies on the Mail page keep secret links; only a demo may."""


def office_of(
    settings: Settings,
    *,
    still_matters: Mapping[str, StillMatters],
    late_words: Mapping[str, LateWords],
    pictures: Mapping[str, Pictures] | None = None,
    acts: Acts = registry.NO_ACTS,
    topics: Mapping[str, Topic] | None = None,
    acted_on: Mapping[str, str] | None = None,
    shows_secrets: bool = False,
) -> Office:
    """The office of this installation; an unusable mail setting raises ``BadSetting``."""
    return Office(
        channels=registry.channels_of(settings, acts=acts),
        base_url=settings.base_url,
        secret=settings.secret(),
        still_matters=still_matters,
        late_words=late_words,
        pictures=pictures or {},
        topics=topics or {},
        acted_on=acted_on or {},
        reply_domain=settings.reply_domain,
        shows_secrets=shows_secrets,
    )
