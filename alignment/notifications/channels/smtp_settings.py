"""The setting `mail_url`, parsed and checked."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from alignment.config import BadSetting

SHAPE = "smtp://user:password@host:587, smtps://… or, on this machine, smtp+plain://127.0.0.1:25"


class Security(StrEnum):
    """How the way to the server is kept private; the value is the scheme of the address."""

    STARTTLS = "smtp"
    TLS = "smtps"
    PLAIN = "smtp+plain"


USUAL_PORT = {Security.STARTTLS: 587, Security.TLS: 465, Security.PLAIN: 25}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """One SMTP server and how to speak to it."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""


def server_at(url: str) -> MailServer:
    """The server of an address; an unusable address raises ``BadSetting`` and never repeats it."""
    try:
        parts = urlsplit(url)
        security, port = Security(parts.scheme), parts.port
        if port == 0 or parts.path.strip("/") or parts.query:
            raise ValueError(url)  # noqa: TRY301 one sentence for every wrong shape
    except ValueError as error:
        raise BadSetting(f"ALIGNMENT_MAIL_URL must look like {SHAPE}.") from error
    if not parts.hostname:
        raise BadSetting(f"ALIGNMENT_MAIL_URL names no host. It must look like {SHAPE}.")
    if security is Security.PLAIN and not _is_this_machine(parts.hostname):
        raise BadSetting("ALIGNMENT_MAIL_URL with smtp+plain:// may only name this machine.")
    return MailServer(
        host=parts.hostname,
        port=port or USUAL_PORT[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
