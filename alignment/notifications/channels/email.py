"""Mail by SMTP, by one connection as long as the server keeps it open.

Nothing is ever sent in the clear to another machine, and a certificate is always checked.
"""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.errors import MessageError
from email.headerregistry import Address
from functools import cached_property
from typing import Any

from alignment.config import Settings
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import (
    Channel,
    ChannelSpec,
    DeliveryError,
    OutgoingMessage,
    Sent,
)
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.channels.mime import compose, sender_of, wire_address
from alignment.notifications.channels.smtp_replies import (
    CLOSING_DOWN,
    connect_error,
    connection_lost,
    error_text,
    outcome_of_refusal,
    reply_text,
)
from alignment.notifications.channels.smtp_settings import MailServer, Security, server_at
from alignment.notifications.models import Outcome

TIMEOUT = 10.0
"""Seconds to wait for each answer of the server."""


class Email:
    """A channel that hands messages to one SMTP server."""

    def __init__(
        self, server: MailServer, *, sender: Address, trust: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._sender = sender
        self._given_trust = trust

    def open(self) -> "Connection":
        """Connect, turn on TLS, sign in; a server that refuses *us* holds every message."""
        try:
            return Connection(self._dial_and_enter, sender=self._sender)
        except OSError as error:
            raise connect_error(error) from error

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whose certificates count; read once, and only where TLS is spoken."""
        return self._given_trust or ssl.create_default_context()

    def _dial_and_enter(self) -> smtplib.SMTP:
        smtp = self._dial()
        try:
            if self._server.security is Security.STARTTLS:
                smtp.starttls(context=self._trust)
            smtp.ehlo_or_helo_if_needed()
            if self._server.user:
                _sign_in(smtp, self._server)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _dial(self) -> smtplib.SMTP:
        host, port, name = self._server.host, self._server.port, self._sender.domain
        if self._server.security is Security.TLS:
            return smtplib.SMTP_SSL(host, port, name, timeout=TIMEOUT, context=self._trust)
        return smtplib.SMTP(host, port, name, timeout=TIMEOUT)


def _sign_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    """One try by one method; the library would try every method and count as guessing."""
    smtp.user, smtp.password = server.user, server.password
    methods: dict[str, Any] = {
        "PLAIN": smtp.auth_plain,
        "LOGIN": smtp.auth_login,
        "CRAM-MD5": smtp.auth_cram_md5,
    }
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    method = next((name for name in methods if name in offered), None)
    if method is None:
        raise smtplib.SMTPNotSupportedError("no way to sign in that we know")
    smtp.auth(method, methods[method])


class Connection:
    """An open connection; a refused message leaves it fit for the next one.

    Servers take so many messages by one connection, or wait so long, and then hang up: a
    connection that has served is dialled once more before a message is given up for now.
    """

    def __init__(self, dial: Callable[[], smtplib.SMTP], *, sender: Address) -> None:
        self._dial = dial
        self._sender = sender
        self._smtp = dial()
        self._has_served = False

    def send(self, message: OutgoingMessage) -> Sent:
        content = self._content(message)
        self._begin(message.address, returns_to=message.return_path or self._sender.addr_spec)
        try:
            self._announce(wire_address(message.address))
            self._smtp.send(content)
        except OSError as error:
            raise connection_lost(error, outcome=Outcome.RETRY) from error
        said = self._last_answer()
        self._has_served = True
        return Sent(outcome=Outcome.ACCEPTED, reason=said)

    def close(self) -> None:
        try:
            self._smtp.quit()
        except OSError:
            self._smtp.close()

    def _content(self, message: OutgoingMessage) -> bytes:
        """The mail as it goes over the wire, dots doubled, closed by the final dot."""
        try:
            content = compose(message, sender=self._sender)
        except (ValueError, MessageError) as error:
            reason = f"This cannot be put into a mail: {error_text(error)}"
            raise DeliveryError(reason, outcome=Outcome.DEAD) from error
        return content.replace(b"\r\n.", b"\r\n..") + b".\r\n"

    def _begin(self, address: str, *, returns_to: str) -> None:
        """Say who sends; by a new connection where the old one was ended in the meantime."""
        options = () if address.isascii() else self._options_for_utf8()
        try:
            code, answer = self._smtp.mail(returns_to, options)
            if code == CLOSING_DOWN and self._has_served:
                raise smtplib.SMTPServerDisconnected(reply_text(code, answer))
        except OSError as error:
            if not self._has_served:
                raise connection_lost(error, outcome=Outcome.RETRY) from error
            code, answer = self._begin_again(returns_to, options)
        self._check("MAIL", code, answer)

    def _begin_again(self, returns_to: str, options: Sequence[str]) -> tuple[int, bytes]:
        self._smtp.close()
        self._has_served = False
        try:
            self._smtp = self._dial()
            return self._smtp.mail(returns_to, options)
        except OSError as error:
            raise connect_error(error) from error

    def _announce(self, address: str) -> None:
        """The rest before the content; whatever is refused leaves the connection ready again."""
        self._check("RCPT", *self._smtp.rcpt(address))
        self._check("DATA", *self._smtp.docmd("DATA"))

    def _options_for_utf8(self) -> tuple[str, ...]:
        if not self._smtp.has_extn("smtputf8"):
            reason = "The mail server takes only addresses in plain letters (no SMTPUTF8)."
            raise DeliveryError(reason, outcome=Outcome.BOUNCED)
        return ("SMTPUTF8",)

    def _last_answer(self) -> str:
        """What the server says to the final dot; without an answer nobody knows if it went."""
        try:
            code, answer = self._smtp.getreply()
        except OSError as error:
            raise connection_lost(error, outcome=Outcome.UNKNOWN) from error
        return self._check("DATA", code, answer)

    def _check(self, step: str, code: int, answer: bytes) -> str:
        words = reply_text(code, answer)
        if code < 400:
            return words
        if code == CLOSING_DOWN:
            raise DeliveryError(words, outcome=Outcome.RETRY, is_down=True)
        self._begin_anew()
        outcome = outcome_of_refusal(step, code)
        raise DeliveryError(words, outcome=outcome, is_down=outcome is Outcome.HELD)

    def _begin_anew(self) -> None:
        try:
            self._smtp.rset()
        except OSError:
            self._smtp.close()


def check_settings(settings: Settings) -> None:
    """Raises ``BadSetting`` where no mail could be sent with them, whether or not one is."""
    sender_of(settings.mail_from)
    mail_of(settings)


def mail_of(settings: Settings) -> Channel:
    """Mail where a server is set up; otherwise messages are kept."""
    if not settings.mail_url:
        return KeptMail()
    return Email(server_at(settings.mail_url), sender=sender_of(settings.mail_from))


SPEC = ChannelSpec(
    name="email",
    kind=ChannelKind.EMAIL,
    label="Mail",
    build=lambda given: mail_of(given.settings),
)
