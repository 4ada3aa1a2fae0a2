"""Open the signed link behind a mail's buttons: whose it is, what it is about, and which actions
are available now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import NotFound
from alignment.notifications import queries
from alignment.notifications.actions import signed_links
from alignment.notifications.actions.definitions import Action, Topic, TopicItem, available_actions
from alignment.notifications.actions.signed_links import ActionLink
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import queries as overview


@dataclass(frozen=True, kw_only=True)
class OpenedLink:
    """A mail's reader, the thing it is about as it stands, and what can be done about it."""

    link: ActionLink
    delivery: Delivery
    reader: User
    about: TopicItem
    is_void: bool
    """It went to somebody else since: the page says how it stands, and lets nobody act."""
    acts: Sequence[Action] = ()


def open_link(
    session: Session, token: str, topics: Mapping[str, Topic], *, secret: str, now: datetime
) -> OpenedLink | None:
    """Nothing for an address that we did not sign or that is void for good: after seven days,
    another password, or when the person or the thing is gone."""
    named = signed_links.read_action_link(token, secret=secret, now=now)
    return None if named is None else open_action_link(session, named, topics)


def open_action_link(
    session: Session, named: ActionLink, topics: Mapping[str, Topic]
) -> OpenedLink | None:
    reader = queries.find_person(session, named.workspace_id, named.user_id)
    if (
        reader is None
        or not reader.is_active
        or signed_links.stamp_fingerprint(reader) != named.stamp
    ):
        return None
    topic = topics[named.topic]
    try:
        delivery = overview.delivery_for(session, named.workspace_id, named.delivery_id)
        about = topic.find(session, reader, named.subject_id)
    except NotFound:
        return None
    is_void = signed_links.short_fingerprint(about.ownership_key) != named.ownership_fingerprint
    return OpenedLink(
        link=named,
        delivery=delivery,
        reader=reader,
        about=about,
        is_void=is_void,
        acts=() if is_void else available_actions(session, topic, reader, named.subject_id),
    )
