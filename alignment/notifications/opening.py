"""Opening the address behind the buttons of a mail: what it is about, and what is open to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import NotFound
from alignment.notifications import links, queries
from alignment.notifications.acts import About, Act, Topic, open_to
from alignment.notifications.links import Named
from alignment.notifications.models import Delivery
from alignment.notifications.overview import queries as overview


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A mail's reader, the thing it is about as it stands, and what can be done about it."""

    named: Named
    delivery: Delivery
    reader: User
    about: About
    is_void: bool
    """It went to somebody else since: the page says how it stands, and lets nobody act."""
    acts: Sequence[Act] = ()


def open_link(
    session: Session, token: str, topics: Mapping[str, Topic], *, secret: str, now: datetime
) -> Opened | None:
    """Nothing for an address that we did not sign or that is void for good: after seven days,
    another password, or when the person or the thing is gone."""
    named = links.named_by(token, secret=secret, now=now)
    return None if named is None else open_named(session, named, topics)


def open_named(session: Session, named: Named, topics: Mapping[str, Topic]) -> Opened | None:
    reader = queries.person(session, named.workspace_id, named.user_id)
    if reader is None or not reader.is_active or links.mark_of(reader) != named.stamp:
        return None
    topic = topics[named.topic]
    try:
        delivery = overview.message_for(session, named.workspace_id, named.delivery_id)
        about = topic.about(session, reader, named.subject_id)
    except NotFound:
        return None
    is_void = links.mark(about.epoch) != named.epoch
    return Opened(
        named=named,
        delivery=delivery,
        reader=reader,
        about=about,
        is_void=is_void,
        acts=() if is_void else open_to(session, topic, reader, named.subject_id),
    )
