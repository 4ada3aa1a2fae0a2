"""A served demo company and a real browser; without one these tests are skipped, saying so."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page


@dataclass(frozen=True)
class Served:
    """A running Alignment: its address, and the sign-in link that it printed."""

    address: str
    link: str


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Served]:
    """What ``make run`` starts, on data of its own."""
    address = f"http://127.0.0.1:{free_port()}"
    environment = os.environ | {
        "ALIGNMENT_DATA_DIR": str(tmp_path),
        "ALIGNMENT_DATABASE_URL": "",
        "ALIGNMENT_MAIL_URL": "",
        "ALIGNMENT_BASE_URL": address,
        "ALIGNMENT_PORT": address.rpartition(":")[2],
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("alignment")), "serve", "--demo"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Served(address, printed_link(process, address))
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty browser; what its pages complain about fails the test."""
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    yield page
    context.close()
    assert complaints == []


def printed_link(process: subprocess.Popen[str], address: str) -> str:
    for line in process.stdout or ():
        if found := re.search(rf"{re.escape(address)}/sign-in/\S+", line):
            return found[0]
    raise AssertionError("The server ended without printing a sign-in link.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
