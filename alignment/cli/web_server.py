"""The embedded web server: how many may be connected, and how much they may send.

A connection costs a file descriptor and no thread, whether its browser is idle or slow. Where there
are more than agreed, the one that was silent for longest makes room.
"""

import copy
import logging
import socket
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from time import monotonic
from typing import Any, cast

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server
from waitress.utilities import RequestEntityTooLarge

from alignment.cli.file_descriptors import fitting_connections
from alignment.config import Settings
from alignment.web.request_limits import largest_body

THREADS = 8
IDLE_SECONDS = 60
HEADER_BYTES = 32 * 1024
REFUSED_BODY_SECONDS = 5.0
"""A client that was refused may go on sending for so long, and finds the answer afterwards."""
SAME_SENTENCE_SECONDS = 60.0
ROOM_FOR_ONE_MORE = 50
"""The server stops listening above this many connections too many, which it never sees."""

LargestBody = Callable[[str, str], int]
"""How many bytes a body may have, by method and path."""


def listening_server(app: Flask, settings: Settings) -> Any:
    """A server that holds its port already; raises ``OSError`` where it cannot have it."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("waitress").addFilter(OnceAMinute())
    connections = fitting_connections(settings.connections)
    dispatchers: dict[int, Any] = {}
    server = create_server(
        app,
        map=dispatchers,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        ident="",
        connection_limit=connections + ROOM_FOR_ONE_MORE,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=IDLE_SECONDS // 4,
        asyncore_use_poll=True,
        max_request_header_size=HEADER_BYTES,
        # They are believed only where the operator says that a proxy is in front.
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )
    channel_class = _channel_class(partial(largest_body, app), connections)
    for dispatcher in dispatchers.values():
        if isinstance(dispatcher, BaseWSGIServer):
            dispatcher.channel_class = channel_class
    return server


def _channel_class(largest: LargestBody, most: int) -> type[HTTPChannel]:
    """The connections of one server."""

    class ServerParser(BoundedParser):
        largest_body = staticmethod(largest)

    class ServerChannel(BoundedChannel):
        parser_class = ServerParser
        most_connections = most

    return ServerChannel


class BoundedParser(HTTPRequestParser):
    """Refuses a body by the limit of the page it is sent to, before any of it is kept."""

    largest_body: LargestBody
    path: str

    def parse_header(self, header_plus: Any) -> None:
        super().parse_header(header_plus)
        self.adj = copy.copy(self.adj)
        # The parser refuses what reaches its limit; ours may be reached.
        self.adj.max_request_body_size = self.largest_body(cast(str, self.command), self.path) + 1

    def received(self, data: Any) -> int:
        consumed: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            megabytes = self.adj.max_request_body_size // 1024**2
            self.error.body = f"At most {megabytes} MB may be sent to this page at once."
        return consumed


class BoundedChannel(HTTPChannel):
    """One connection; it makes room for others, and lets a refused client finish."""

    most_connections: int
    is_refused = False
    draining_until: float | None = None

    def add_channel(self, map: Any = None) -> None:  # noqa: A002 the name is the library's
        super().add_channel(map)
        others = [other for other in _channels_of(self.server) if other is not self]
        if len(others) >= self.most_connections:
            min(others, key=_silence).will_close = True

    def service(self) -> None:
        self.is_refused = self.requests[0].error is not None
        super().service()

    def handle_close(self) -> None:
        """Closing at once would take the answer away from a client that still sends."""
        if self.is_refused and self.socket and self.draining_until is None:
            self.draining_until = monotonic() + REFUSED_BODY_SECONDS
            self.will_close = False
            self.socket.shutdown(socket.SHUT_WR)
        else:
            super().handle_close()

    def readable(self) -> bool:
        return self.draining_until is not None or super().readable()

    def handle_read(self) -> None:
        if self.draining_until is None:
            super().handle_read()
        elif not self.recv(self.adj.recv_bytes) or monotonic() > self.draining_until:
            super().handle_close()


class OnceAMinute(logging.Filter):
    """Lets each sentence into the log once a minute: a crowd must not fill the disk with one.

    A sentence about one request always goes through.
    """

    def __init__(self) -> None:
        super().__init__()
        self.said_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        said_at, now = self.said_at.get(str(record.msg)), monotonic()
        if record.args:
            return True
        if said_at is not None and now < said_at + SAME_SENTENCE_SECONDS:
            return False
        self.said_at[str(record.msg)] = now
        return True


def _channels_of(server: BaseWSGIServer) -> Iterable[HTTPChannel]:
    return cast("Mapping[int, HTTPChannel]", server.active_channels).values()


def _silence(channel: HTTPChannel) -> tuple[bool, float]:
    """Sorts who was silent for longest first, and whoever is being answered last."""
    return bool(channel.requests), channel.last_activity
