"""PURE. Which addresses we may speak to: people type them, and they must not lead into our network.

A check of the text alone is never enough, since a name may stand for any number: the client checks
every number again before it connects.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

LONGEST = 2_000
LONGEST_HOST = 253
USUAL_PORT = {"https": 443, "http": 80}
PORTS = frozenset({443, 8443})
NEVER_PUBLIC = ("localhost", "local", "internal", "lan", "home", "corp", "intranet", "arpa")
"""Last parts of names that stand for something nearby."""
TUNNEL_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b::/96",  # to any IPv4 address, by way of a gateway (NAT64)
        "64:ff9b:1::/48",
        "2001::/23",  # Teredo and other tunnels
        "2002::/16",  # 6to4
        "192.88.99.0/24",  # the relays of 6to4
    )
)
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


class NotAllowed(Exception):
    """We do not speak to this address; one sentence, whatever the reason is."""

    def __init__(self) -> None:
        super().__init__("This address cannot be used. Give a public https address.")


@dataclass(frozen=True, kw_only=True)
class TargetAddress:
    """Where to connect, and what to ask for there."""

    host: str
    port: int
    is_https: bool
    target: str
    is_own: bool
    """Whether the operator named this host and port; then it may be anywhere."""

    @property
    def name(self) -> str:
        """As the header ``Host`` says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_usual = self.port == (443 if self.is_https else 80)
        return host if is_usual else f"{host}:{self.port}"


def parse_url(url: str, *, own_hosts: frozenset[str] = frozenset()) -> TargetAddress:
    """The parts of an address that may be tried; any other one raises ``NotAllowed``."""
    parts = _split(url)
    host, port = _host_of(parts), _port_of(parts)
    is_own = f"{host}:{port}" in own_hosts
    if not is_own and not (parts.scheme == "https" and port in PORTS and _may_be_public(host)):
        raise NotAllowed
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return TargetAddress(
        host=host, port=port, is_https=parts.scheme == "https", target=target, is_own=is_own
    )


def is_public(number: str) -> bool:
    """Whether a numeric address belongs to a machine that anybody on the internet may speak to."""
    try:
        address = ipaddress.ip_address(number)
    except ValueError:
        return False  # an address with a scope, such as fe80::1%eth0
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if address not in GLOBAL_UNICAST:
            return False
    leads_elsewhere = any(address in network for network in TUNNEL_NETWORKS)
    return address.is_global and not address.is_multicast and not leads_elsewhere


def _split(url: str) -> SplitResult:
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' \\"<>^`{|}')
    if not is_plain or len(url) > LONGEST:
        raise NotAllowed
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise NotAllowed from error
    if parts.scheme not in USUAL_PORT or "@" in parts.netloc:
        raise NotAllowed
    return parts


def _host_of(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host or len(host) > LONGEST_HOST:
        raise NotAllowed
    return host


def _port_of(parts: SplitResult) -> int:
    try:
        return parts.port or USUAL_PORT[parts.scheme]
    except ValueError as error:
        raise NotAllowed from error


def _may_be_public(host: str) -> bool:
    number = _number(host)
    if number:
        return is_public(number)
    return "." in host and host.rpartition(".")[2] not in NEVER_PUBLIC


def _number(host: str) -> str | None:
    """The number that is written as this host ("127.1", "0x7f.1", "2130706433"), asking nobody."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return None
    return str(found[0][4][0])
