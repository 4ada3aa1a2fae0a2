"""Every letter as it reads by each channel: the newest real one of its kind, or else an example."""

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
from alignment.notifications.channels.base import Message
from alignment.notifications.channels.words import told
from alignment.notifications.letters import LetterError, Reader
from alignment.notifications.models import Delivery
from alignment.notifications.overview import queries, samples
from alignment.notifications.wrapping import copy_of
from alignment.web.letter_frames import IN_SCHEME, frames_letters, holds_a_letter, letter

pages = Blueprint("letters", __name__)

WIDTHS = (600, 320)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A letter, and the real message that it is; none, where it is an example."""

    message: Message
    real: Delivery | None


@pages.get("/mail/letters")
@needs(Right.MAIL)
def index() -> ResponseReturnValue:
    return render_template("mail/letters.html", titles=samples.TITLES)


@pages.get("/mail/letters/<name>")
@needs(Right.MAIL)
@frames_letters
def show(name: str) -> ResponseReturnValue:
    found = _preview(name)
    elsewhere = _example(name, found.real.words if found.real else None, by_mail=False)
    return render_template(
        "mail/letter.html",
        name=name,
        title=samples.TITLES[name],
        message=found.message,
        real=found.real,
        schemes=list(IN_SCHEME),
        widths=WIDTHS,
        chat=told(elsewhere, longest=slack.LONGEST),
        chat_buttons=_chat_buttons(elsewhere),
        teams_card=_readable(teams.payload(elsewhere)),
        pushed=push.payload(elsewhere),
        webhook=_readable(json.loads(webhook.body_of(elsewhere))),
    )


@pages.get("/mail/letters/<name>/body")
@needs(Right.MAIL)
@holds_a_letter
def body(name: str) -> ResponseReturnValue:
    return letter(_preview(name).message, scheme=request.args.get("scheme", ""))


def _preview(name: str) -> Preview:
    if name not in samples.TITLES:
        raise NotFound("There is no such message.")
    real = queries.newest_written(session(), user().workspace_id, name)
    if real is not None:
        try:
            return Preview(message=_copy(real), real=real)
        except LetterError:
            pass  # its own page says why; an example shows how it should read
    return Preview(message=_example(name), real=None)


def _copy(delivery: Delivery) -> Message:
    return copy_of(session(), delivery, wiring.mail_office(settings()), now=now())


def _example(name: str, words: Mapping[str, Any] | None = None, *, by_mail: bool = True) -> Message:
    person, ours = user(), workspace()
    reader = Reader(name=person.name, address=person.email, zone=person.zone, workspace=ours.name)
    return samples.message(
        name,
        reader=reader,
        office=wiring.mail_office(settings()),
        workspace_id=id_of(ours),
        reader_id=id_of(person),
        said=words,
        by_mail=by_mail,
        now=now(),
    )


def _chat_buttons(message: Message) -> list[str]:
    acts = () if message.is_several else wiring.ACTS.get(message.kind, ())
    return [*(act.label for act in acts), "Open"]


def _readable(sent: object) -> str:
    return json.dumps(sent, indent=2, ensure_ascii=False)
