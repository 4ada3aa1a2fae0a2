"""Every way to reach people, in one table."""

from collections.abc import Mapping

from alignment.config import Settings
from alignment.http.client import Client
from alignment.notifications.actions.table import NO_ACTIONS, ActionTable
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import Channel
from alignment.notifications.channels.chat import Chat
from alignment.notifications.channels.email import Email
from alignment.notifications.channels.in_app import InApp
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.channels.mime import sender_of
from alignment.notifications.channels.push import Push, VapidIdentity
from alignment.notifications.channels.slack import Slack
from alignment.notifications.channels.smtp_settings import server_at
from alignment.notifications.channels.teams import Teams
from alignment.notifications.channels.webhook import Webhook


def channels_of(
    settings: Settings, *, actions: ActionTable = NO_ACTIONS
) -> Mapping[ChannelKind, Channel]:
    """The channels of this installation; an unusable mail setting raises ``BadSetting``."""
    client, secret = Client(own_hosts=settings.own_hosts), settings.secret()
    slack = Slack(
        client=client,
        actions=actions,
        secret=secret,
        has_buttons=bool(settings.slack_signing_secret),
    )
    return {
        ChannelKind.EMAIL: mail_of(settings),
        ChannelKind.INBOX: InApp(),
        ChannelKind.CHAT: Chat(slack=slack, teams=Teams(client=client)),
        ChannelKind.WEBHOOK: Webhook(client=client),
        ChannelKind.PUSH: Push(
            client=client,
            identity=VapidIdentity(secret),
            contact=f"mailto:{sender_of(settings.mail_from).addr_spec}",
        ),
    }


def mail_of(settings: Settings) -> Channel:
    """Mail where a server is set up; otherwise messages are kept."""
    if not settings.mail_url:
        return KeptMail()
    return Email(server_at(settings.mail_url), sender=sender_of(settings.mail_from))
