"""A mail scanner: opens links, runs scripts, submits forms and presses buttons."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from alignment.notifications.channels.base import OutgoingMessage
from tests.web.sent_mail import BASE

LINK = re.compile(rf"{re.escape(BASE)}(/[^\s\"'<>]*)")
LONGEST_WAIT = 5_000.0
"""Milliseconds for a page to come, or for a button to take a press."""
SCRIPTS_RUN = 250.0
"""Milliseconds in which a page's own scripts would act, if any did."""
PRESS_UNCHECKED = """n => {
  const one = document.querySelectorAll("button")[n];
  if (one.form) one.form.noValidate = true;
  one.click();
}"""
Fresh = Callable[[], FlaskClient]


class Forms(HTMLParser):
    """The forms of a page as they stand: where to, how, and what is filled in or pressed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self._open: dict[str, Any] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = {"fields": {}, "buttons": [], **given}
            self.found.append(self._open)
        elif self._open is None or "name" not in given:
            return
        elif tag == "button" or given.get("type") == "submit":
            self._open["buttons"].append((given["name"], given.get("value", "")))
        elif given.get("type") not in ("checkbox", "radio") or "checked" in given:
            self._open["fields"][given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def links_in(mails: list[OutgoingMessage]) -> list[str]:
    """Every address in these mails, in either part, once, without what follows a #."""
    found = {
        path.partition("#")[0].rstrip(".")
        for mail in mails
        for path in LINK.findall(f"{mail.text} {mail.html} {mail.unsubscribe_url or ''}")
    }
    return sorted(found)


def is_one_click(path: str) -> bool:
    """RFC 8058 wants these to act on a bare POST; they can only stop mail, and say how to undo."""
    return path.startswith("/u/")


def fetch(fresh: Fresh, path: str) -> None:
    """As scanners without a browser do: HEAD, GET, every form as it is, and by every button."""
    fresh().head(path)
    page = fresh().get(path, follow_redirects=True)
    assert page.status_code < 500
    if not is_one_click(path):
        submit_all(fresh, page.request.path, page.text)


def submit_all(fresh: Fresh, path: str, page: str) -> int:
    """How many times a form was sent."""
    sent = 0
    for form in Forms(page).found:
        for pressed in ({}, *({name: value} for name, value in form["buttons"])):
            where = urlsplit(urljoin(f"{BASE}{path}", form.get("action", "")))
            client = fresh()
            client.get(path)
            method = form.get("method", "get").upper()
            answer = client.open(where.path, method=method, data=form["fields"] | pressed)
            assert answer.status_code < 500
            sent += 1
    return sent


def browse(chromium: Browser, address: str, path: str) -> None:
    """As scanners with a browser do, each step in a profile of its own."""
    _visit(chromium, address, path, lambda _page: None)
    if is_one_click(path):
        return
    for press in list(_presses(chromium, address, path)):
        _visit(chromium, address, path, press)


def _presses(chromium: Browser, address: str, path: str) -> Iterator[Callable[[Page], None]]:
    counts: dict[str, int] = {}

    def count(page: Page) -> None:
        for what in ("form", "button"):
            counts[what] = page.locator(what).count()

    _visit(chromium, address, path, count)
    for number in range(counts["form"]):
        yield partial(_run, "n => document.forms[n].submit()", number)
        yield partial(_run, "n => document.forms[n].requestSubmit()", number)
    for number in range(counts["button"]):
        yield partial(_click, number)
        yield partial(_run, PRESS_UNCHECKED, number)


def _run(script: str, number: int, page: Page) -> None:
    page.evaluate(script, number)


def _click(number: int, page: Page) -> None:
    page.locator("button").nth(number).click(force=True)


def _visit(chromium: Browser, address: str, path: str, press: Callable[[Page], object]) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(LONGEST_WAIT)
    try:
        page.goto(f"{address}{path}", wait_until="load")
        page.wait_for_timeout(SCRIPTS_RUN)
        press(page)
        page.wait_for_timeout(SCRIPTS_RUN)
    except BrowserError as error:
        # The page may leave under the press, and a button may be hidden; a dead page may not be.
        if "ERR_CONNECTION" in error.message:
            raise
    finally:
        context.close()
