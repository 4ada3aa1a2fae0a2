"""The delivery log: every message of the workspace with its outcome; view it, and send it again."""

from datetime import timedelta
from email.parser import BytesHeaderParser
from email.policy import default
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alignment import wiring
from alignment.accounts.models import id_of
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, settings, user
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import OutgoingMessage
from alignment.notifications.channels.mime import compose, sender_of
from alignment.notifications.health import queries as health_queries
from alignment.notifications.health import resending
from alignment.notifications.health.queries import DeliveryFilter
from alignment.notifications.models import GIVEN_UP, Delivery, Outcome
from alignment.notifications.notice_kinds import KINDS
from alignment.notifications.outbox import queries as outbox_queries
from alignment.notifications.outbox.queries import merged_into
from alignment.notifications.outbox.templates import RenderError
from alignment.notifications.sending.rendering import copy_of
from alignment.web.mail import delivery_health, previews, unsubscribe
from alignment.web.mail.labels import CHANNELS, channel_word, kind_word
from alignment.web.mail.sandboxed_frames import (
    framed_mail_response,
    is_framed_mail,
    shows_framed_mail,
)
from alignment.web.paging import pager, requested_page

pages = Blueprint("mail", __name__)
pages.register_blueprint(unsubscribe.pages)
pages.register_blueprint(delivery_health.pages)
pages.register_blueprint(previews.pages)
pages.add_app_template_filter(kind_word)
pages.add_app_template_filter(channel_word)

LONG_WAIT = timedelta(minutes=5)
"""After so long a wait the page says so."""
HIDDEN_HEADERS = ("MIME-Version", "Content-Type")


@pages.get("/mail")
@needs(Right.MAIL)
def index() -> ResponseReturnValue:
    sought, page, workspace_id = _requested_filter(), requested_page(), user().workspace_id
    counts = health_queries.counts(session(), workspace_id, _without_outcome(sought))
    total, asked = sum(counts.values()), _filter_in_url(sought)
    shown = counts.get(sought.outcome, 0) if sought.outcome else total
    skip = (page - 1) * health_queries.PAGE
    waiting = health_queries.backlog(session(), workspace_id, now=now())
    return render_template(
        "mail/index.html",
        messages=health_queries.messages(session(), workspace_id, sought, skip=skip),
        counts=[(outcome, counts[outcome]) for outcome in Outcome if outcome in counts],
        total=total,
        sought=sought,
        asked=asked,
        narrowed={name: value for name, value in asked.items() if name != "outcome"},
        choices=_choices(),
        may_go_again=shown if sought.outcome in GIVEN_UP else 0,
        pager=pager(shown, page=page, size=health_queries.PAGE, **asked),
        waiting=waiting,
        has_waited_long=waiting.since is not None and now() - waiting.since >= LONG_WAIT,
        keeps=not settings().mail_url,
    )


@pages.get("/mail/<int:delivery_id>")
@needs(Right.MAIL)
@shows_framed_mail
def show(delivery_id: int) -> ResponseReturnValue:
    delivery = _message(delivery_id)
    try:
        copy, problem = _copy(delivery), ""
    except RenderError as error:
        copy, problem = None, str(error)
    workspace_id = delivery.workspace_id
    carrier_id = delivery.merged_into_id
    return render_template(
        "mail/show.html",
        message=delivery,
        copy=copy,
        problem=problem,
        headers=_headers(copy) if copy and copy.channel is ChannelKind.EMAIL else (),
        can_go_again=delivery.outcome in GIVEN_UP,
        carrier=_message(carrier_id) if carrier_id else None,
        carried=merged_into(session(), workspace_id, [delivery_id]).get(delivery_id, []),
        others=health_queries.of_the_same_cause(session(), delivery),
    )


@pages.get("/mail/<int:delivery_id>/body")
@needs(Right.MAIL)
@is_framed_mail
def body(delivery_id: int) -> ResponseReturnValue:
    """The letter itself, for the frame on its page."""
    return framed_mail_response(_copy(_message(delivery_id)))


@pages.post("/mail/<int:delivery_id>/attempts")
@needs(Right.MAIL)
def send_again(delivery_id: int) -> ResponseReturnValue:
    delivery = _message(delivery_id)
    resending.resend(delivery, now=now())
    flash(f"The message to {delivery.address} goes again in a moment.")
    return redirect(url_for("mail.show", delivery_id=delivery_id), 303)


@pages.post("/mail/attempts")
@needs(Right.MAIL)
def send_all_again() -> ResponseReturnValue:
    """Everything given up that the list shows."""
    sought = _requested_filter()
    count = resending.resend_all(session(), user().workspace_id, sought, now=now())
    flash(f"{count:,} {'message goes' if count == 1 else 'messages go'} again in a moment.")
    return redirect(url_for("mail.index", **_filter_in_url(sought)), 303)


def _message(delivery_id: int) -> Delivery:
    return outbox_queries.delivery_for(session(), user().workspace_id, delivery_id)


def _copy(delivery: Delivery) -> OutgoingMessage:
    return copy_of(session(), delivery, wiring.delivery_context(settings()), now=now())


def _headers(copy: OutgoingMessage) -> list[tuple[str, str]]:
    mail = compose(copy, sender=sender_of(settings().mail_from))
    headers = BytesHeaderParser(policy=default).parsebytes(mail)
    return [(name, str(value)) for name, value in headers.items() if name not in HIDDEN_HEADERS]


def _requested_filter() -> DeliveryFilter:
    """What the address asks for; what it does not name, or nobody knows, is not asked."""
    asked = request.args
    outcome, channel, kind = asked.get("outcome"), asked.get("channel"), asked.get("kind")
    person = asked.get("person", "")
    known = {str(id_of(colleague)) for colleague in accounts.people_of(session(), user())}
    return DeliveryFilter(
        outcome=Outcome(outcome) if outcome in list(Outcome) else None,
        channel=ChannelKind(channel) if channel in list(ChannelKind) else None,
        kind=kind if kind in KINDS else None,
        recipient_id=int(person) if person in known else None,
    )


def _without_outcome(sought: DeliveryFilter) -> DeliveryFilter:
    return DeliveryFilter(
        channel=sought.channel, kind=sought.kind, recipient_id=sought.recipient_id
    )


def _filter_in_url(sought: DeliveryFilter) -> dict[str, Any]:
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
        "person": [(colleague.id, colleague.name) for colleague in people],
    }
