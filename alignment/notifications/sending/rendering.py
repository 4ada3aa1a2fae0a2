"""Render a claimed delivery into the message a channel carries, and into the copy we keep, which
hides secret links.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import id_of
from alignment.notifications.actions.buttons import ActionButtons
from alignment.notifications.actions.reply_addresses import reply_address_for
from alignment.notifications.actions.secret_texts import HIDDEN_PATH, hide_secrets
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import InlinePicture, OutgoingMessage
from alignment.notifications.models import Delivery
from alignment.notifications.notice_kinds import kind_of
from alignment.notifications.outbox.templates import (
    Rendered,
    RenderError,
    Surroundings,
    render_notice,
    render_subject,
)
from alignment.notifications.preferences.mutes import unsubscribe_path
from alignment.notifications.replies.mail_parsing import CUT_LINE
from alignment.notifications.sending.checks import PreparedDelivery
from alignment.notifications.sending.claims import Claim, preview_claim
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.summaries import (
    is_summary,
    link_of,
    summary_words,
    template_for,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class MessageAndCopy:
    """What goes, and what stays readable here."""

    message: OutgoingMessage
    copy: Rendered


def render_message(claimed: Claim, context: DeliveryContext, *, now: datetime) -> MessageAndCopy:
    """Write the letter; a broken one raises ``RenderError``."""
    rendered = _render(claimed, context, hides=False, at=now)
    copy = rendered
    has_secrets = any(item.send_time_words or item.buttons for item in claimed.items)
    if has_secrets and not context.shows_secrets:
        copy = _render(claimed, context, hides=True, at=now)
    return MessageAndCopy(
        message=_message(claimed, rendered, context, at=now),
        copy=copy if context.shows_secrets else _without_secrets(copy),
    )


def copy_of(
    session: Session, delivery: Delivery, context: DeliveryContext, *, now: datetime
) -> OutgoingMessage:
    """Our copy of a message; one that was not written yet as it would read now."""
    claimed = preview_claim(session, delivery, context, now=now)
    at = delivery.settled_at or now
    if delivery.text:
        stored = Rendered(subject=delivery.subject, text=delivery.text, html=delivery.html)
        rendered = stored if context.shows_secrets else _without_secrets(stored)
    else:
        rendered = render_message(claimed, context, now=now).copy
    copy = replace(_message(claimed, rendered, context, at=at), address=delivery.address)
    return copy if context.shows_secrets else _with_hidden_addresses(copy)


def _without_secrets(letter: Rendered) -> Rendered:
    """Nobody who reads our copy can act for its reader, nor stop the reader's mail."""
    return replace(letter, text=hide_secrets(letter.text), html=hide_secrets(letter.html))


def _with_hidden_addresses(copy: OutgoingMessage) -> OutgoingMessage:
    """Whoever knows the address for answers can answer in the reader's name."""
    return replace(
        copy,
        unsubscribe_url=copy.unsubscribe_url and hide_secrets(copy.unsubscribe_url),
        return_path=_hidden_address(copy.return_path),
        reply_to=_hidden_address(copy.reply_to),
    )


def _hidden_address(address: str) -> str:
    _, at, domain = address.rpartition("@")
    return f"hidden{at}{domain}" if at else ""


def _message(
    one: Claim, letter: Rendered, office: DeliveryContext, *, at: datetime
) -> OutgoingMessage:
    delivery = one.delivery
    link = link_of(one.items[0])
    return OutgoingMessage(
        id=delivery.message_id,
        kind=delivery.kind,
        workspace_id=delivery.workspace_id,
        # What tells of several things belongs to the thread of none.
        thread="" if is_summary(one.items) else delivery.thread,
        subject_id=delivery.subject_id,
        name=one.reader.name,
        address=one.reader.address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        unsubscribe_url=_unsubscribe_url(delivery, office, at=at),
        at=at,
        channel=delivery.channel,
        endpoint_id=delivery.endpoint_id,
        endpoint=one.endpoint,
        link=f"{office.base_url}{link}",
        is_summary=is_summary(one.items),
        inline=_pictures(one, office),
        return_path=_reply_address(one, office),
        reply_to=_reply_address(one, office) if _is_answerable(one, office) else "",
    )


def _reply_address(one: Claim, office: DeliveryContext) -> str:
    """The address of its own that reports of this mail go to, and answers where it takes any."""
    if not office.reply_domain or one.delivery.channel is not ChannelKind.EMAIL:
        return ""
    return reply_address_for(id_of(one.delivery), domain=office.reply_domain, secret=office.secret)


def _is_answerable(one: Claim, office: DeliveryContext) -> bool:
    """Only what is about one thing: of several nobody could say which one is meant."""
    if not _reply_address(one, office):
        return False
    subjects = list(office.actions.subjects_of(one.delivery))
    return len(subjects) == 1 and not is_summary(one.items)


def _render(one: Claim, office: DeliveryContext, *, hides: bool, at: datetime) -> Rendered:
    """The letter; where it ``hides``, secret links give way to a word."""
    return render_notice(
        template_for(one.items) if is_summary(one.items) else one.delivery.kind,
        _words(one, office, hides=hides),
        reader=one.reader,
        base_url=office.base_url,
        surroundings=Surroundings(
            unsubscribe_url=_unsubscribe_url(one.delivery, office, at=at),
            lateness=one.lateness,
            buttons=_buttons(one, hides=hides),
            cut_line=CUT_LINE if _is_answerable(one, office) else "",
        ),
    )


def _buttons(one: Claim, *, hides: bool) -> ActionButtons | None:
    """Of several things told together nobody could say which one a button is about."""
    offer = None if is_summary(one.items) else one.items[0].buttons
    return offer.with_hidden_links(HIDDEN_PATH) if offer and hides else offer


def _words(one: Claim, office: DeliveryContext, *, hides: bool) -> Mapping[str, Any]:
    if not is_summary(one.items):
        return _template_words(one.items[0], hides=hides)

    def subject_of(told: PreparedDelivery) -> str:
        words, kind = _template_words(told, hides=hides), told.delivery.kind
        try:
            return render_subject(kind, words, reader=one.reader, base_url=office.base_url)
        except RenderError:
            logger.exception("Message %s has no subject", told.delivery.id)
            return kind_of(kind).title  # one broken letter must not keep the others from going

    return summary_words(one.items, subject_of)


def _template_words(told: PreparedDelivery, *, hides: bool) -> Mapping[str, Any]:
    late = dict.fromkeys(told.send_time_words, HIDDEN_PATH) if hides else told.send_time_words
    return {**told.delivery.words, **late}


def _pictures(one: Claim, office: DeliveryContext) -> tuple[InlinePicture, ...]:
    draw = office.pictures.get(one.delivery.kind)
    if draw is None or is_summary(one.items):
        return ()
    try:
        return draw(one.delivery.words)
    except Exception:
        logger.exception("Message %s goes without its pictures", one.delivery.id)
        return ()  # the letter says in words what they show


def _unsubscribe_url(delivery: Delivery, office: DeliveryContext, *, at: datetime) -> str | None:
    """Only people can stop mail; an invited address has none yet."""
    if delivery.recipient_id is None:
        return None
    path = unsubscribe_path(
        delivery.workspace_id,
        delivery.recipient_id,
        delivery.kind,
        secret=office.secret,
        sent_on=at.date(),
    )
    return f"{office.base_url}{path}"
