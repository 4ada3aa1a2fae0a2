"""What every way in shares: the cookie, where to go, and the answer to a link that is over."""

from flask import make_response, redirect, render_template, request
from flask import session as notes
from werkzeug.wrappers import Response

from alignment.accounts import devices, sessions
from alignment.accounts.models import User
from alignment.edge import now, session, settings, signed_in_browser

SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
"""In this order: each one's text holds the names of those after it."""


def welcome(token: str, *, to: str = "/") -> Response:
    """Set the cookie of a session that just began; what this browser was before is forgotten."""
    if before := signed_in_browser():
        sessions.end(session(), before, now=now())
    notes.clear()
    answer = redirect(to, 303)
    answer.set_cookie(
        sessions.cookie_name(settings()),
        token,
        max_age=sessions.LONGEST,
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return answer


def trust(answer: Response, person: User) -> Response:
    """Let this browser act from mail without signing in, until that person forgets it."""
    answer.set_cookie(
        devices.cookie_name(settings()),
        devices.remember(session(), person, browser=browser_name(), now=now()),
        max_age=devices.LIVES,
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return answer


def over(sentence: str, *, status: int = 410) -> Response:
    """A link that was used, withdrawn or ran out."""
    return make_response(render_template("accounts/over.html", sentence=sentence), status)


def local_path(wish: str) -> str:
    """The page of ours that was wished for, else the first page; never another site."""
    is_local = wish.startswith("/") and not wish.startswith("//")
    return wish if is_local and "\\" not in wish and wish.isprintable() else "/"


def browser_name() -> str:
    """How a person would tell this browser from another: "Firefox on Linux"."""
    text = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in BROWSERS.items() if mark in text), "A browser")
    system = next((name for name in SYSTEMS if name in text), "")
    return f"{browser} on {system}" if system else browser
