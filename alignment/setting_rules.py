"""PURE. What each setting may be. A rule raises ``ValueError`` with what to put instead; the text
of a secret is never repeated.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

SHORTEST_SECRET = 32
DIFFERENT_CHARACTERS = 8
LARGEST_PORT = 65535
MOST_PROXIES = 100
HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?")
DATABASES = ("sqlite:///", "postgresql+psycopg://")


def check_secret(text: str) -> None:
    """Random enough that nobody guesses it; a word that is repeated is not."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError(
            f"has {len(text)} characters; give at least {SHORTEST_SECRET} random ones."
        )
    is_repeated = (text + text).find(text, 1) < len(text)
    if is_repeated or len(set(text)) < DIFFERENT_CHARACTERS:
        raise ValueError("can be guessed; give random characters, such as of: openssl rand -hex 32")


def check_base_url(text: str) -> None:
    """Scheme, host and port: every link is made of it and the path of a page."""
    parts = _split(text)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must begin with http:// or https:// and a host.")
    if not (_is_host(parts.hostname) and "@" not in parts.netloc):
        raise ValueError("must name a host that people can type, without a user.")
    if parts.path or parts.query or parts.fragment:
        raise ValueError("must end after the host and the port.")


def check_host(text: str) -> None:
    """A name or an IP address of this machine."""
    if not _is_host(text):
        raise ValueError("must be a name or an IP address, such as 127.0.0.1 or 0.0.0.0.")


def check_port(text: str) -> None:
    """A TCP port."""
    _check_number(text, least=1, most=LARGEST_PORT)


def check_connections(text: str) -> None:
    """At least one, and no more than a process can hold open."""
    _check_number(text, least=1, most=LARGEST_PORT)


def check_trusted_proxies(text: str) -> None:
    """None, or a few."""
    _check_number(text, least=0, most=MOST_PROXIES)


def check_database_url(text: str) -> None:
    """SQLite in a file, or PostgreSQL by the driver that is installed."""
    parts = _split(text)
    if parts is None or not text.startswith(DATABASES) or text in DATABASES[:1]:
        raise ValueError("must look like postgresql+psycopg://user@host/name or sqlite:///file.")


def check_outgoing_hosts(text: str) -> None:
    """Names with ports, between commas."""
    for place in filter(None, (part.strip() for part in text.split(","))):
        host, _, port = place.rpartition(":")
        if not (_is_host(host.strip("[]")) and _is_number(port, least=1, most=LARGEST_PORT)):
            raise ValueError(f"must be host:port, several with commas, not {place!r}.")


def check_domain(text: str) -> None:
    """A mail domain."""
    if not HOST_NAME.fullmatch(text):
        raise ValueError("must be a domain, such as reply.example.com.")


def check_switch(text: str) -> None:
    """On or off."""
    if text not in ("0", "1"):
        raise ValueError("must be 1 or 0.")


RULES: Mapping[str, Callable[[str], None]] = {
    "base_url": check_base_url,
    "connections": check_connections,
    "database_url": check_database_url,
    "demo": check_switch,
    "host": check_host,
    "inbound_secret": check_secret,
    "outgoing_hosts": check_outgoing_hosts,
    "port": check_port,
    "reply_domain": check_domain,
    "secret_key": check_secret,
    "trusted_proxies": check_trusted_proxies,
}
"""By setting; what is not here is looked at by whoever uses it."""


def _check_number(text: str, *, least: int, most: int) -> None:
    if not _is_number(text, least=least, most=most):
        raise ValueError(f"must be a whole number from {least} to {most}, not {text!r}.")


def _is_number(text: str, *, least: int, most: int) -> bool:
    return (
        len(text) <= len(str(most))
        and text.isascii()
        and text.isdigit()
        and (least <= int(text) <= most)
    )


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        # Only an address ends in a number; one that could not be read is none.
        last = text.rstrip(".").rpartition(".")[2]
        return HOST_NAME.fullmatch(text) is not None and not last.isdigit()
    return True


def _split(text: str) -> SplitResult | None:
    """None where it is no address at all, or its port is none."""
    try:
        parts = urlsplit(text)
        return parts if parts.port != 0 else None
    except ValueError:
        return None
