"""From a claimed row to a message that a channel can carry, and the copy that we keep."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import id_of
from alignment.notifications.acting import subjects_of
from alignment.notifications.channels.base import Message, Picture
from alignment.notifications.claims import Claim, drafted
from alignment.notifications.deciding import Told
from alignment.notifications.kinds import kind_of
from alignment.notifications.letters import LetterError, Written, subject, write
from alignment.notifications.models import ChannelKind, Delivery
from alignment.notifications.mutes import unsubscribe_path
from alignment.notifications.offers import Offer
from alignment.notifications.office import Office
from alignment.notifications.reply_addresses import address_for
from alignment.notifications.together import is_several, link_of, template_of, words_of

logger = logging.getLogger(__name__)

HIDDEN = "/hidden"
"""Stands in our copy where the message had a secret link."""


@dataclass(frozen=True, kw_only=True)
class Wrapped:
    """What goes, and what stays readable here."""

    message: Message
    copy: Written


def wrap(one: Claim, office: Office, *, now: datetime) -> Wrapped:
    """Write the letter; a broken one raises ``LetterError``."""
    letter = _write(one, office, hides=False)
    copy = letter
    has_secrets = any(told.late_words or told.offer for told in one.told)
    if has_secrets and not office.shows_secrets:
        copy = _write(one, office, hides=True)
    return Wrapped(message=_message(one, letter, office, at=now), copy=copy)


def copy_of(session: Session, delivery: Delivery, office: Office, *, now: datetime) -> Message:
    """Our copy of a message; one that was not written yet as it would read now."""
    draft = drafted(session, delivery, office, now=now)
    at = delivery.settled_at or now
    if delivery.text:
        kept = Written(subject=delivery.subject, text=delivery.text, html=delivery.html)
    else:
        kept = wrap(draft, office, now=now).copy
    copy = replace(_message(draft, kept, office, at=at), address=delivery.address)
    return copy if office.shows_secrets else _without_way_back(copy)


def _without_way_back(copy: Message) -> Message:
    """Whoever knows the address for answers can answer in the reader's name."""
    return replace(
        copy,
        returns_to=_hidden_address(copy.returns_to),
        answers_to=_hidden_address(copy.answers_to),
    )


def _hidden_address(address: str) -> str:
    _, at, domain = address.rpartition("@")
    return f"hidden{at}{domain}" if at else ""


def _message(one: Claim, letter: Written, office: Office, *, at: datetime) -> Message:
    delivery = one.delivery
    link = link_of(one.told[0])
    return Message(
        id=delivery.message_id,
        kind=delivery.kind,
        workspace_id=delivery.workspace_id,
        # What tells of several things belongs to the thread of none.
        thread="" if is_several(one.told) else delivery.thread,
        subject_id=delivery.subject_id,
        name=one.reader.name,
        address=one.reader.address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        unsubscribe_url=_unsubscribe_url(delivery, office),
        at=at,
        channel=delivery.channel,
        endpoint_id=delivery.endpoint_id,
        endpoint=one.endpoint,
        link=f"{office.base_url}{link}",
        is_several=is_several(one.told),
        inline=_pictures(one, office),
        returns_to=_way_back(one, office),
        answers_to=_way_back(one, office) if _is_answered(one, office) else "",
    )


def _way_back(one: Claim, office: Office) -> str:
    """The address of its own that reports of this mail go to, and answers where it takes any."""
    if not office.reply_domain or one.delivery.channel is not ChannelKind.EMAIL:
        return ""
    return address_for(id_of(one.delivery), domain=office.reply_domain, secret=office.secret)


def _is_answered(one: Claim, office: Office) -> bool:
    """Only what is about one thing: of several nobody could say which one is meant."""
    subjects = list(subjects_of(one.delivery, office.topics, office.acted_on))
    return len(subjects) == 1 and not is_several(one.told)


def _write(one: Claim, office: Office, *, hides: bool) -> Written:
    """The letter; where it ``hides``, secret links give way to a word."""
    return write(
        template_of(one.told) if is_several(one.told) else one.delivery.kind,
        _words(one, office, hides=hides),
        reader=one.reader,
        base_url=office.base_url,
        unsubscribe_url=_unsubscribe_url(one.delivery, office),
        late=one.late,
        offer=_offer(one, hides=hides),
    )


def _offer(one: Claim, *, hides: bool) -> Offer | None:
    """Of several things told together nobody could say which one a button is about."""
    offer = None if is_several(one.told) else one.told[0].offer
    return offer.hidden(HIDDEN) if offer and hides else offer


def _words(one: Claim, office: Office, *, hides: bool) -> Mapping[str, Any]:
    if not is_several(one.told):
        return _own_words(one.told[0], hides=hides)

    def subject_of(told: Told) -> str:
        words, kind = _own_words(told, hides=hides), told.delivery.kind
        try:
            return subject(kind, words, reader=one.reader, base_url=office.base_url)
        except LetterError:
            logger.exception("Message %s has no subject", told.delivery.id)
            return kind_of(kind).title  # one broken letter must not keep the others from going

    return words_of(one.told, subject_of)


def _own_words(told: Told, *, hides: bool) -> Mapping[str, Any]:
    late = dict.fromkeys(told.late_words, HIDDEN) if hides else told.late_words
    return {**told.delivery.words, **late}


def _pictures(one: Claim, office: Office) -> tuple[Picture, ...]:
    draw = office.pictures.get(one.delivery.kind)
    if draw is None or is_several(one.told):
        return ()
    try:
        return draw(one.delivery.words)
    except Exception:
        logger.exception("Message %s goes without its pictures", one.delivery.id)
        return ()  # the letter says in words what they show


def _unsubscribe_url(delivery: Delivery, office: Office) -> str | None:
    """Only people can stop mail; an invited address has none yet."""
    if delivery.recipient_id is None:
        return None
    path = unsubscribe_path(
        delivery.workspace_id, delivery.recipient_id, delivery.kind, secret=office.secret
    )
    return f"{office.base_url}{path}"
