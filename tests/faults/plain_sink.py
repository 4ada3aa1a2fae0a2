"""A mail server of few lines that says yes to everything, however its clients die."""

import re
import socketserver
import threading
from types import TracebackType

MESSAGE_ID = re.compile(rb"(?im)^message-id: (.*)$")


class Conversation(socketserver.StreamRequestHandler):
    """Only what ended with the final dot was taken."""

    server: "PlainSink"

    def handle(self) -> None:
        self._say("220 sink")
        while line := self._line():
            verb = line[:4].upper()
            if verb == b"DATA" and not self._take():
                return
            self._say("221 Bye" if verb == b"QUIT" else "250 OK")
            if verb == b"QUIT":
                return

    def _take(self) -> bool:
        self._say("354 Go on")
        content = b""
        while line := self._line():
            if line == b".\r\n":
                self.server.take(content)
                return True
            content += line
        return False

    def _line(self) -> bytes:
        try:
            return self.rfile.readline()
        except OSError:
            return b""

    def _say(self, words: str) -> None:
        try:
            self.wfile.write(f"{words}\r\n".encode())
        except OSError:
            self.server.cut_off += 1


class PlainSink(socketserver.ThreadingTCPServer):
    """``message_ids`` are those of all that it took, in order; ``cut_off`` counts lost answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.message_ids: list[str] = []
        self.cut_off = 0
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def take(self, content: bytes) -> None:
        found = MESSAGE_ID.search(content)
        assert found is not None
        self.message_ids.append(found[1].decode().strip())

    def __enter__(self) -> "PlainSink":
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None = None,
        _error: BaseException | None = None,
        _trace: TracebackType | None = None,
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
