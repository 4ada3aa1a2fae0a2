"""The address of the mail server is read strictly, and its password is never repeated."""

import pytest

from alignment.config import BadSetting
from alignment.notifications.channels.smtp_settings import MailServer, Security, server_at


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://robot:p%40ss@mail.acme.test",
            MailServer(
                host="mail.acme.test",
                port=587,
                security=Security.STARTTLS,
                user="robot",
                password="p@ss",
            ),
        ),
        (
            "smtps://mail.acme.test:4465",
            MailServer(host="mail.acme.test", port=4465, security=Security.TLS),
        ),
        (
            "smtp+plain://127.0.0.1:1025",
            MailServer(host="127.0.0.1", port=1025, security=Security.PLAIN),
        ),
    ],
    ids=["STARTTLS", "TLS", "in the clear, here only"],
)
def test_an_address_names_host_port_security_and_who_we_are(url, server):
    assert server_at(url) == server


@pytest.mark.parametrize(
    "url",
    ["mail.acme.test:587", "http://mail.acme.test", "smtp://", "smtp://mail.acme.test:no"],
)
def test_an_unusable_address_is_refused_with_the_right_shape(url):
    with pytest.raises(BadSetting, match="smtp://user:password@host:587"):
        server_at(url)


@pytest.mark.parametrize("host", ["mail.acme.test", "10.0.0.1", "0.0.0.0"])
def test_nothing_goes_in_the_clear_to_another_machine(host):
    with pytest.raises(BadSetting, match="only name this machine") as refused:
        server_at(f"smtp+plain://robot:secret@{host}:25")

    assert "secret" not in str(refused.value)
