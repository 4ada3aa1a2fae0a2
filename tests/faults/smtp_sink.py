"""A real SMTP server on this machine that answers as it is told and keeps what it took."""

import socket
import ssl
from collections import defaultdict, deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from aiosmtpd.smtp import Session as Conversation

PEM = Path(__file__).with_name("localhost.pem")
"""A self-signed certificate for "localhost", good for nothing but these tests."""
HANG_UP = "hang up"
"""In place of an answer: the connection is cut without a word."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One mail that the server took, whether or not it said so."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


class Sink:
    """``answer("RCPT", "450 later")`` scripts the next answer to a step; without one it is 250."""

    def __init__(self, *, certificate: bool | Path = False, password: str | None = None) -> None:
        self.taken: list[Taken] = []
        self.sign_ins = 0
        self._password = password
        self._script: defaultdict[str, deque[str]] = defaultdict(deque)
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=_free_port(),
            tls_context=_tls(PEM if certificate is True else certificate) if certificate else None,
            authenticator=self._authenticate if password else None,
            auth_require_tls=False,
        )

    def answer(self, step: str, *answers: str) -> None:
        self._script[step].extend(answers)

    @property
    def port(self) -> int:
        return self._controller.port

    @property
    def message_ids(self) -> list[str]:
        return [str(taken.mail["Message-ID"]) for taken in self.taken]

    def __enter__(self) -> "Sink":
        self._controller.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    async def handle_MAIL(  # noqa: N802
        self, server: Any, _session: Conversation, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = self._next("MAIL", server)
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: Any, _session: Conversation, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = self._next("RCPT", server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: Any, _session: Conversation, envelope: Envelope
    ) -> str:
        """What was refused was not taken; what was cut off was."""
        scripted = self._script["DATA"][0] if self._script["DATA"] else "250 OK"
        if scripted == HANG_UP or scripted.startswith("250"):
            self.taken.append(
                Taken(
                    sender=envelope.mail_from or "",
                    recipients=tuple(envelope.rcpt_tos),
                    content=cast(bytes, envelope.content),
                )
            )
        return self._next("DATA", server)

    def _next(self, step: str, server: Any) -> str:
        answer = self._script[step].popleft() if self._script[step] else "250 OK"
        if answer == HANG_UP:
            server.transport.abort()
        return answer

    def _authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        self.sign_ins += 1
        return AuthResult(success=data.password == (self._password or "").encode(), handled=False)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _tls(pem: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context
