"""Every SELECT about what a person finds in the inbox.

A letter is there once, however many chats and browsers got a copy of it; what was told as part of
another message is inside that one, if that one is here; what no longer mattered when its turn came
is not there.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.errors import NotFound
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Delivery, Outcome

PAGE = 25
MAX_COUNTED = 100
"""Nobody needs to know how many more there are, and counting on would slow every page."""
OWN_CHANNELS = tuple(channel for channel in ChannelKind if not channel.needs_endpoint)
COPY_CHANNELS = tuple(channel for channel in ChannelKind if channel.needs_endpoint)


def unread(session: Session, user: User, *, now: datetime) -> int:
    """How many messages this person has not seen, up to ``MAX_COUNTED``; an index answers."""
    some = (
        select(Delivery.id)
        .where(*_for(user, now), col(Delivery.read_at).is_(None))
        .limit(MAX_COUNTED)
        .subquery()
    )
    return session.exec(select(func.count()).select_from(some)).one()


def total(session: Session, user: User, *, now: datetime) -> int:
    return session.exec(select(func.count()).select_from(Delivery).where(*_for(user, now))).one()


def messages(session: Session, user: User, *, skip: int, now: datetime) -> list[Delivery]:
    """One page of this person's messages, the newest first."""
    newest = (
        select(Delivery)
        .where(*_for(user, now))
        .order_by(col(Delivery.created_at).desc(), col(Delivery.id).desc())
        .offset(skip)
        .limit(PAGE)
    )
    return list(session.exec(newest))


def message(session: Session, user: User, delivery_id: int, *, now: datetime) -> Delivery:
    delivery = session.exec(
        select(Delivery).where(*_for(user, now), Delivery.id == delivery_id)
    ).first()
    if delivery is None:
        raise NotFound("This message is not here, or not yours.")
    return delivery


def merged_into(
    session: Session, workspace_id: int, carrier_ids: Iterable[int]
) -> dict[int, list[Delivery]]:
    """What each of these messages told besides itself, the oldest first."""
    inside = select(Delivery).where(
        Delivery.workspace_id == workspace_id, col(Delivery.merged_into_id).in_(list(carrier_ids))
    )
    members_by_summary: dict[int, list[Delivery]] = {}
    for row in session.exec(inside.order_by(col(Delivery.created_at), col(Delivery.id))):
        members_by_summary.setdefault(row.merged_into_id or 0, []).append(row)
    return members_by_summary


def _for(user: User, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.workspace_id) == user.workspace_id,
        col(Delivery.recipient_id) == user.id,
        or_(col(Delivery.merged_into_id).is_(None), _is_told_by_a_copy()),
        col(Delivery.outcome) != Outcome.SUPPRESSED,
        col(Delivery.due_at) <= now,
        or_(col(Delivery.channel).in_(OWN_CHANNELS), ~_is_copy(Delivery)),
    )


def _is_copy(row: type[Delivery]) -> ColumnElement[bool]:
    """Further ways of a letter by chat, webhook or browser say so in their key; the first does
    not."""
    return or_(
        *(col(row.key).contains(f":{channel}:", autoescape=True) for channel in COPY_CHANNELS)
    )


def _is_told_by_a_copy() -> ColumnElement[bool]:
    """The message that told it too is not here, since a copy never is."""
    carrier = aliased(Delivery)
    return exists().where(
        col(carrier.workspace_id) == Delivery.workspace_id,
        col(carrier.id) == Delivery.merged_into_id,
        col(carrier.channel).in_(COPY_CHANNELS),
        _is_copy(carrier),
    )
