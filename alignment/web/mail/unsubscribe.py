"""The unsubscribe link of a mail (RFC 8058): a GET only shows the page; a POST changes the
subscription.

Mail programs post here by themselves, without cookies or token, and robots open it: so it needs no
sign-in and no CSRF token, and can do no more than stop or resume a list of mail, or all mail."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from alignment.accounts.models import User
from alignment.edge import now, public, session, settings
from alignment.errors import NotFound
from alignment.notifications.preferences import mutes, queries
from alignment.web.messages.subjects import name_of_kind
from alignment.web.security import csrf

pages = Blueprint("unsubscribing", __name__)


@pages.get("/u/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    person, kind = _person_and_kind(token)
    return _page(person, kind)


@pages.post("/u/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def stop(token: str) -> ResponseReturnValue:
    """Whatever the body says means stop the list, except what the page's own buttons say."""
    person, kind = _person_and_kind(token)
    match request.form.get("act"):
        case "hear_again":
            for name in mutes.mute_names_of(kind):
                mutes.unmute(session(), person, name)
        case "stop_everything":
            mutes.mute(session(), person, mutes.ALL_KINDS, now=now())
        case _:
            mutes.mute(session(), person, mutes.list_name_of(kind), now=now())
    session().flush()
    return _page(person, kind)


def _person_and_kind(token: str) -> tuple[User, str]:
    person_and_kind = mutes.read_unsubscribe_link(session(), token, secret=settings().secret())
    if person_and_kind is None:
        raise NotFound("This link is not complete. Copy the whole link from the message.")
    return person_and_kind


def _page(person: User, kind: str) -> str:
    muted = {row.kind for row in queries.mutes_of(session(), person)}
    return render_template(
        "mail/unsubscribe.html",
        list_name=name_of_kind(mutes.list_name_of(kind)),
        is_muted=not muted.isdisjoint(mutes.mute_names_of(kind)),
        hears_nothing=mutes.ALL_KINDS in muted,
    )
