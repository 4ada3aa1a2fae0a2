"""Every way to reach people, in one table. A new channel is a file with its ``SPEC``, and a row."""

from collections.abc import Mapping
from dataclasses import dataclass

from alignment.config import Settings
from alignment.http.client import Client
from alignment.notifications.actions.table import NO_ACTIONS, ActionTable
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels import (
    email,
    in_app,
    other_chats,
    push,
    slack,
    teams,
    webhook,
)
from alignment.notifications.channels.base import (
    AddressForm,
    Channel,
    ChannelDependencies,
    ChannelSpec,
    NothingToOpen,
    OutgoingMessage,
    Sent,
)
from alignment.notifications.channels.http_post import endpoint_field

CHANNELS: tuple[ChannelSpec, ...] = (
    email.SPEC,
    in_app.SPEC,
    slack.SPEC,
    teams.SPEC,
    other_chats.SPEC,
    webhook.SPEC,
    push.SPEC,
)
"""In the order in which the page of channels offers those that are added by an address."""
FORMS: Mapping[str, AddressForm] = {spec.name: spec.form for spec in CHANNELS if spec.form}
SERVICE = "service"
"""The encrypted field of a chat's endpoint that says which row it is of."""


@dataclass(frozen=True, kw_only=True)
class ByService(NothingToOpen):
    """A kind of channel with several rows: each endpoint says which one it is of."""

    channels: Mapping[str, Channel]

    def send(self, message: OutgoingMessage) -> Sent:
        channel = self.channels[endpoint_field(message.endpoint, SERVICE)]
        return channel.open().send(message)


def channels_of(
    settings: Settings, *, actions: ActionTable = NO_ACTIONS
) -> Mapping[ChannelKind, Channel]:
    """The channels of this installation; an unusable mail setting raises ``BadSetting``."""
    given = ChannelDependencies(
        settings=settings, client=Client(own_hosts=settings.own_hosts), actions=actions
    )
    return {kind: _channel_of(kind, given) for kind in ChannelKind}


def spec_named(name: str) -> ChannelSpec:
    return next(spec for spec in CHANNELS if spec.name == name)


def spec_of(kind: ChannelKind, fields: Mapping[str, str]) -> ChannelSpec:
    """The row that an endpoint is of; the last of its kind where its fields do not say."""
    of_kind = _specs_of(kind)
    return next((spec for spec in of_kind if spec.name == fields.get(SERVICE)), of_kind[-1])


def stored_fields(spec: ChannelSpec, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of an endpoint, with the row it is of where its kind has several."""
    return {**fields, SERVICE: spec.name} if len(_specs_of(spec.kind)) > 1 else dict(fields)


def _channel_of(kind: ChannelKind, given: ChannelDependencies) -> Channel:
    of_kind = {spec.name: spec.build(given) for spec in _specs_of(kind)}
    return ByService(channels=of_kind) if len(of_kind) > 1 else next(iter(of_kind.values()))


def _specs_of(kind: ChannelKind) -> list[ChannelSpec]:
    return [spec for spec in CHANNELS if spec.kind is kind]
