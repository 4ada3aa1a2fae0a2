"""Photograph every letter: as wide as a desk and as narrow as a phone, light and dark.

Give a folder; beside the pictures it gets the letters as HTML, and one sheet with all of each.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from alignment import wiring
from alignment.config import Settings
from alignment.notifications.channels.base import OutgoingMessage
from alignment.notifications.outbox.templates import Reader
from alignment.notifications.sending import example_messages
from alignment.notifications.sending.example_messages import ExampleReader
from alignment.web.mail.sandboxed_frames import html_with_inline_pictures

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS, SCHEMES = (600, 320), ("light", "dark")
NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
OLGA = Reader(name="Olga", address="olga@acme.test", zone="Europe/Berlin", workspace="Acme")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, message in letters():
        (folder / f"{name}.html").write_text(html_with_inline_pictures(message))
    with sync_playwright() as playwright:
        installed = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        for width, scheme in product(WIDTHS, SCHEMES):
            photograph_all(browser, folder, width=width, scheme=scheme)
        browser.close()


def letters() -> Iterator[tuple[str, OutgoingMessage]]:
    """The example of each."""
    with tempfile.TemporaryDirectory() as data:
        office = wiring.delivery_context(Settings(data_dir=Path(data), secret_key="example" * 5))
    olga = ExampleReader(workspace_id=1, id=1, reader=OLGA, now=NOW)
    for name in example_messages.TITLES:
        yield name, example_messages.example_message(name, olga, office)


def photograph_all(browser: Browser, folder: Path, *, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 400},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    for name in example_messages.TITLES:
        page.goto((folder / f"{name}.html").absolute().as_uri())
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    sheet = folder / f"sheet-{width}-{scheme}.html"
    sheet.write_text(
        "".join(shown(name, width=width, scheme=scheme) for name in example_messages.TITLES)
    )
    context.close()


def shown(name: str, *, width: int, scheme: str) -> str:
    picture, title = f"{name}-{width}-{scheme}.png", escape(example_messages.TITLES[name])
    style = "display:inline-block;vertical-align:top;margin:6px"
    return f'<figure style="{style}"><figcaption>{title}</figcaption><img src="{picture}"></figure>'


if __name__ == "__main__":
    main()
