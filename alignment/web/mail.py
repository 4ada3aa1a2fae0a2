"""Every message of the workspace, as it arrived or would arrive, and what became of it."""

from datetime import timedelta
from email.parser import BytesHeaderParser
from email.policy import default
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment import wiring
from alignment.accounts import queries as accounts
from alignment.accounts.models import id_of
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, settings, user
from alignment.notifications import outbox
from alignment.notifications.channels.base import Message
from alignment.notifications.channels.composing import compose, sender_of
from alignment.notifications.kinds import KINDS
from alignment.notifications.letters import LetterError
from alignment.notifications.models import GIVEN_UP, ChannelKind, Delivery, Outcome
from alignment.notifications.overview import again, queries
from alignment.notifications.overview.queries import Sought
from alignment.notifications.queries import carried_by
from alignment.notifications.wrapping import copy_of
from alignment.web import mail_previews, mail_state, unsubscribing
from alignment.web.letter_frames import frames_letters, holds_a_letter, letter
from alignment.web.mail_words import CHANNELS, channel_word, kind_word
from alignment.web.paging import asked_page, pager

pages = Blueprint("mail", __name__)
pages.register_blueprint(unsubscribing.pages)
pages.register_blueprint(mail_state.pages)
pages.register_blueprint(mail_previews.pages)
pages.add_app_template_filter(kind_word)
pages.add_app_template_filter(channel_word)

LONG = timedelta(minutes=5)
"""After so long a wait the page says so."""
LEFT_OUT = ("MIME-Version", "Content-Type")


@pages.get("/mail")
@needs(Right.MAIL)
def index() -> ResponseReturnValue:
    sought, page, workspace_id = _sought(), asked_page(), user().workspace_id
    counts = queries.counts(session(), workspace_id, _any_outcome(sought))
    total, asked = sum(counts.values()), _asked(sought)
    shown = counts.get(sought.outcome, 0) if sought.outcome else total
    skip = (page - 1) * queries.PAGE
    waiting = queries.waiting(session(), workspace_id, now=now())
    return render_template(
        "mail/index.html",
        messages=queries.messages(session(), workspace_id, sought, skip=skip),
        counts=[(one, counts[one]) for one in Outcome if one in counts],
        total=total,
        sought=sought,
        asked=asked,
        narrowed={name: value for name, value in asked.items() if name != "outcome"},
        choices=_choices(),
        may_go_again=shown if sought.outcome in GIVEN_UP else 0,
        pager=pager(shown, page=page, size=queries.PAGE, **asked),
        waiting=waiting,
        has_waited_long=waiting.since is not None and now() - waiting.since >= LONG,
        keeps=not settings().mail_url,
    )


@pages.get("/mail/<int:delivery_id>")
@needs(Right.MAIL)
@frames_letters
def show(delivery_id: int) -> ResponseReturnValue:
    delivery = _message(delivery_id)
    try:
        copy, problem = _copy(delivery), ""
    except LetterError as error:
        copy, problem = None, str(error)
    workspace_id = delivery.workspace_id
    carrier_id = delivery.carried_by_id
    return render_template(
        "mail/show.html",
        message=delivery,
        copy=copy,
        problem=problem,
        headers=_headers(copy) if copy and copy.channel is ChannelKind.EMAIL else (),
        can_go_again=delivery.outcome in GIVEN_UP,
        carrier=_message(carrier_id) if carrier_id else None,
        carried=carried_by(session(), workspace_id, [delivery_id]).get(delivery_id, []),
        others=queries.of_the_same_cause(session(), delivery),
    )


@pages.get("/mail/<int:delivery_id>/body")
@needs(Right.MAIL)
@holds_a_letter
def body(delivery_id: int) -> ResponseReturnValue:
    """The letter itself, for the frame on its page."""
    return letter(_copy(_message(delivery_id)))


@pages.post("/mail/<int:delivery_id>/attempts")
@needs(Right.MAIL)
def send_again(delivery_id: int) -> ResponseReturnValue:
    delivery = _message(delivery_id)
    outbox.send_again(delivery, now=now())
    flash(f"The message to {delivery.address} goes again in a moment.")
    return redirect(url_for("mail.show", delivery_id=delivery_id), 303)


@pages.post("/mail/attempts")
@needs(Right.MAIL)
def send_all_again() -> ResponseReturnValue:
    """Everything given up that the list shows."""
    sought = _sought()
    count = again.send_all_again(session(), user().workspace_id, sought, now=now())
    flash(f"{count:,} {'message goes' if count == 1 else 'messages go'} again in a moment.")
    return redirect(url_for("mail.index", **_asked(sought)), 303)


def _message(delivery_id: int) -> Delivery:
    return queries.message_for(session(), user().workspace_id, delivery_id)


def _copy(delivery: Delivery) -> Message:
    return copy_of(session(), delivery, wiring.mail_office(settings()), now=now())


def _headers(copy: Message) -> list[tuple[str, str]]:
    mail = compose(copy, sender=sender_of(settings().mail_from))
    headers = BytesHeaderParser(policy=default).parsebytes(mail)
    return [(name, str(value)) for name, value in headers.items() if name not in LEFT_OUT]


def _sought() -> Sought:
    """What the address asks for; what it does not name, or nobody knows, is not asked."""
    asked = request.args
    outcome, channel, kind = asked.get("outcome"), asked.get("channel"), asked.get("kind")
    person = asked.get("person", "")
    known = {str(id_of(one)) for one in accounts.people_of(session(), user())}
    return Sought(
        outcome=Outcome(outcome) if outcome in list(Outcome) else None,
        channel=ChannelKind(channel) if channel in list(ChannelKind) else None,
        kind=kind if kind in KINDS else None,
        recipient_id=int(person) if person in known else None,
    )


def _any_outcome(sought: Sought) -> Sought:
    return Sought(channel=sought.channel, kind=sought.kind, recipient_id=sought.recipient_id)


def _asked(sought: Sought) -> dict[str, Any]:
    """As the address says it."""
    asked = {
        "outcome": sought.outcome,
        "channel": sought.channel,
        "kind": sought.kind,
        "person": sought.recipient_id,
    }
    return {name: value for name, value in asked.items() if value is not None}


def _choices() -> dict[str, list[tuple[Any, str]]]:
    people = accounts.people_of(session(), user())
    return {
        "channel": [(channel.value, words) for channel, words in CHANNELS.items()],
        "kind": [(kind.name, kind.title) for kind in KINDS.values()],
        "person": [(one.id, one.name) for one in people],
    }
