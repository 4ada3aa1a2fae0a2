"""Every message of the workspace, as it arrived or would arrive, and what became of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment import wiring
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, settings, user
from alignment.notifications import outbox, queries
from alignment.notifications.channels.base import Message
from alignment.notifications.channels.composing import compose, sender_of
from alignment.notifications.letters import LetterError
from alignment.notifications.models import GIVEN_UP, Delivery, Outcome
from alignment.notifications.wrapping import copy_of
from alignment.web import security, unsubscribing
from alignment.web.paging import asked_page, pager

pages = Blueprint("mail", __name__)
pages.register_blueprint(unsubscribing.pages)

LONG = timedelta(minutes=5)
"""After so long a wait the page says so."""
LEFT_OUT = ("MIME-Version", "Content-Type")
LETTER_ALONE = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
}
"""A letter holds inlined styles, as every mail does; nothing else of it comes to life."""
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def protected_by(**options: object) -> Callable[[View], View]:
    """Let one view differ from the headers that ``security`` gives every page."""

    def mark(view: View) -> View:
        view.talisman_view_options = options  # type: ignore[attr-defined]
        return view

    return mark


@pages.get("/mail")
@needs(Right.MAIL)
def index() -> ResponseReturnValue:
    outcome, page, workspace_id = _asked_outcome(), asked_page(), user().workspace_id
    counts = queries.counts(session(), workspace_id)
    total = sum(counts.values())
    skip = (page - 1) * queries.PAGE
    return render_template(
        "mail/index.html",
        messages=queries.messages(session(), workspace_id, outcome=outcome, skip=skip),
        counts=[(one, counts[one]) for one in Outcome if one in counts],
        total=total,
        outcome=outcome,
        pager=pager(
            counts.get(outcome, 0) if outcome else total,
            page=page,
            size=queries.PAGE,
            outcome=outcome,
        ),
        waiting_since=_waiting_long_since(workspace_id),
        hold=queries.hold(session(), now=now()),
        keeps=not settings().mail_url,
    )


@pages.get("/mail/<int:delivery_id>")
@needs(Right.MAIL)
@protected_by(content_security_policy=security.POLICY | {"frame-src": "'self'"})
def show(delivery_id: int) -> ResponseReturnValue:
    delivery = queries.message_for(session(), user().workspace_id, delivery_id)
    try:
        copy, problem = _copy(delivery), ""
    except LetterError as error:
        copy, problem = None, str(error)
    return render_template(
        "mail/show.html",
        message=delivery,
        copy=copy,
        problem=problem,
        headers=_headers(copy) if copy else (),
        can_go_again=delivery.outcome in GIVEN_UP,
    )


@pages.get("/mail/<int:delivery_id>/body")
@needs(Right.MAIL)
@protected_by(content_security_policy=LETTER_ALONE, frame_options="SAMEORIGIN")
def body(delivery_id: int) -> ResponseReturnValue:
    """The letter itself, for the frame on its page; its links open pages of their own."""
    copy = _copy(queries.message_for(session(), user().workspace_id, delivery_id))
    html = copy.html.replace("<head>", '<head><base target="_blank">', 1)
    return Response(html, mimetype="text/html")


@pages.post("/mail/<int:delivery_id>/attempts")
@needs(Right.MAIL)
def send_again(delivery_id: int) -> ResponseReturnValue:
    delivery = queries.message_for(session(), user().workspace_id, delivery_id)
    outbox.send_again(delivery, now=now())
    flash(f"The message to {delivery.address} goes again in a moment.")
    return redirect(url_for("mail.show", delivery_id=delivery_id), 303)


def _copy(delivery: Delivery) -> Message:
    return copy_of(session(), delivery, wiring.mail_office(settings()), now=now())


def _headers(copy: Message) -> list[tuple[str, str]]:
    mail = compose(copy, sender=sender_of(settings().mail_from))
    return [(name, str(value)) for name, value in mail.items() if name not in LEFT_OUT]


def _asked_outcome() -> Outcome | None:
    asked = request.args.get("outcome", "")
    return Outcome(asked) if asked in list(Outcome) else None


def _waiting_long_since(workspace_id: int) -> datetime | None:
    since = queries.waiting_since(session(), workspace_id, now=now())
    return since if since and now() - since >= LONG else None
