"""The page behind the buttons of a mail. Opening it changes nothing, whoever opens it.

Mail scanners open every link, run its scripts, submit its forms and press its buttons. So a press
counts only with what a scanner does not have: a session or a remembered browser of the person whom
the mail went to, or (for light acts) the code that the mail prints. There is no CSRF token, since
people come without a session: the address itself is secret, other sites are refused before, and no
cookie of ours comes along from them.
"""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment import db, wiring
from alignment.accounts import devices
from alignment.accounts.models import User
from alignment.edge import engine, now, public, session, settings, signed_in
from alignment.errors import Forbidden, NotFound, Refused
from alignment.notifications import acts, codes, links, opening
from alignment.notifications.acts import Act, Topic
from alignment.notifications.links import Undoing
from alignment.notifications.opening import Opened
from alignment.web.security import csrf

pages = Blueprint("acting", __name__)

OVER = "This link has run out. Open the page in Alignment instead."
WRONG_CODE = "That is not the code in this mail. Look at it once more, or sign in."
CLOSED = "The code of this mail is closed, since it was typed wrongly too often. Sign in instead."
NEEDS_CODE = "Type the four digits that stand in the mail, or sign in."
NEEDS_YOU = "Sign in to do this."
UNDO_IS_OVER = "Ten minutes have passed. Change it on its page instead."


@pages.get("/a/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    opened = opening.open_link(
        session(), token, wiring.TOPICS, secret=settings().secret(), now=now()
    )
    return _page(token, opened)


@pages.post("/a/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def act(token: str) -> ResponseReturnValue:
    # Counted before this request's own transaction begins, which a refusal would undo.
    is_code_right = _is_code_right(token)
    opened = opening.open_link(
        session(), token, wiring.TOPICS, secret=settings().secret(), now=now()
    )
    if opened is None:
        return _page(token, None)
    try:
        with session().begin_nested():
            if "undo" in request.form:
                return _taken_back(token, opened)
            return _done(token, opened, is_code_right=is_code_right)
    except (Forbidden, NotFound):
        raise
    except Refused as reason:
        return _page(token, _reopened(token), status=422, problem=str(reason))


def _done(token: str, opened: Opened, *, is_code_right: bool) -> ResponseReturnValue:
    """The act that was pressed: ``act`` is its name, or "name:choice"."""
    name, _, choice = request.form.get("act", "").partition(":")
    one = next((x for x in opened.acts if x.name == name), None)
    if one is None:
        return _page(token, opened, status=422, problem="" if name else NEEDS_CODE)
    if why_not := _why_not(opened, one, is_code_right=is_code_right):
        return _page(token, opened, status=422, problem=why_not)
    said = acts.do(
        session(),
        one,
        opened.named.subject_id,
        by=opened.reader,
        now=now(),
        choice=(choice or request.form.get("choice", "")).strip(),
    )
    codes.write_down(session(), opened.delivery, opened.reader, one.name, now=now())
    return _page(token, _reopened(token), said=said, undo=_undo_of(opened, one))


def _taken_back(token: str, opened: Opened) -> ResponseReturnValue:
    """The signed wish to undo is proof: only who did it was shown it."""
    undoing = links.undoing_of(request.form["undo"], secret=settings().secret(), now=now())
    if undoing is None or undoing.delivery_id != opened.named.delivery_id:
        raise Refused(UNDO_IS_OVER)
    one = _act_of(wiring.TOPICS[undoing.topic], undoing.act)
    said = acts.take_back(
        session(), one, undoing.subject_id, by=opened.reader, before=undoing.before, now=now()
    )
    codes.write_down(session(), opened.delivery, opened.reader, "", now=now())
    return _page(token, _reopened(token), said=said)


def _act_of(topic: Topic, name: str) -> Act:
    return next(act for act in topic.acts if act.name == name)


def _reopened(token: str) -> Opened | None:
    """The thing as it is after the press; nothing is open to do where it went to another."""
    session().flush()
    return opening.open_link(session(), token, wiring.TOPICS, secret=settings().secret(), now=now())


def _why_not(opened: Opened, one: Act, *, is_code_right: bool) -> str:
    if _is_known(opened.reader) or (one.is_light and is_code_right):
        return ""
    if not one.is_light:
        return NEEDS_YOU
    if codes.is_closed(session(), opened.delivery):
        return CLOSED
    return WRONG_CODE if _typed() else NEEDS_CODE


def _is_code_right(token: str) -> bool:
    typed = _typed()
    if not typed:
        return False
    with db.reading(engine()) as own:
        opened = opening.open_link(own, token, wiring.TOPICS, secret=settings().secret(), now=now())
    if opened is None:
        return False
    secret = settings().secret()
    return codes.is_proof(engine(), opened.delivery, opened.reader, typed, secret=secret, now=now())


def _typed() -> str:
    return request.form.get("code", "").strip()


def _is_known(reader: User) -> bool:
    """Whether this browser is signed in as the person, or remembered as theirs."""
    person = signed_in()
    if person is not None and person.id == reader.id:
        return True
    cookie = request.cookies.get(devices.cookie_name(settings()))
    owner = devices.recognise(session(), cookie, now=now()) if cookie else None
    return owner is not None and owner.id == reader.id


def _undo_of(opened: Opened, one: Act) -> str:
    undoing = Undoing(
        delivery_id=opened.named.delivery_id,
        topic=opened.named.topic,
        subject_id=opened.named.subject_id,
        act=one.name,
        before=opened.about.before,
    )
    return links.undo_token(undoing, secret=settings().secret(), now=now()) if one.undo else ""


def _page(token: str, opened: Opened | None, *, status: int = 200, **words: Any) -> tuple[str, int]:
    if opened is None:
        return render_template("accounts/over.html", sentence=OVER), 410
    is_known = _is_known(opened.reader)
    takes_code = codes.are_allowed(session(), opened.reader.workspace_id) and not codes.is_closed(
        session(), opened.delivery
    )
    page = render_template(
        "acting/show.html",
        about=opened.about,
        is_void=opened.is_void,
        light=[one for one in opened.acts if one.is_light and (is_known or takes_code)],
        heavy=[one for one in opened.acts if not one.is_light and is_known],
        is_known=is_known,
        is_somebody_else=signed_in() is not None and not is_known,
        reader=opened.reader,
        zone=opened.reader.zone,
        action=url_for("acting.act", token=token),
        sign_in=url_for("accounts.sign_in_form", next=url_for("acting.show", token=token)),
        today=now().date(),
        **({"problem": "", "said": "", "undo": ""} | words),
    )
    return page, status
