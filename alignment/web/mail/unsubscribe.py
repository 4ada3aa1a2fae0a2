"""The unsubscribe link of a mail (RFC 8058): a GET only shows the page; a POST changes the
subscription.

Mail programs post here by themselves, without cookies or token, and robots open it: so it needs no
sign-in and no CSRF token, and can do no more than stop or resume a list of mail, or all mail."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from alignment.accounts.models import User
from alignment.edge import now, public, session, settings
from alignment.notifications.preferences import mutes, queries
from alignment.web.messages.subjects import name_of_kind
from alignment.web.security import csrf
from alignment.web.session_cookies import expired_link_page

pages = Blueprint("unsubscribing", __name__)


LINK_ENDED = (
    "This link has ended, or is not complete. Use that of a newer message, or sign in and choose"
    " your messages under your name."
)


@pages.get("/u/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    named = _person_and_kind(token)
    return _page(*named) if named else expired_link_page(LINK_ENDED)


@pages.post("/u/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def stop(token: str) -> ResponseReturnValue:
    """Whatever the body says means stop the list, except what the page's own buttons say."""
    named = _person_and_kind(token)
    if named is None:
        return expired_link_page(LINK_ENDED)
    _change(*named)
    return _page(*named)


def _change(person: User, kind: str) -> None:
    match request.form.get("act"):
        case "hear_again":
            for name in mutes.mute_names_of(kind):
                mutes.unmute(session(), person, name)
        case "stop_everything":
            mutes.mute(session(), person, mutes.ALL_KINDS, now=now())
        case _:
            mutes.mute(session(), person, mutes.list_name_of(kind), now=now())
    session().flush()


def _person_and_kind(token: str) -> tuple[User, str] | None:
    return mutes.read_unsubscribe_link(session(), token, secret=settings().secret(), now=now())


def _page(person: User, kind: str) -> str:
    muted = {row.kind for row in queries.mutes_of(session(), person)}
    return render_template(
        "mail/unsubscribe.html",
        list_name=name_of_kind(mutes.list_name_of(kind)),
        is_muted=not muted.isdisjoint(mutes.mute_names_of(kind)),
        hears_nothing=mutes.ALL_KINDS in muted,
    )
