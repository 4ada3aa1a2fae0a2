"""A TCP proxy between us and a server, that may be slow, silent, or tamper with what passes."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

Edit = Callable[[bytes], bytes]


def as_it_is(some: bytes) -> bytes:
    return some


class Proxy:
    """``edit`` changes what the server says; ``delay`` comes before each of its words.

    From the moment at which we say ``silent_after`` nothing passes any more, in neither direction,
    and no connection is closed: a black hole. ``heard`` is all that we said, in the clear or not.
    """

    def __init__(
        self,
        port: int,
        *,
        edit: Edit = as_it_is,
        delay: float = 0.0,
        silent_after: bytes | None = None,
    ) -> None:
        self.heard = b""
        self._port = port
        self._edit = edit
        self._delay = delay
        self._silent_after = silent_after
        self._open: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        port: int = self._server.getsockname()[1]
        return port

    def __enter__(self) -> "Proxy":
        self._start(self._accept)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for one in (self._server, *self._open):
            _hang_up(one)
        for thread in self._threads:
            thread.join(60)

    def _start(self, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._server.accept()
            except OSError:
                return
            theirs = socket.create_connection(("127.0.0.1", self._port))
            self._open += (ours, theirs)
            self._start(self._pass_on, ours, theirs)
            self._start(self._answer, theirs, ours)

    def _pass_on(self, ours: socket.socket, theirs: socket.socket) -> None:
        while some := _read(ours):
            self.heard += some
            if not self._is_silent:
                _write(theirs, some)
        if not self._is_silent:
            _hang_up(theirs)

    def _answer(self, theirs: socket.socket, ours: socket.socket) -> None:
        while some := _read(theirs):
            time.sleep(self._delay)
            if not self._is_silent:
                _write(ours, self._edit(some))
        if not self._is_silent:
            _hang_up(ours)

    @property
    def _is_silent(self) -> bool:
        return self._silent_after is not None and self._silent_after in self.heard


def _read(one: socket.socket) -> bytes:
    try:
        return one.recv(65536)
    except OSError:
        return b""


def _write(one: socket.socket, some: bytes) -> None:
    try:
        one.sendall(some)
    except OSError:
        _hang_up(one)


def _hang_up(one: socket.socket) -> None:
    with suppress(OSError):  # it may be gone already
        one.shutdown(socket.SHUT_RDWR)
    one.close()
