"""Which channels an installation has."""

import json

import pytest

from alignment.config import BadSetting, Settings
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.email import Email, mail_of
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.channels.registry import (
    CHANNELS,
    channels_of,
    spec_named,
    spec_of,
    stored_fields,
)
from tests.notifications.channels.messages import make_message


def settings(**given):
    return Settings(secret_key="s" * 32, **given)


def test_every_kind_of_channel_is_there():
    assert set(channels_of(settings())) == set(ChannelKind)


def test_without_a_mail_server_messages_are_kept():
    assert isinstance(mail_of(settings()), KeptMail)


def test_with_a_mail_server_messages_go_by_mail():
    assert isinstance(mail_of(settings(mail_url="smtps://mail.acme.test")), Email)


def test_an_unusable_mail_setting_is_told_at_once():
    with pytest.raises(BadSetting, match="ALIGNMENT_MAIL_URL"):
        channels_of(settings(mail_url="mail.acme.test"))


def test_push_services_are_told_whom_to_write_to():
    channels = channels_of(settings(mail_from="Acme <hello@acme.test>"))

    assert vars(channels[ChannelKind.PUSH])["contact"] == "mailto:hello@acme.test"


def test_each_chat_is_spoken_to_in_its_own_form(web_sink):
    chats = channels_of(settings(outgoing_hosts=web_sink.host))[ChannelKind.CHAT].open()

    for service in ("slack", "teams"):
        chats.send(make_message(endpoint={"service": service, "url": web_sink.url}))

    slack, teams = (json.loads(posted.body) for posted in web_sink.taken)
    assert ("blocks" in slack, "attachments" in teams) == (True, True)


def test_every_row_has_a_name_of_its_own():
    names = [spec.name for spec in CHANNELS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("kind", "fields", "label"),
    [
        (ChannelKind.CHAT, {"service": "slack"}, "Slack"),
        (ChannelKind.CHAT, {"service": "teams"}, "Microsoft Teams"),
        (ChannelKind.CHAT, {}, "Another chat"),
        (ChannelKind.WEBHOOK, {}, "Webhook"),
        (ChannelKind.PUSH, {}, "Browser"),
    ],
)
def test_an_endpoint_is_called_as_its_row_says(kind, fields, label):
    assert spec_of(kind, fields).label == label


def test_only_a_kind_with_several_rows_says_which_one_an_endpoint_is_of():
    url = {"url": "https://hooks.acme.test/in"}

    assert stored_fields(spec_named("slack"), url) == {**url, "service": "slack"}
    assert stored_fields(spec_named("webhook"), url) == url
