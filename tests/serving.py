"""The ``alignment`` command in a process of its own, as an operator starts and ends it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ALIGNMENT = str(Path(sys.executable).with_name("alignment"))
PATIENCE = 120.0
"""Seconds to wait for another process; so many only where the machine is very busy."""


@contextmanager
def running(data: Path, *command: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A serving command on this data, and its address; ended when the block ends."""
    port = str(free_port())
    address = f"http://127.0.0.1:{port}"
    with started(data, *command, ALIGNMENT_BASE_URL=address, ALIGNMENT_PORT=port) as process:
        yield process, address


@contextmanager
def started(data: Path, *command: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """The command with these settings only; ended when the block ends."""
    ours = {
        "ALIGNMENT_DATA_DIR": str(data),
        "ALIGNMENT_DATABASE_URL": "",
        "ALIGNMENT_MAIL_URL": "",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [ALIGNMENT, *command],
        env=os.environ | ours | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        end(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def printed(process: subprocess.Popen[str], wanted: str) -> str:
    """What the process printed that looks so; fails when it ends without it."""
    for line in process.stdout or ():
        if found := re.search(wanted, line):
            return found[0]
    raise AssertionError(f"It ended without printing {wanted}.")


def end(process: subprocess.Popen[str]) -> None:
    """Ask it to end; where it does not, end it."""
    process.terminate()
    try:
        process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
