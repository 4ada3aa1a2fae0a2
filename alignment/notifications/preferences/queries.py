"""Every SELECT about preferences. Workspace or person is the scope."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.notifications.models import (
    Endpoint,
    Mute,
    Preference,
    Snooze,
)


def preferences_of(
    session: Session, workspace_id: int, user_ids: Iterable[int]
) -> dict[int | None, Preference]:
    """The preferences of these people, and those of the workspace under no one's number."""
    rows = session.exec(
        select(Preference).where(
            Preference.workspace_id == workspace_id,
            col(Preference.user_id).in_(list(user_ids)) | col(Preference.user_id).is_(None),
        )
    )
    return {row.user_id: row for row in rows}


def who_muted(
    session: Session, workspace_id: int, names: Iterable[str], user_ids: Iterable[int]
) -> set[int]:
    """Which of these people muted a kind under any of these names."""
    muted = select(Mute.user_id).where(
        Mute.workspace_id == workspace_id,
        col(Mute.user_id).in_(list(user_ids)),
        col(Mute.kind).in_(list(names)),
        Mute.thread == "",
    )
    return set(session.exec(muted))


def who_muted_anything(session: Session, workspace_id: int, user_ids: Iterable[int]) -> set[int]:
    """Which of these people muted a kind, a lead or a plan at all."""
    muted = select(Mute.user_id).where(
        Mute.workspace_id == workspace_id, col(Mute.user_id).in_(list(user_ids))
    )
    return set(session.exec(muted))


def mutes_of(session: Session, person: User) -> list[Mute]:
    """Everything this person muted, the newest first."""
    mine = select(Mute).where(Mute.workspace_id == person.workspace_id, Mute.user_id == person.id)
    return list(session.exec(mine.order_by(col(Mute.created_at).desc(), col(Mute.id).desc())))


def open_endpoints_of(
    session: Session, workspace_id: int, user_ids: Iterable[int]
) -> dict[int, list[Endpoint]]:
    """The chats, webhooks and browsers of these people that are not disabled."""
    rows = session.exec(
        select(Endpoint)
        .where(
            Endpoint.workspace_id == workspace_id,
            col(Endpoint.user_id).in_(list(user_ids)),
            col(Endpoint.disabled_at).is_(None),
        )
        .order_by(col(Endpoint.id))
    )
    endpoints_by_user: dict[int, list[Endpoint]] = {}
    for row in rows:
        if row.user_id is not None:
            endpoints_by_user.setdefault(row.user_id, []).append(row)
    return endpoints_by_user


def snoozed_threads(
    session: Session, workspace_id: int, user_ids: Iterable[int], *, now: datetime
) -> dict[int, dict[str, datetime]]:
    """What each of these people put off, and until when; what is over is left out."""
    rows = session.exec(
        select(Snooze.user_id, Snooze.thread, func.max(Snooze.until_at))
        .where(
            Snooze.workspace_id == workspace_id,
            col(Snooze.user_id).in_(list(user_ids)),
            Snooze.until_at > now,
        )
        .group_by(col(Snooze.user_id), col(Snooze.thread))
    )
    threads_by_user: dict[int, dict[str, datetime]] = {}
    for user_id, thread, until_at in rows:
        threads_by_user.setdefault(user_id, {})[thread] = until_at
    return threads_by_user


def count_snoozes(session: Session, person: User, thread: str) -> int:
    """How often this person put this thing off, ever."""
    times = select(func.count()).where(
        Snooze.workspace_id == person.workspace_id,
        Snooze.user_id == person.id,
        Snooze.thread == thread,
    )
    return session.exec(times).one()


def running_snoozes(
    session: Session, workspace_id: int, *, now: datetime
) -> list[tuple[Snooze, User]]:
    """What anybody put off until later than now, and who did; the longest last."""
    rows = session.exec(
        select(Snooze, User)
        .join(User, _snoozer())
        .where(Snooze.workspace_id == workspace_id, Snooze.until_at > now)
        .order_by(col(Snooze.until_at), col(Snooze.id))
    )
    return [(snooze, who) for snooze, who in rows]


def snoozes_of(session: Session, person: User, *, now: datetime) -> list[Snooze]:
    """What this person put off until later than now, the next to come back first."""
    mine = select(Snooze).where(
        Snooze.workspace_id == person.workspace_id,
        Snooze.user_id == person.id,
        Snooze.until_at > now,
    )
    return list(session.exec(mine.order_by(col(Snooze.until_at), col(Snooze.id))))


def snoozed_since(
    session: Session, person: User, about: str, *, since: datetime, now: datetime
) -> list[tuple[Snooze, User]]:
    """What colleagues of this person put off since then, and still do, with who did."""
    rows = session.exec(
        select(Snooze, User)
        .join(User, _snoozer())
        .where(
            Snooze.workspace_id == person.workspace_id,
            Snooze.user_id != person.id,
            col(Snooze.thread).startswith(f"{about}-"),
            Snooze.created_at >= since,
            Snooze.until_at > now,
        )
        .order_by(col(Snooze.created_at), col(Snooze.id))
    )
    return [(snooze, who) for snooze, who in rows]


def _snoozer() -> ColumnElement[bool]:
    return (col(User.workspace_id) == Snooze.workspace_id) & (col(User.id) == Snooze.user_id)
