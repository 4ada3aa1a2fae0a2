"""Every way to reach people, in one table."""

from collections.abc import Mapping

from alignment.config import Settings
from alignment.http.client import Client
from alignment.notifications.acts import Acts
from alignment.notifications.channels.base import Channel
from alignment.notifications.channels.chat import Chat
from alignment.notifications.channels.composing import sender_of
from alignment.notifications.channels.email import Email
from alignment.notifications.channels.in_app import InApp
from alignment.notifications.channels.keeping import Keeping
from alignment.notifications.channels.mail_server import server_at
from alignment.notifications.channels.push import Identity, Push
from alignment.notifications.channels.slack import Slack
from alignment.notifications.channels.teams import Teams
from alignment.notifications.channels.webhook import Webhook
from alignment.notifications.models import ChannelKind

NO_ACTS: Acts = {}


def channels_of(settings: Settings, *, acts: Acts = NO_ACTS) -> Mapping[ChannelKind, Channel]:
    """The channels of this installation; an unusable mail setting raises ``BadSetting``."""
    client, secret = Client(own_hosts=settings.own_hosts), settings.secret()
    slack = Slack(
        client=client, acts=acts, secret=secret, has_buttons=bool(settings.slack_signing_secret)
    )
    return {
        ChannelKind.EMAIL: mail_of(settings),
        ChannelKind.INBOX: InApp(),
        ChannelKind.CHAT: Chat(slack=slack, teams=Teams(client=client)),
        ChannelKind.WEBHOOK: Webhook(client=client),
        ChannelKind.PUSH: Push(
            client=client,
            identity=Identity(secret),
            contact=f"mailto:{sender_of(settings.mail_from).addr_spec}",
        ),
    }


def mail_of(settings: Settings) -> Channel:
    """Mail where a server is set up; otherwise messages are kept."""
    if not settings.mail_url:
        return Keeping()
    return Email(server_at(settings.mail_url), sender=sender_of(settings.mail_from))
