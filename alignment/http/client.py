"""The one outgoing HTTP client, for addresses that people type in.

It speaks https to public addresses only: a name is looked up, every number it stands for is
checked, and the connection goes to a number that was checked. Redirects are not followed, no body
is read, and the whole exchange ends in time. The operator may name hosts of the company's own
(``ALIGNMENT_OUTGOING_HOSTS``) of which none of that is asked.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache

from alignment.http.addresses import NotAllowed, TargetAddress, is_public, parse_url

CONNECT_WITHIN = 5.0
DONE_WITHIN = 15.0
"""Seconds for the whole exchange, however slowly the other side talks."""

Resolver = Callable[[str, int], Sequence[str]]
"""The numbers that a name stands for; raises ``OSError`` where it stands for none."""


class Unreachable(Exception):
    """No answer came; ``str()`` says no more about the network than that."""

    def __init__(self) -> None:
        super().__init__("No answer came from this address.")


@dataclass(frozen=True, kw_only=True)
class HttpResponse:
    """Status and headers of a response; header names are in lower case, no body is read."""

    status: int
    headers: Mapping[str, str]


def resolve_host(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, kw_only=True)
class Client:
    """Posts to checked addresses; ``own_hosts`` ("host:port") are the operator's exceptions."""

    own_hosts: frozenset[str] = frozenset()
    resolve: Resolver = resolve_host
    done_within: float = DONE_WITHIN

    def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> HttpResponse:
        """Send the body, once; raises ``NotAllowed`` or ``Unreachable``."""
        address = parse_url(url, own_hosts=self.own_hosts)
        try:
            return self._exchange(address, body, headers)
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            raise Unreachable from error

    def _exchange(
        self, address: TargetAddress, body: bytes, headers: Mapping[str, str]
    ) -> HttpResponse:
        until = time.monotonic() + self.done_within
        line = _secured(self._dialled(address, until=until), address)
        with closing(line), _in_time(line, until - time.monotonic()):
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            connection = http.client.HTTPConnection(address.host, address.port)
            connection.sock = line
            connection.request("POST", address.target, body, {**headers, "Host": address.name})
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return HttpResponse(status=response.status, headers=found)

    def _dialled(self, address: TargetAddress, *, until: float) -> socket.socket:
        """A line to one of the very numbers that were checked; a name may have hundreds."""
        numbers = self.resolve(address.host, address.port)
        if not address.is_own and not all(is_public(number) for number in numbers):
            raise NotAllowed
        for number in numbers:
            if (left := until - time.monotonic()) <= 0:
                break
            try:
                within = min(CONNECT_WITHIN, left)
                return socket.create_connection((number, address.port), timeout=within)
            except OSError:
                continue
        raise Unreachable


def _secured(plain: socket.socket, address: TargetAddress) -> socket.socket:
    """The line as TLS speaks over it to the name that was asked for; greetings come later."""
    if not address.is_https:
        return plain
    return _trust().wrap_socket(plain, server_hostname=address.host, do_handshake_on_connect=False)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _in_time(line: socket.socket, seconds: float) -> Iterator[None]:
    """Hang up when the time is over: limits of single reads let a trickle go on for ever."""
    is_over = threading.Event()
    late = threading.Timer(seconds, _hang_up, [line, is_over])
    late.daemon = True
    late.start()
    try:
        yield
    finally:
        late.cancel()
    if is_over.is_set():
        raise Unreachable  # what was read until then may look like a whole answer


def _hang_up(line: socket.socket, is_over: threading.Event) -> None:
    is_over.set()
    try:
        # Not the TLS way of saying goodbye, which would wait for the other side.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        line.close()
