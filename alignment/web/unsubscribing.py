"""The link at the foot of a letter. Opening it changes nothing; only a POST does.

Mail programs post to it by themselves (RFC 8058), without cookies or token, and robots open it:
so it needs no sign-in, asks no CSRF token, and can do no more than stop one kind of mail.
"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from alignment.accounts.models import User
from alignment.edge import now, public, session, settings
from alignment.errors import NotFound
from alignment.notifications import mutes, queries
from alignment.web.security import csrf

pages = Blueprint("unsubscribing", __name__)


@pages.get("/u/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    person, kind = _named(token)
    is_muted = queries.mute_of(session(), person, kind) is not None
    return _page(kind, is_muted=is_muted)


@pages.post("/u/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def stop(token: str) -> ResponseReturnValue:
    """Whatever the body says means stop, except the page's own button to hear again."""
    person, kind = _named(token)
    is_muted = request.form.get("act") != "hear_again"
    if is_muted:
        mutes.mute(session(), person, kind, now=now())
    else:
        mutes.hear_again(session(), person, kind)
    return _page(kind, is_muted=is_muted)


def _named(token: str) -> tuple[User, str]:
    found = mutes.whose(session(), token, secret=settings().secret())
    if found is None:
        raise NotFound("This link is not complete. Copy the whole link from the message.")
    return found


def _page(kind: str, *, is_muted: bool) -> str:
    return render_template("mail/unsubscribe.html", kind=kind.replace("_", " "), is_muted=is_muted)
