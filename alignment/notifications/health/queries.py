"""Every SELECT of what an administrator sees of one workspace's deliveries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as any_columns
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.notifications.causes import DisabledCause, WaitCause
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import (
    UNSETTLED,
    Delivery,
    Downtime,
    Endpoint,
    Heartbeat,
    Outcome,
)

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class DeliveryFilter:
    """Which messages are asked for; what is None is not asked."""

    outcome: Outcome | None = None
    channel: ChannelKind | None = None
    kind: str | None = None
    recipient_id: int | None = None


NO_FILTER = DeliveryFilter()


def messages(
    session: Session, workspace_id: int, sought: DeliveryFilter = NO_FILTER, *, skip: int = 0
) -> list[Delivery]:
    """One page of a workspace's messages, the newest first."""
    newest = (
        select(Delivery)
        .where(*filter_conditions(workspace_id, sought))
        .order_by(col(Delivery.created_at).desc(), col(Delivery.id).desc())
        .offset(skip)
        .limit(PAGE)
    )
    return list(session.exec(newest))


def of_the_same_cause(session: Session, message: Delivery) -> list[Delivery]:
    """The other ways by which the same person is told the same, in the order of writing."""
    others = select(Delivery).where(
        Delivery.workspace_id == message.workspace_id,
        Delivery.kind == message.kind,
        Delivery.subject_id == message.subject_id,
        Delivery.recipient_id == message.recipient_id,
        Delivery.created_at == message.created_at,
        Delivery.id != message.id,
    )
    return list(session.exec(others.order_by(col(Delivery.id))))


def counts(
    session: Session, workspace_id: int, sought: DeliveryFilter = NO_FILTER
) -> dict[Outcome, int]:
    """How many messages came to each outcome; outcomes without any are left out."""
    counted = (
        select(Delivery.outcome, func.count())
        .where(*filter_conditions(workspace_id, sought))
        .group_by(col(Delivery.outcome))
    )
    return {Outcome(outcome): count for outcome, count in session.exec(counted)}


def outcomes_since(
    session: Session, workspace_id: int, since: datetime
) -> list[tuple[str, ChannelKind, Outcome, int]]:
    """How many messages written since then came to what, by kind and channel."""
    counted = (
        select(Delivery.kind, Delivery.channel, Delivery.outcome, func.count())
        .where(Delivery.workspace_id == workspace_id, Delivery.created_at >= since)
        .group_by(col(Delivery.kind), col(Delivery.channel), col(Delivery.outcome))
    )
    return [
        (kind, ChannelKind(channel), Outcome(outcome), count)
        for kind, channel, outcome, count in session.exec(counted)
    ]


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """What might have gone by now and has not: how many, and since when the longest."""

    count: int
    since: datetime | None


def backlog(session: Session, workspace_id: int, *, now: datetime) -> Backlog:
    """How long the queue of a workspace is."""
    count, since = session.exec(
        select(func.count(), func.min(Delivery.due_at)).where(
            Delivery.workspace_id == workspace_id,
            col(Delivery.outcome).in_(UNSETTLED),
            Delivery.due_at <= now,
        )
    ).one()
    return Backlog(count=count, since=since)


def newest_rendered(session: Session, workspace_id: int, kind: str) -> Delivery | None:
    """The newest message of a kind that was written out for somebody here."""
    written = select(Delivery).where(
        Delivery.workspace_id == workspace_id,
        Delivery.kind == kind,
        Delivery.text != "",
        col(Delivery.id).not_in(_summary_ids(workspace_id)),
    )
    return session.exec(written.order_by(col(Delivery.id).desc()).limit(1)).first()


def endpoints_in_trouble(session: Session, workspace_id: int) -> list[tuple[Endpoint, str]]:
    """Chats, webhooks and browsers that fail or are switched off, and whose they are.

    A team's has nobody's name.
    """
    rows = session.exec(
        select(Endpoint, User.name)
        .outerjoin(
            User,
            (col(User.id) == Endpoint.user_id) & (col(User.workspace_id) == Endpoint.workspace_id),
        )
        .where(
            Endpoint.workspace_id == workspace_id,
            col(Endpoint.failing_since).is_not(None) | col(Endpoint.disabled_at).is_not(None),
        )
        .order_by(col(Endpoint.id))
    )
    return [(endpoint, name or "") for endpoint, name in rows]


@dataclass(frozen=True, kw_only=True)
class HealthRow:
    """All that a banner tells of; what is None is not so."""

    last_beat_at: datetime | None
    """The last one of the scheduler, however long ago."""
    set_back_from: datetime | None
    set_back_at: datetime | None
    stopped_from: datetime | None
    stopped_until: datetime | None
    refusal: str | None
    held_until: datetime | None
    rate_limited_since: datetime | None
    switched_off: int
    one_switched_off: str | None


def health_row(session: Session, workspace_id: int, *, since: datetime, now: datetime) -> HealthRow:
    """Everything in one question, since every page asks it; what is over counts from ``since``."""
    downtime = (
        select(Downtime)
        .where(Downtime.until_at > since)
        .order_by(col(Downtime.until_at).desc())
        .limit(1)
    )
    set_back = select(Heartbeat).where(col(Heartbeat.set_back_at) > since).limit(1)
    held = (
        select(Delivery)
        .where(
            Delivery.channel == ChannelKind.EMAIL,
            Delivery.outcome == Outcome.HELD,
            col(Delivery.next_attempt_at) > now,
        )
        .order_by(col(Delivery.next_attempt_at).desc())
        .limit(1)
    )
    rate_limited = select(Delivery).where(
        Delivery.workspace_id == workspace_id,
        Delivery.outcome == Outcome.PENDING,
        col(Delivery.next_attempt_at) > now,
        Delivery.wait_cause == WaitCause.RATE_LIMIT,
    )
    disabled = select(Endpoint).where(
        Endpoint.workspace_id == workspace_id,
        col(Endpoint.disabled_at) > since,
        Endpoint.disabled_cause == DisabledCause.FAILURE,
    )
    queries_by_column = {
        "last_beat_at": select(Heartbeat.last_beat_at).limit(1),
        "set_back_from": set_back.with_only_columns(col(Heartbeat.set_back_from)),
        "set_back_at": set_back.with_only_columns(col(Heartbeat.set_back_at)),
        "stopped_from": downtime.with_only_columns(col(Downtime.from_at)),
        "stopped_until": downtime.with_only_columns(col(Downtime.until_at)),
        "refusal": held.with_only_columns(col(Delivery.reason)),
        "held_until": held.with_only_columns(col(Delivery.next_attempt_at)),
        "rate_limited_since": rate_limited.with_only_columns(func.min(Delivery.due_at)),
        "switched_off": disabled.with_only_columns(func.count()),
        "one_switched_off": disabled.with_only_columns(func.min(Endpoint.label)),
    }
    columns = [query.scalar_subquery().label(name) for name, query in queries_by_column.items()]
    return HealthRow(**session.execute(any_columns(*columns)).one()._asdict())


def filter_conditions(workspace_id: int, sought: DeliveryFilter) -> list[ColumnElement[bool]]:
    """The messages of a workspace that are asked for, as conditions."""
    asked = {
        col(Delivery.outcome): sought.outcome,
        col(Delivery.channel): sought.channel,
        col(Delivery.kind): sought.kind,
        col(Delivery.recipient_id): sought.recipient_id,
    }
    own = col(Delivery.workspace_id) == workspace_id
    return [own, *(column == value for column, value in asked.items() if value is not None)]


def _summary_ids(workspace_id: int):  # type: ignore[no-untyped-def]
    """Messages that tell several things: none of them shows how one kind reads."""
    return select(Delivery.merged_into_id).where(
        Delivery.workspace_id == workspace_id, col(Delivery.merged_into_id).is_not(None)
    )
