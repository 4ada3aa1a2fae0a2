"""The office of an installation follows its settings."""

import pytest

from alignment.config import BadSetting, Settings
from alignment.notifications.channels.email import Email, mail_of
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.sending.delivery_context import build_context


def test_without_a_mail_server_messages_are_kept():
    assert isinstance(mail_of(Settings()), KeptMail)


def test_with_a_mail_server_messages_go_by_mail():
    assert isinstance(mail_of(Settings(mail_url="smtps://mail.acme.test")), Email)


def test_an_unusable_mail_setting_is_told_when_the_office_opens(tmp_path):
    settings = Settings(mail_url="mail.acme.test", secret_key="s" * 32, data_dir=tmp_path)

    with pytest.raises(BadSetting, match="ALIGNMENT_MAIL_URL"):
        build_context(settings, still_matters={}, send_time_words={})


def test_links_begin_with_the_address_that_people_type(tmp_path):
    settings = Settings(
        base_url="https://alignment.acme.test", secret_key="s" * 32, data_dir=tmp_path
    )

    office = build_context(settings, still_matters={}, send_time_words={})

    assert (office.base_url, office.shows_secrets) == ("https://alignment.acme.test", False)
