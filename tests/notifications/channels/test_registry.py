"""Which channels an installation has."""

import pytest

from alignment.config import BadSetting, Settings
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.email import Email
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.channels.registry import channels_of, mail_of


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
