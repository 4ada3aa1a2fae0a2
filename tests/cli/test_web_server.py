"""The web server as a process: many browsers, slow ones, and bodies that are too large."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.serving import PATIENCE, free_port, printed, started

TWO_GIGABYTES = 2 * 1024**3
PIECE = 1024 * 1024


@contextmanager
def web(data: Path, **settings: str) -> Iterator[int]:
    """The port of a server of pages that is ready."""
    port = free_port()
    with started(data, "web", ALIGNMENT_PORT=str(port), **settings) as process:
        printed(process, r"Alignment is at \S+")
        yield port


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def answer_of(connection: socket.socket) -> str:
    """All that the server says until it closes the connection."""
    said = b""
    while some := connection.recv(65536):
        said += some
    return said.decode()


def asked(port: int, path: str = "/healthz", *headers: str) -> str:
    """The answer to one request for a page."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
    with connected(port) as connection:
        connection.sendall("\r\n".join(lines).encode())
        return answer_of(connection)


def test_a_body_of_two_gigabytes_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    with web(tmp_path) as port, connected(port) as connection:
        connection.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
            % TWO_GIGABYTES
        )
        answer = answer_of(connection)

    assert answer.startswith("HTTP/1.1 413 ")
    assert "At most 10 MB may be sent to this page at once." in answer


def test_a_client_that_sends_on_after_its_refusal_finds_the_answer(tmp_path: Path) -> None:
    with web(tmp_path) as port, connected(port) as connection:
        connection.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
            % (64 * PIECE)
        )
        for _ in range(64):
            connection.sendall(bytes(PIECE))
        answer = answer_of(connection)

    assert answer.startswith("HTTP/1.1 413 ")


def test_a_body_in_chunks_ends_at_the_limit_and_not_on_the_disk(tmp_path: Path) -> None:
    with web(tmp_path) as port, connected(port) as connection:
        connection.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(12):
            connection.sendall(b"%x\r\n%s\r\n" % (PIECE, bytes(PIECE)))
        answer = answer_of(connection)

    assert answer.startswith("HTTP/1.1 413 ")


def test_a_page_that_takes_files_reads_what_it_takes(tmp_path: Path) -> None:
    body = b"x" * (11 * PIECE)
    with web(tmp_path) as port, connected(port) as connection:
        connection.sendall(
            b"POST /imports HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        connection.sendall(body)
        answer = answer_of(connection)

    assert not answer.startswith("HTTP/1.1 413 ")


def test_with_more_idle_browsers_than_agreed_the_next_visitor_is_answered(tmp_path: Path) -> None:
    with web(tmp_path, ALIGNMENT_CONNECTIONS="20") as port, ExitStack() as open_ones:
        idle = [open_ones.enter_context(connected(port)) for _ in range(60)]

        assert asked(port).startswith("HTTP/1.1 200 ")
        assert idle[0].recv(1) == b"", "the one that was silent for longest is closed"


def test_with_more_slow_senders_than_agreed_the_next_visitor_is_answered(tmp_path: Path) -> None:
    with web(tmp_path, ALIGNMENT_CONNECTIONS="20") as port, ExitStack() as open_ones:
        for _ in range(60):
            open_ones.enter_context(connected(port)).sendall(
                b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nemail="
            )

        assert asked(port).startswith("HTTP/1.1 200 ")


def test_a_browser_that_is_being_answered_is_not_the_one_that_makes_room(tmp_path: Path) -> None:
    with web(tmp_path, ALIGNMENT_CONNECTIONS="1") as port:
        answers = [asked(port) for _ in range(5)]

    assert all(answer.startswith("HTTP/1.1 200 ") for answer in answers)


def test_headers_of_a_hundred_kilobytes_are_refused(tmp_path: Path) -> None:
    with web(tmp_path) as port:
        assert " 431 Request Header Fields Too Large" in asked(
            port, "/healthz", f"X-Long: {'x' * 100_000}"
        )


@pytest.mark.parametrize(("proxies", "is_https"), [("1", True), ("0", False)])
def test_what_a_proxy_says_is_believed_where_the_operator_says_so(
    tmp_path: Path, proxies: str, is_https: bool
) -> None:
    settings = {
        "ALIGNMENT_TRUSTED_PROXIES": proxies,
        "ALIGNMENT_BASE_URL": "https://align.test",
    }
    with web(tmp_path, **settings) as port:
        answer = asked(port, "/sign-in", "X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.7")

    assert ("Strict-Transport-Security: max-age=31536000" in answer) is is_https
