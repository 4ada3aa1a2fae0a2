"""Show a mail’s HTML in a sandboxed frame under its own content security policy, so that nothing in
it runs.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import TypeVar

from flask import Response
from flask.typing import ResponseReturnValue

from alignment.notifications.channels.base import OutgoingMessage
from alignment.web import security

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

FRAMED_MAIL_POLICY = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
}
FRAMING_PAGE_POLICY = security.POLICY | {"frame-src": "'self'"}
DARK_RULES, BOTH_SCHEMES = "@media (prefers-color-scheme: dark)", 'content="light dark"'
RULES_BY_SCHEME = {"light": "@media not all", "dark": "@media all"}


def shows_framed_mail(view: View) -> View:
    """Mark a page that shows letters in frames."""
    return _protected_by(content_security_policy=FRAMING_PAGE_POLICY)(view)


def is_framed_mail(view: View) -> View:
    """Mark what stands inside a frame."""
    return _protected_by(content_security_policy=FRAMED_MAIL_POLICY, frame_options="SAMEORIGIN")(
        view
    )


def framed_mail_response(message: OutgoingMessage, *, scheme: str = "") -> Response:
    """The letter alone; links open pages of their own."""
    html = html_with_inline_pictures(message).replace("<head>", '<head><base target="_blank">', 1)
    return Response(_in_scheme(html, scheme), mimetype="text/html")


def html_with_inline_pictures(message: OutgoingMessage) -> str:
    """The HTML with its pictures inside, as a mail program puts them there."""
    html = message.html
    for picture in message.inline:
        drawn = b64encode(picture.png).decode()
        html = html.replace(f'"cid:{picture.cid}"', f'"data:image/png;base64,{drawn}"')
    return html


def _in_scheme(html: str, scheme: str) -> str:
    """As it looks in "light" or "dark", whatever the reader's own scheme is."""
    if scheme not in RULES_BY_SCHEME:
        return html
    in_rules = html.replace(DARK_RULES, RULES_BY_SCHEME[scheme])
    return in_rules.replace(BOTH_SCHEMES, f'content="{scheme}"')


def _protected_by(**options: object) -> Callable[[View], View]:
    """Let one view differ from the headers that ``security`` gives every page."""

    def mark(view: View) -> View:
        view.talisman_view_options = options  # type: ignore[attr-defined]
        return view

    return mark
