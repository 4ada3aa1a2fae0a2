"""Shared by every way to sign in: set the session cookie, remember the browser, redirect to a local
path, answer an expired link.
"""

from flask import make_response, redirect, render_template, request
from flask import session as notes
from werkzeug.wrappers import Response

from alignment.accounts.authentication import sessions, trusted_devices
from alignment.accounts.models import User
from alignment.edge import now, session, settings, signed_in_browser

OPERATING_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
"""In this order: each one's text holds the names of those after it."""


def start_session(token: str, *, to: str = "/") -> Response:
    """End this browser’s earlier session, set the new session’s cookie, and redirect."""
    if before := signed_in_browser():
        sessions.end_session(session(), before, now=now())
    notes.clear()
    answer = redirect(to, 303)
    answer.set_cookie(
        sessions.session_cookie_name(settings()),
        token,
        max_age=sessions.LONGEST_SESSION,
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return answer


def remember_browser(answer: Response, person: User) -> Response:
    """Let this browser act from mail without signing in, until that person forgets it."""
    answer.set_cookie(
        trusted_devices.device_cookie_name(settings()),
        trusted_devices.trust_browser(session(), person, browser=browser_name(), now=now()),
        max_age=trusted_devices.TRUST_LIFETIME,
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return answer


def expired_link_page(sentence: str, *, status: int = 410) -> Response:
    """A link that was used, withdrawn or ran out."""
    return make_response(render_template("errors/expired_link.html", sentence=sentence), status)


def local_path(wish: str) -> str:
    """The page of ours that was wished for, else the first page; never another site."""
    is_local = wish.startswith("/") and not wish.startswith("//")
    return wish if is_local and "\\" not in wish and wish.isprintable() else "/"


def browser_name() -> str:
    """How a person would tell this browser from another: "Firefox on Linux"."""
    text = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in BROWSERS.items() if mark in text), "A browser")
    system = next((name for name in OPERATING_SYSTEMS if name in text), "")
    return f"{browser} on {system}" if system else browser
