"""A server that may open few files goes on answering, and says little."""

import os
import resource
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.serving import ALIGNMENT, PATIENCE, end, free_port, printed

CROWD = 400
MOST_LOG_BYTES = 10_000


@contextmanager
def web(data: Path, *, files: int) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """A server of pages that may have so many files open, its port and its log."""
    port, log = free_port(), data / "log"
    settings = {
        "ALIGNMENT_DATA_DIR": str(data),
        "ALIGNMENT_DATABASE_URL": "",
        "ALIGNMENT_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    command = ["sh", "-c", f'ulimit -n {files}; exec "$0" web', ALIGNMENT]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield process, port, log
        finally:
            end(process)


def status_of(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.recv(12)


@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_NOFILE)[0] < CROWD + 100,
    reason="this process may not open enough files for the crowd",
)
def test_more_connections_than_files_leave_room_for_the_next_visitor(tmp_path: Path) -> None:
    with web(tmp_path, files=256) as (process, port, log), ExitStack() as crowd:
        printed(process, "Alignment is at")
        for _ in range(CROWD):
            crowd.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))

        assert status_of(port) == b"HTTP/1.1 200"
        assert "Too many open files" not in log.read_text()
        assert log.stat().st_size < MOST_LOG_BYTES


def test_a_server_that_may_open_hardly_a_file_says_so_and_ends(tmp_path: Path) -> None:
    with web(tmp_path, files=64) as (process, _port, log):
        assert process.wait(timeout=PATIENCE) == 1

    assert log.read_text() == (
        "Only 64 files may be open at once here. Allow 1150: ulimit -n 1150, or "
        "LimitNOFILE=1150 of a systemd service.\n"
    )
