"""The delivery context: channels, base URL, secret, and the tables by which other slices decide
what a kind of notice needs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from alignment.config import Settings
from alignment.notifications.actions.table import NO_ACTIONS, ActionTable
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels import registry
from alignment.notifications.channels.base import Channel, InlinePicture

StillMatters = Callable[..., str | None]
"""``(session, delivery, *, now)``: why the message no longer matters, or None while it does."""
SendTimeWords = Callable[..., Mapping[str, str]]
"""``(session, delivery, *, secret)``: words that must not be stored, such as a link to join."""
Pictures = Callable[[Mapping[str, Any]], tuple[InlinePicture, ...]]
"""``(words)``: drawings for a letter, made from its words alone when it is written out."""


@dataclass(frozen=True, kw_only=True)
class DeliveryContext:
    """Kinds of message that are not named in the tables always matter, hold no secrets and show
    no pictures."""

    channels: Mapping[ChannelKind, Channel]
    base_url: str
    secret: str
    still_matters: Mapping[str, StillMatters] = field(default_factory=dict)
    send_time_words: Mapping[str, SendTimeWords] = field(default_factory=dict)
    pictures: Mapping[str, Pictures] = field(default_factory=dict)
    actions: ActionTable = NO_ACTIONS
    reply_domain: str = ""
    """Where answers go; empty means that nobody can answer."""
    shows_secrets: bool = False
    """Whether the copies on the Mail page keep secret links; only a demo may."""


def build_context(
    settings: Settings,
    *,
    still_matters: Mapping[str, StillMatters],
    send_time_words: Mapping[str, SendTimeWords],
    pictures: Mapping[str, Pictures] | None = None,
    actions: ActionTable = NO_ACTIONS,
    shows_secrets: bool = False,
) -> DeliveryContext:
    """The office of this installation; an unusable mail setting raises ``BadSetting``."""
    return DeliveryContext(
        channels=registry.channels_of(settings, actions=actions),
        base_url=settings.base_url,
        secret=settings.secret(),
        still_matters=still_matters,
        send_time_words=send_time_words,
        pictures=pictures or {},
        actions=actions,
        reply_domain=settings.reply_domain,
        shows_secrets=shows_secrets,
    )
