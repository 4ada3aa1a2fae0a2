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
    """The letter alone; links open pages of their own."""
    html = in_a_frame(message).replace("<head>", '<head><base target="_blank">', 1)
    return Response(_in_scheme(html, scheme), mimetype="text/html")


def in_a_frame(message: Message) -> str:
    """The HTML with its pictures inside, as a mail program puts them there."""
    html = message.html
    for picture in message.inline:
        drawn = b64encode(picture.png).decode()
        html = html.replace(f'"cid:{picture.cid}"', f'"data:image/png;base64,{drawn}"')
    return html


def _in_scheme(html: str, scheme: str) -> str:
    """As it looks in "light" or "dark", whatever the reader's own scheme is."""
    if scheme not in IN_SCHEME:
        return html
    in_rules = html.replace(DARK_ONLY, IN_SCHEME[scheme])
    return in_rules.replace(BOTH_SCHEMES, f'content="{scheme}"')


def _protected_by(**options: object) -> Callable[[View], View]:
    """Let one view differ from the headers that ``security`` gives every page."""

    def mark(view: View) -> View:
        view.talisman_view_options = options  # type: ignore[attr-defined]
        return view

    return mark
