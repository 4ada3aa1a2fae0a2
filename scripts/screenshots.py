"""Photograph pages as a fresh demo company shows them.

Without an argument: the pictures of the README, into docs/pictures. With a folder: every page of
the navigation, light and dark, wide and as narrow as a phone, to be looked at.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = {"wide": 1280, "narrow": 390}
HEIGHT = 860
IN_THE_README = "board-light-wide"


def main() -> None:
    wanted = None if len(sys.argv) > 1 else IN_THE_README
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with demo_company() as sign_in_link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed_browser(), args=["--no-sandbox"]
        )
        photograph_all(browser, sign_in_link, folder, wanted)
        browser.close()


@contextmanager
def demo_company() -> Iterator[str]:
    """Serve a demo company of its own; gives the sign-in link that it prints."""
    with tempfile.TemporaryDirectory() as data:
        address = f"http://127.0.0.1:{free_port()}"
        serving = subprocess.Popen(
            [Path(sys.executable).with_name("alignment"), "serve", "--demo"],
            cwd=ROOT,
            env=environment(address, data),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield printed_link(serving, address)
        finally:
            serving.terminate()
            serving.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def environment(address: str, data: str) -> dict[str, str]:
    ours = {
        "ALIGNMENT_BASE_URL": address,
        "ALIGNMENT_DATA_DIR": data,
        "ALIGNMENT_DATABASE_URL": "",
        "ALIGNMENT_PORT": address.rpartition(":")[2],
        "PYTHONUNBUFFERED": "1",
    }
    return os.environ | ours


def printed_link(serving: subprocess.Popen[str], address: str) -> str:
    for line in serving.stdout or ():
        if link := re.search(rf"{re.escape(address)}/\S+", line):
            return link[0]
    raise SystemExit("The server ended without printing a sign-in link.")


def installed_browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit("Install Chromium first; the pictures are taken with it.")
    return found


def photograph_all(browser: Browser, sign_in_link: str, folder: Path, wanted: str | None) -> None:
    page = browser.new_page()
    sign_in(page, sign_in_link)
    for theme, (width, pixels) in product(("light", "dark"), WIDTHS.items()):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.set_viewport_size({"width": pixels, "height": HEIGHT})
        for path in pages_of_navigation(page):
            name = f"{urlsplit(path).path.strip('/') or 'desk'}-{theme}-{width}"
            if wanted in (None, name):
                page.goto(path)
                page.screenshot(path=folder / f"{name}.png")
                print(name)


def sign_in(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("main form[method=post] button").first.click()
    page.wait_for_load_state()


def pages_of_navigation(page: Page) -> list[str]:
    """The full address of each page that the navigation offers, each once."""
    addresses = page.locator("#nav a[href^='/']").evaluate_all("links => links.map(a => a.href)")
    return list(dict.fromkeys(addresses))


if __name__ == "__main__":
    main()
