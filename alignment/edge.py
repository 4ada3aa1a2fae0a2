"""What every request has: one session, one instant, one person, one workspace, and rights.

The edge owns the transaction. A request that succeeds is committed before its bytes leave; one
that is refused is rolled back first. Requests that only read get a session that cannot write.
A route says who may use it by ``@needs(right)`` or ``@public``; one that says nothing is closed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from alignment import db
from alignment.accounts.authentication import sessions
from alignment.accounts.models import User, UserSession, Workspace
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right, Side, may
from alignment.clock import Clock
from alignment.config import Settings
from alignment.errors import Forbidden, NotFound, Refused

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, *, engine: Engine, clock: Clock, settings: Settings) -> None:
    """Give the app its database and clock, and every request its transaction."""
    app.extensions["alignment"] = {"engine": engine, "clock": clock, "settings": settings}
    app.before_request(_check_right)
    # Flask calls these in reverse: the presence is noted once the request's own turn is over.
    app.after_request(_record_presence)
    app.after_request(_commit)
    app.teardown_request(_close)
    app.context_processor(_template_context)
    app.register_error_handler(NotFound, _answer_not_found)
    app.register_error_handler(Forbidden, _answer_forbidden)
    app.register_error_handler(Refused, _answer_refused)


def engine() -> Engine:
    bind: Engine = current_app.extensions["alignment"]["engine"]
    return bind


def settings() -> Settings:
    current: Settings = current_app.extensions["alignment"]["settings"]
    return current


def clock() -> Clock:
    current: Clock = current_app.extensions["alignment"]["clock"]
    return current


def now() -> datetime:
    """The one instant of this request."""
    if "now" not in g:
        g.now = clock()()
    instant: datetime = g.now
    return instant


def session() -> Session:
    """This request's session: for safe methods one that the database keeps from writing."""
    if "session" not in g:
        bind = db.read_only_engine(engine()) if request.method in SAFE_METHODS else engine()
        g.session = Session(bind, expire_on_commit=False)
    request_session: Session = g.session
    return request_session


def signed_in() -> User | None:
    """Who is asking, as far as the session cookie says."""
    return _caller()[1]


def signed_in_browser() -> UserSession | None:
    """The browser that asks, where somebody is signed in with it."""
    return _caller()[0]


def browser() -> UserSession:
    """The browser that asks, on a route that needs somebody."""
    current = signed_in_browser()
    if current is None:
        abort(401)
    return current


def user() -> User:
    """Who is asking, on a route that needs somebody."""
    person = signed_in()
    if person is None:
        abort(401)
    return person


def workspace() -> Workspace:
    return session().get_one(Workspace, user().workspace_id)


def sides() -> frozenset[Side]:
    """On which sides of the table this person sits."""
    if "sides" not in g:
        g.sides = accounts.sides_of(session(), user())
    own_sides: frozenset[Side] = g.sides
    return own_sides


def allowed(right: Right) -> bool:
    """Whether this person has the right; templates show a button only then."""
    person = signed_in()
    return person is not None and may(person.role, sides(), right)


def _caller() -> tuple[UserSession | None, User | None]:
    if "caller" not in g:
        token = request.cookies.get(sessions.session_cookie_name(settings()))
        recognised = sessions.session_by_token(session(), token, now=now()) if token else None
        g.caller = recognised or (None, None)
        if recognised and sessions.is_presence_due(recognised[0], now=now()):
            g.presence_due = recognised[0].id
    caller: tuple[UserSession | None, User | None] = g.caller
    return caller


def needs(right: Right) -> Callable[[View], View]:
    """Open a route to those who have the right."""

    def mark(view: View) -> View:
        view.needs_right = right  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open a route to everybody, signed in or not."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def _check_right() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "is_public", False):
        return None
    if signed_in() is None:
        return _send_to_sign_in()
    right = getattr(view, "needs_right", None)
    if right is None or not allowed(right):
        raise Forbidden("Your role does not allow that. Ask the owner of the workspace.")
    return None


def _send_to_sign_in() -> ResponseReturnValue:
    """The sign-in page; inside htmx the whole page goes there, never a cell of it."""
    target = "/sign-in"
    if request.method == "GET" and "HX-Request" not in request.headers:
        wish = urlencode({"next": request.full_path.rstrip("?")})
        return redirect(f"{target}?{wish}", 303)
    return Response(status=401, headers={"HX-Redirect": target, "Location": target})


def _commit(response: Response) -> Response:
    open_session: Session | None = g.get("session")
    if open_session is None:
        return response
    if response.status_code < 400 and request.method not in SAFE_METHODS:
        open_session.commit()
    else:
        open_session.rollback()
    return response


def _record_presence(response: Response) -> Response:
    """A page that is only read may not write, so this is a small transaction of its own.

    Where nobody can write just now the page goes out all the same, and the next one notes it.
    """
    session_id: int | None = g.pop("presence_due", None)
    if session_id is not None:
        try:
            with db.transaction(engine()) as own:
                sessions.note_presence(own, session_id, now=now())
        except (OperationalError, TimeoutError):
            current_app.logger.warning("Who was here could not be noted; the database is busy.")
    return response


def _close(_error: BaseException | None) -> None:
    open_session: Session | None = g.pop("session", None)
    if open_session is not None:
        open_session.close()


def _roll_back() -> None:
    open_session: Session | None = g.get("session")
    if open_session is not None:
        open_session.rollback()


def _answer_not_found(_error: NotFound) -> ResponseReturnValue:
    _roll_back()
    return render_template("errors/404.html"), 404


def _answer_forbidden(error: Forbidden) -> ResponseReturnValue:
    _roll_back()
    return render_template("errors/403.html", reason=str(error)), 403


def _answer_refused(error: Refused) -> ResponseReturnValue:
    """Say why: beside the page for htmx, else on the page the person came from."""
    _roll_back()
    if "HX-Request" in request.headers:
        flash(str(error), "warning")
        headers = {"HX-Retarget": "#flash", "HX-Reswap": "outerHTML"}
        return render_template("_flash.html"), 422, headers
    if request.method in SAFE_METHODS:
        # Going back could come here again, and never end.
        return render_template("errors/other.html", code=422, sentence=str(error)), 422
    flash(str(error), "warning")
    return redirect(referring_path(), 303)


def referring_path() -> str:
    """The page of ours that the person came from, else the first page; never another site."""
    given = urlsplit(request.headers.get("Referer", ""))
    return given.path if given.netloc == request.host and _is_local(given.path) else "/"


def _is_local(path: str) -> bool:
    return path.startswith("/") and not path.startswith(("//", "/\\"))


def _template_context() -> dict[str, Any]:
    person = signed_in() if request.endpoint else None
    if person is None:
        return {"now": now(), "zone": "UTC", "user": None, "allowed": allowed}
    return {"now": now(), "zone": person.zone, "user": person, "allowed": allowed}
