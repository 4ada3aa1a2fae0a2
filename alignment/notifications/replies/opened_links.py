"""Open the signed link behind a mail's buttons: whose it is, what it is about, and which actions
are offered now.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.accounts.models import User
from alignment.errors import NotFound
from alignment.notifications import queries
from alignment.notifications.actions import signed_links
from alignment.notifications.actions.definitions import Action, Topic, TopicItem, offered_actions
from alignment.notifications.actions.signed_links import ActionLink
from alignment.notifications.actions.table import ActionContext
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import queries as outbox_queries


@dataclass(frozen=True, kw_only=True)
class OpenedLink:
    """A mail's reader, the thing it is about as it stands, and what can be done about it."""

    link: ActionLink
    delivery: Delivery
    reader: User
    topic: Topic
    about: TopicItem
    is_void: bool
    """It went to somebody else since: the page says how it stands, and lets nobody act."""
    offered: Sequence[Action] = ()


def open_link(context: ActionContext, token: str) -> OpenedLink | None:
    """Nothing for an address that we did not sign or that is void for good: after seven days,
    another password, or when the person or the thing is gone."""
    link = signed_links.read_action_link(token, secret=context.secret, now=context.now)
    return None if link is None else open_action_link(context, link)


def open_action_link(context: ActionContext, link: ActionLink) -> OpenedLink | None:
    reader = queries.find_person(context.session, link.workspace_id, link.user_id)
    if (
        reader is None
        or not reader.is_active
        or signed_links.stamp_fingerprint(reader) != link.stamp
    ):
        return None
    topic = context.actions.topics[link.topic]
    try:
        delivery = outbox_queries.delivery_for(context.session, link.workspace_id, link.delivery_id)
        about = topic.find(context.session, reader, link.subject_id)
    except NotFound:
        return None
    is_void = signed_links.short_fingerprint(about.ownership_key) != link.ownership_fingerprint
    offered = offered_actions(context.session, topic, reader, link.subject_id)
    return OpenedLink(
        link=link,
        delivery=delivery,
        reader=reader,
        topic=topic,
        about=about,
        is_void=is_void,
        offered=() if is_void else offered,
    )
