"""The page behind the action buttons of a mail: a GET changes nothing; only a POST acts.

Mail scanners open links, run scripts and submit forms. So a POST counts only with proof that a
scanner does not have: a session or a remembered browser of the recipient or, for actions marked
light, the code printed in the mail. There is no CSRF token, since people come without a session:
the signed address is the secret, and requests from other sites are refused before."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment import db, wiring
from alignment.accounts.authentication import trusted_devices
from alignment.accounts.models import User
from alignment.edge import engine, now, public, session, settings, signed_in
from alignment.errors import Forbidden, NotFound, Refused
from alignment.notifications.actions import confirmation_codes, definitions, signed_links
from alignment.notifications.actions.definitions import Action, Press
from alignment.notifications.actions.signed_links import UndoLink
from alignment.notifications.actions.table import ActionContext
from alignment.notifications.replies import opened_links
from alignment.notifications.replies.opened_links import OpenedLink
from alignment.web.security import csrf

pages = Blueprint("acting", __name__)

LINK_EXPIRED = "This link has run out. Open the page in Alignment instead."
WRONG_CODE = "That is not the code in this mail. Look at it once more, or sign in."
CODE_CLOSED = (
    "The code of this mail is closed, since it was typed wrongly too often. Sign in instead."
)
NEEDS_CODE = "Type the four digits that stand in the mail, or sign in."
NEEDS_SIGN_IN = "Sign in to do this."
UNDO_EXPIRED = "Ten minutes have passed. Change it on its page instead."


@pages.get("/a/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    return _page(token, opened_links.open_link(_context(), token))


@pages.post("/a/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def act(token: str) -> ResponseReturnValue:
    # Counted before this request's own transaction begins, which a refusal would undo.
    is_code_right = _is_code_right(token)
    opened = opened_links.open_link(_context(), token)
    if opened is None:
        return _page(token, None)
    try:
        with session().begin_nested():
            if "undo" in request.form:
                return _undo(token, opened)
            return _perform(token, opened, is_code_right=is_code_right)
    except (Forbidden, NotFound):
        raise
    except Refused as reason:
        return _page(token, _reload(token), status=422, problem=str(reason))


def _perform(token: str, opened: OpenedLink, *, is_code_right: bool) -> ResponseReturnValue:
    """The action that was pressed: ``act`` is its name, or "name:choice"."""
    name, _, choice = request.form.get("act", "").partition(":")
    action = opened.topic.action(name)
    if action is None or opened.is_void:
        return _page(token, opened, status=422, problem="" if name else NEEDS_CODE)
    if why_not := _missing_proof(opened, action, is_code_right=is_code_right):
        return _page(token, opened, status=422, problem=why_not)
    typed = (choice or request.form.get("choice", "")).strip()
    press = Press(by=opened.reader, subject_id=opened.link.subject_id, now=now(), input=typed)
    said = definitions.perform(session(), action, press)
    confirmation_codes.record_action(
        session(), opened.delivery, opened.reader, action.name, now=now()
    )
    return _page(token, _reload(token), said=said, undo=_undo_token(opened, action))


def _undo(token: str, opened: OpenedLink) -> ResponseReturnValue:
    """The signed wish to undo is proof: only who did it was shown it."""
    undoing = signed_links.read_undo_token(
        request.form["undo"], secret=settings().secret(), now=now()
    )
    if undoing is None or undoing.delivery_id != opened.link.delivery_id:
        raise Refused(UNDO_EXPIRED)
    action = wiring.ACTIONS.topics[undoing.topic].action(undoing.act)
    if action is None:
        raise Refused(UNDO_EXPIRED)
    press = Press(by=opened.reader, subject_id=undoing.subject_id, now=now(), before=undoing.before)
    said = definitions.undo(session(), action, press)
    confirmation_codes.record_action(session(), opened.delivery, opened.reader, "", now=now())
    return _page(token, _reload(token), said=said)


def _context() -> ActionContext:
    return wiring.action_context(session(), settings(), now=now())


def _reload(token: str) -> OpenedLink | None:
    """The thing as it is after the press; nothing is open to do where it went to another."""
    session().flush()
    return opened_links.open_link(_context(), token)


def _missing_proof(opened: OpenedLink, action: Action, *, is_code_right: bool) -> str:
    if _is_recognised(opened.reader) or (action.is_light and is_code_right):
        return ""
    if not action.is_light:
        return NEEDS_SIGN_IN
    if confirmation_codes.is_code_locked(session(), opened.delivery):
        return CODE_CLOSED
    return WRONG_CODE if _typed() else NEEDS_CODE


def _is_code_right(token: str) -> bool:
    typed = _typed()
    if not typed:
        return False
    with db.read_only_session(engine()) as own:
        opened = opened_links.open_link(replace(_context(), session=own), token)
    if opened is None:
        return False
    secret = settings().secret()
    return confirmation_codes.verify_code(
        engine(), opened.delivery, opened.reader, typed, secret=secret, now=now()
    )


def _typed() -> str:
    return request.form.get("code", "").strip()


def _is_recognised(reader: User) -> bool:
    """Whether this browser is signed in as the person, or remembered as theirs."""
    person = signed_in()
    if person is not None and person.id == reader.id:
        return True
    cookie = request.cookies.get(trusted_devices.device_cookie_name(settings()))
    owner = (
        trusted_devices.user_of_trusted_browser(session(), cookie, now=now()) if cookie else None
    )
    return owner is not None and owner.id == reader.id


def _undo_token(opened: OpenedLink, action: Action) -> str:
    undoing = UndoLink(
        delivery_id=opened.link.delivery_id,
        topic=opened.link.topic,
        subject_id=opened.link.subject_id,
        act=action.name,
        before=opened.about.before,
    )
    return (
        signed_links.undo_token(undoing, secret=settings().secret(), now=now())
        if action.undo
        else ""
    )


def _page(
    token: str, opened: OpenedLink | None, *, status: int = 200, **words: Any
) -> tuple[str, int]:
    if opened is None:
        return render_template("errors/expired_link.html", sentence=LINK_EXPIRED), 410
    is_known = _is_recognised(opened.reader)
    takes_code = confirmation_codes.codes_allowed(
        session(), opened.reader.workspace_id
    ) and not confirmation_codes.is_code_locked(session(), opened.delivery)
    page = render_template(
        "mail/action_link.html",
        about=opened.about,
        is_void=opened.is_void,
        light=[action for action in opened.offered if action.is_light and (is_known or takes_code)],
        heavy=[action for action in opened.offered if not action.is_light and is_known],
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
