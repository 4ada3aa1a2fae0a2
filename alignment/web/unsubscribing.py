"""The link at the foot of a letter. Opening it changes nothing; only a POST does.

Mail programs post to it by themselves (RFC 8058), without cookies or token, and robots open it:
so it needs no sign-in, asks no CSRF token, and can do no more than stop a list of mail, or all.
"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from alignment.accounts.models import User
from alignment.edge import now, public, session, settings
from alignment.errors import NotFound
from alignment.notifications import mutes, queries
from alignment.web.security import csrf
from alignment.web.threads import name_of_kind

pages = Blueprint("unsubscribing", __name__)


@pages.get("/u/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    person, kind = _named(token)
    return _page(person, kind)


@pages.post("/u/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def stop(token: str) -> ResponseReturnValue:
    """Whatever the body says means stop the list, except what the page's own buttons say."""
    person, kind = _named(token)
    match request.form.get("act"):
        case "hear_again":
            for name in mutes.names_of(kind):
                mutes.hear_again(session(), person, name)
        case "stop_everything":
            mutes.mute(session(), person, mutes.EVERYTHING, now=now())
        case _:
            mutes.mute(session(), person, mutes.list_of(kind), now=now())
    session().flush()
    return _page(person, kind)


def _named(token: str) -> tuple[User, str]:
    found = mutes.whose(session(), token, secret=settings().secret())
    if found is None:
        raise NotFound("This link is not complete. Copy the whole link from the message.")
    return found


def _page(person: User, kind: str) -> str:
    muted = {row.kind for row in queries.mutes_of(session(), person)}
    return render_template(
        "mail/unsubscribe.html",
        list_name=name_of_kind(mutes.list_of(kind)),
        is_muted=not muted.isdisjoint(mutes.names_of(kind)),
        hears_nothing=mutes.EVERYTHING in muted,
    )
