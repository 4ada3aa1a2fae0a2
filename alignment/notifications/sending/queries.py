"""Every SELECT about sending. Workspace or person is the scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from alignment.accounts.models import User, Workspace, id_of
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import (
    Delivery,
    Endpoint,
    Outcome,
)
from alignment.notifications.notice_kinds import KINDS, GroupingMode

MAX_QUEUE = 1000
"""So many messages are looked at together; what is more is told the next time."""
ARRIVED_OUTCOMES = (Outcome.ACCEPTED, Outcome.KEPT)
UNGROUPED_KINDS = tuple(kind.name for kind in KINDS.values() if kind.grouping is GroupingMode.ALONE)


@dataclass(frozen=True, kw_only=True)
class Partition:
    """The part of the outbox that is worked on at a time: one workspace and one channel."""

    workspace_id: int
    channel: ChannelKind


@dataclass(frozen=True, kw_only=True)
class LockedRecipients:
    """Those about whom this transaction decides; no other does at the same time."""

    people: Mapping[int, User]
    endpoint_ids: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class ChannelHold:
    """The mail server refuses us: why, and until when all mail waits."""

    reason: str
    until: datetime


def due_partitions(
    session: Session, channels: Iterable[ChannelKind], *, now: datetime
) -> list[Partition]:
    """The workspaces that have something to send by these channels, each in its turn."""
    return [
        Partition(workspace_id=workspace_id, channel=channel)
        for channel in channels
        for workspace_id in session.exec(_workspaces_with_work(channel, now=now))
    ]


def next_due(
    session: Session, partition: Partition, *, now: datetime, limit: int
) -> list[tuple[int, int | None, int | None]]:
    """The messages whose turn it is, the longest waiting first: number, recipient, endpoint."""
    waiting = (
        select(Delivery.id, Delivery.recipient_id, Delivery.endpoint_id)
        .where(*_in_partition(partition), col(Delivery.next_attempt_at) <= now)
        .order_by(col(Delivery.next_attempt_at), col(Delivery.id))
        .limit(limit)
    )
    return [
        (number, user_id, endpoint_id) for number, user_id, endpoint_id in session.exec(waiting)
    ]


def locked_people(session: Session, workspace_id: int, ids: Iterable[int]) -> dict[int, User]:
    """These people, held for this transaction so that nobody else decides what they are told.

    On PostgreSQL those whom another worker holds are left out; on SQLite there is one writer.
    """
    people = (
        select(User)
        .where(User.workspace_id == workspace_id, col(User.id).in_(list(ids)))
        .order_by(col(User.id))
        .with_for_update(skip_locked=True, key_share=True)
    )
    return {id_of(person): person for person in session.exec(people)}


def locked_endpoints(session: Session, workspace_id: int, ids: Iterable[int]) -> frozenset[int]:
    """These channels, held for this transaction as people are by ``locked_people``."""
    endpoints = (
        select(Endpoint.id)
        .where(Endpoint.workspace_id == workspace_id, col(Endpoint.id).in_(list(ids)))
        .order_by(col(Endpoint.id))
        .with_for_update(skip_locked=True, key_share=True)
    )
    return frozenset(session.exec(endpoints))


def due_with_companions(
    session: Session,
    partition: Partition,
    recipients: LockedRecipients,
    *,
    besides: Iterable[int],
    now: datetime,
) -> list[Delivery]:
    """What waits for these people and these teams' channels and may be told together, and these
    messages ``besides``.

    What another worker is sending, and what is to be tried again later, is left out.
    """
    is_free = and_(col(Delivery.outcome) == Outcome.PENDING, col(Delivery.lease_token).is_(None))
    waiting = (
        select(Delivery)
        .where(
            *_in_partition(partition),
            _is_addressed_to(recipients),
            col(Delivery.settled_at).is_(None),
            or_(col(Delivery.next_attempt_at) <= now, and_(is_free, col(Delivery.due_at) <= now)),
            or_(col(Delivery.kind).not_in(UNGROUPED_KINDS), col(Delivery.id).in_(list(besides))),
        )
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(MAX_QUEUE)
        .with_for_update(of=Delivery)
    )
    return list(session.exec(waiting))


def due_without_recipient(
    session: Session, workspace_id: int, ids: Iterable[int], *, now: datetime
) -> list[Delivery]:
    """Those of these messages that have no reader here, if nobody else has claimed them."""
    waiting = (
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            col(Delivery.id).in_(list(ids)),
            col(Delivery.recipient_id).is_(None),
            col(Delivery.endpoint_id).is_(None),
            col(Delivery.next_attempt_at) <= now,
        )
        .order_by(col(Delivery.id))
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(waiting))


def recently_sent(
    session: Session,
    partition: Partition,
    recipients: LockedRecipients,
    *,
    since: datetime,
    now: datetime,
) -> list[tuple[Delivery, bool]]:
    """What these people and teams' channels got or are getting now, and whether it told several."""
    member_row = aliased(Delivery)
    tells_others = exists().where(
        col(member_row.workspace_id) == Delivery.workspace_id,
        col(member_row.merged_into_id) == Delivery.id,
    )
    is_on_its_way = and_(
        col(Delivery.settled_at).is_(None),
        col(Delivery.lease_token).is_not(None),
        col(Delivery.next_attempt_at) > now,
    )
    recent = select(Delivery, tells_others).where(
        *_in_partition(partition),
        _is_addressed_to(recipients),
        col(Delivery.kind).not_in(UNGROUPED_KINDS),
        or_(
            and_(col(Delivery.settled_at) > since, col(Delivery.outcome).in_(ARRIVED_OUTCOMES)),
            is_on_its_way,
        ),
    )
    long_ones: list[Any] = [Delivery.text, Delivery.html, Delivery.words]
    recent = recent.options(*(defer(column) for column in long_ones))
    return [(delivery, is_summary) for delivery, is_summary in session.exec(recent)]


def sent_since(session: Session, workspace_id: int, *, since: datetime, limit: int) -> int:
    """How many messages of a workspace left since then, as far as ``limit``."""
    sent = (
        select(Delivery.id)
        .where(
            Delivery.workspace_id == workspace_id,
            col(Delivery.settled_at) > since,
            col(Delivery.outcome).in_(ARRIVED_OUTCOMES),
            Delivery.channel != ChannelKind.INBOX,
            col(Delivery.kind).not_in(UNGROUPED_KINDS),
        )
        .limit(limit)
    )
    return session.exec(select(func.count()).select_from(sent.subquery())).one()


def channel_hold(
    session: Session, *, now: datetime, channel: ChannelKind = ChannelKind.EMAIL
) -> ChannelHold | None:
    """Whether a channel of this installation is paused, since its server refuses us."""
    held = (
        select(Delivery.reason, Delivery.next_attempt_at)
        .where(
            Delivery.channel == channel,
            Delivery.outcome == Outcome.HELD,
            col(Delivery.next_attempt_at) > now,
        )
        .order_by(col(Delivery.next_attempt_at).desc())
    )
    row = session.exec(held).first()
    return ChannelHold(reason=row[0], until=row[1]) if row and row[1] else None


def _in_partition(partition: Partition) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        col(Delivery.workspace_id) == partition.workspace_id,
        col(Delivery.channel) == partition.channel,
    )


def _is_addressed_to(recipients: LockedRecipients) -> ColumnElement[bool]:
    """Messages to these people, whatever their way, and to these channels of teams."""
    to_people = col(Delivery.recipient_id).in_(list(recipients.people))
    if not recipients.endpoint_ids:
        return to_people  # another index is not even looked at
    is_a_teams = col(Delivery.recipient_id).is_(None)
    to_teams = col(Delivery.endpoint_id).in_(list(recipients.endpoint_ids))
    return or_(to_people, and_(is_a_teams, to_teams))


def _workspaces_with_work(channel: ChannelKind, *, now: datetime) -> SelectOfScalar[int]:
    """One look into an index for each workspace, however much waits in any of them."""
    work = exists().where(
        col(Delivery.workspace_id) == Workspace.id,
        col(Delivery.channel) == channel,
        col(Delivery.next_attempt_at) <= now,
    )
    return select(Workspace.id).where(work).order_by(col(Workspace.id))
