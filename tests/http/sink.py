"""A real web server on this machine that answers as it is told and keeps what it was sent."""

import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass(frozen=True, kw_only=True)
class Posted:
    """One request; header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


class WebSink:
    """``answer(429, retry_after="120")`` scripts the next answer; without one it is 200."""

    def __init__(self) -> None:
        self.taken: list[Posted] = []
        self._script: deque[tuple[int, dict[str, str]]] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/hook"

    def answer(self, status: int, **headers: str) -> None:
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self._script.append((status, named))

    def __enter__(self) -> "WebSink":
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                sink.taken.append(Posted(path=self.path, headers=headers, body=body))
                status, said = sink._script.popleft() if sink._script else (200, {})
                self.send_response(status)
                for name, value in {**said, "Content-Length": "2"}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_words: object) -> None:
                """Nobody reads it."""

        return Handler
