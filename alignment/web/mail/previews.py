"""Previews of every kind of message in each channel: the newest real one, or else an example."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from alignment import wiring
from alignment.accounts.models import id_of
from alignment.accounts.roles import Right
from alignment.edge import needs, now, session, settings, user, workspace
from alignment.errors import NotFound
from alignment.notifications.channels import push, slack, teams, webhook
from alignment.notifications.channels.base import OutgoingMessage
from alignment.notifications.channels.message_text import message_parts
from alignment.notifications.health import queries
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.templates import Reader, RenderError
from alignment.notifications.sending import example_messages
from alignment.notifications.sending.example_messages import ExampleReader
from alignment.notifications.sending.rendering import copy_of
from alignment.web.mail.sandboxed_frames import (
    RULES_BY_SCHEME,
    framed_mail_response,
    is_framed_mail,
    shows_framed_mail,
)

pages = Blueprint("letters", __name__)

WIDTHS = (600, 320)


@dataclass(frozen=True, kw_only=True)
class MailPreview:
    """A letter, and the real message that it is; none, where it is an example."""

    message: OutgoingMessage
    real: Delivery | None


@pages.get("/mail/letters")
@needs(Right.MAIL)
def index() -> ResponseReturnValue:
    return render_template("mail/previews.html", titles=example_messages.TITLES)


@pages.get("/mail/letters/<name>")
@needs(Right.MAIL)
@shows_framed_mail
def show(name: str) -> ResponseReturnValue:
    preview = _preview(name)
    elsewhere = _example(name, preview.real.words if preview.real else None, by_mail=False)
    return render_template(
        "mail/preview.html",
        name=name,
        title=example_messages.TITLES[name],
        message=preview.message,
        real=preview.real,
        schemes=list(RULES_BY_SCHEME),
        widths=WIDTHS,
        chat=message_parts(elsewhere, longest=slack.LONGEST),
        chat_buttons=_chat_buttons(elsewhere),
        teams_card=_pretty_json(teams.payload(elsewhere)),
        pushed=push.payload(elsewhere),
        webhook=_pretty_json(json.loads(webhook.body_of(elsewhere))),
    )


@pages.get("/mail/letters/<name>/body")
@needs(Right.MAIL)
@is_framed_mail
def body(name: str) -> ResponseReturnValue:
    return framed_mail_response(_preview(name).message, scheme=request.args.get("scheme", ""))


def _preview(name: str) -> MailPreview:
    if name not in example_messages.TITLES:
        raise NotFound("There is no such message.")
    real = queries.newest_rendered(session(), user().workspace_id, name)
    if real is not None:
        try:
            return MailPreview(message=_copy(real), real=real)
        except RenderError:
            pass  # its own page says why; an example shows how it should read
    return MailPreview(message=_example(name), real=None)


def _copy(delivery: Delivery) -> OutgoingMessage:
    return copy_of(session(), delivery, wiring.delivery_context(settings()), now=now())


def _example(
    name: str, words: Mapping[str, Any] | None = None, *, by_mail: bool = True
) -> OutgoingMessage:
    person, ours = user(), workspace()
    reader = Reader(name=person.name, address=person.email, zone=person.zone, workspace=ours.name)
    to = ExampleReader(workspace_id=id_of(ours), id=id_of(person), reader=reader, now=now())
    context = wiring.delivery_context(settings())
    return example_messages.example_message(name, to, context, words=words, by_mail=by_mail)


def _chat_buttons(message: OutgoingMessage) -> list[str]:
    actions = () if message.is_summary else wiring.ACTIONS.in_chat(message.kind)
    return [*(action.label for action in actions), "Open"]


def _pretty_json(sent: object) -> str:
    return json.dumps(sent, indent=2, ensure_ascii=False)
