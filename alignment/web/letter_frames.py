"""A letter in a frame of its own: its styles apply, and nothing else of it comes to life."""

from base64 import b64encode
from collections.abc import Callable
from typing import TypeVar

from flask import Response
from flask.typing import ResponseReturnValue

from alignment.notifications.channels.base import Message
from alignment.web import security

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

LETTER_ALONE = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
}
AROUND_FRAMES = security.POLICY | {"frame-src": "'self'"}
DARK_ONLY, BOTH_SCHEMES = "@media (prefers-color-scheme: dark)", 'content="light dark"'
IN_SCHEME = {"light": "@media not all", "dark": "@media all"}


def frames_letters(view: View) -> View:
    """Mark a page that shows letters in frames."""
    return _protected_by(content_security_policy=AROUND_FRAMES)(view)


def holds_a_letter(view: View) -> View:
    """Mark what stands inside a frame."""
    return _protected_by(content_security_policy=LETTER_ALONE, frame_options="SAMEORIGIN")(view)


def letter(message: Message, *, scheme: str = "") -> Response:
    """The letter with its pictures; links open pages of their own.

    A ``scheme`` ("light", "dark") shows how it looks there, whatever the reader's own is.
    """
    html = message.html.replace("<head>", '<head><base target="_blank">', 1)
    for picture in message.inline:
        drawn = b64encode(picture.png).decode()
        html = html.replace(f'"cid:{picture.cid}"', f'"data:image/png;base64,{drawn}"')
    if scheme in IN_SCHEME:
        html = html.replace(DARK_ONLY, IN_SCHEME[scheme])
        html = html.replace(BOTH_SCHEMES, f'content="{scheme}"')
    return Response(html, mimetype="text/html")


def _protected_by(**options: object) -> Callable[[View], View]:
    """Let one view differ from the headers that ``security`` gives every page."""

    def mark(view: View) -> View:
        view.talisman_view_options = options  # type: ignore[attr-defined]
        return view

    return mark
