"""A served demo company and a real browser; without one these tests are skipped, saying so."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import printed, running

PAGE_PATIENCE = 120_000.0
"""Milliseconds for a page or an element to come; so many only where the machine is very busy."""
expect.set_options(timeout=PAGE_PATIENCE)


@dataclass(frozen=True)
class Served:
    """A running Alignment: its address, and the sign-in link that it printed."""

    address: str
    link: str


@pytest.fixture
def demo(served_demo: Path, tmp_path: Path) -> Iterator[Served]:
    """What ``make run`` starts on the second day, on a copy of the demo's data."""
    data = shutil.copytree(served_demo, tmp_path / "data")
    with running(data, "serve", "--demo") as (process, address):
        yield Served(address, printed(process, rf"{address}/sign-in/\S+"))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty browser; what its pages complain about fails the test."""
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PAGE_PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    yield page
    context.close()
    assert complaints == []
