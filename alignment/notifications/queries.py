"""Every SELECT about messages and who wants them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.errors import NotFound
from alignment.notifications.models import (
    WAITING,
    Delivery,
    Endpoint,
    Mute,
    Outcome,
    Preference,
    Snooze,
)

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Hold:
    """The mail server refuses us: why, and until when all mail waits."""

    reason: str
    until: datetime


def is_anything_due(session: Session, *, now: datetime) -> bool:
    """Whether a message waits for its turn, in any workspace."""
    due = select(Delivery.id).where(col(Delivery.next_attempt_at) <= now).limit(1)
    return session.exec(due).first() is not None


def due(session: Session, *, now: datetime, limit: int) -> list[Delivery]:
    """The messages whose turn it is, the longest waiting first, locked; in every workspace.

    On PostgreSQL what another worker is looking at is left out; on SQLite there is one writer.
    """
    waiting = (
        select(Delivery)
        .where(col(Delivery.next_attempt_at) <= now)
        .order_by(col(Delivery.next_attempt_at), col(Delivery.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(waiting))


def hold(session: Session, *, now: datetime) -> Hold | None:
    """Whether all mail of this installation waits, since the server refuses us."""
    held = (
        select(Delivery.reason, Delivery.next_attempt_at)
        .where(Delivery.outcome == Outcome.HELD, col(Delivery.next_attempt_at) > now)
        .order_by(col(Delivery.next_attempt_at).desc())
    )
    found = session.exec(held).first()
    return Hold(reason=found[0], until=found[1]) if found and found[1] else None


def person(session: Session, workspace_id: int, user_id: int) -> User | None:
    """A person of this workspace, active or not."""
    return session.exec(
        select(User).where(User.workspace_id == workspace_id, User.id == user_id)
    ).first()


def active_people(session: Session, workspace_id: int, *, ids: Iterable[int | None]) -> list[User]:
    """Those of these people who are still here, by name."""
    wanted = [user_id for user_id in ids if user_id is not None]
    people = select(User).where(
        User.workspace_id == workspace_id, col(User.id).in_(wanted), col(User.is_active)
    )
    return list(session.exec(people.order_by(User.name, col(User.id))))


def mute_of(session: Session, user: User, kind: str) -> Mute | None:
    return session.exec(
        select(Mute).where(
            Mute.workspace_id == user.workspace_id, Mute.user_id == user.id, Mute.kind == kind
        )
    ).first()


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
    found: dict[int, list[Endpoint]] = {}
    for row in rows:
        if row.user_id is not None:
            found.setdefault(row.user_id, []).append(row)
    return found


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
    found: dict[int, dict[str, datetime]] = {}
    for user_id, thread, until_at in rows:
        found.setdefault(user_id, {})[thread] = until_at
    return found


def messages(
    session: Session, workspace_id: int, *, outcome: Outcome | None, skip: int
) -> list[Delivery]:
    """One page of a workspace's messages, the newest first."""
    newest = (
        select(Delivery)
        .where(*_among(workspace_id, outcome))
        .order_by(col(Delivery.created_at).desc(), col(Delivery.id).desc())
        .offset(skip)
        .limit(PAGE)
    )
    return list(session.exec(newest))


def message_for(session: Session, workspace_id: int, delivery_id: int) -> Delivery:
    found = session.exec(
        select(Delivery).where(Delivery.workspace_id == workspace_id, Delivery.id == delivery_id)
    ).first()
    if found is None:
        raise NotFound("This message is not here.")
    return found


def counts(session: Session, workspace_id: int) -> dict[Outcome, int]:
    """How many messages of a workspace came to each outcome; outcomes without any are left out."""
    counted = (
        select(Delivery.outcome, func.count())
        .where(Delivery.workspace_id == workspace_id)
        .group_by(col(Delivery.outcome))
    )
    return {Outcome(outcome): count for outcome, count in session.exec(counted)}


def waiting_since(session: Session, workspace_id: int, *, now: datetime) -> datetime | None:
    """From when on the longest waiting message of a workspace might have gone."""
    late = select(func.min(Delivery.due_at)).where(
        Delivery.workspace_id == workspace_id,
        col(Delivery.outcome).in_(WAITING),
        Delivery.due_at <= now,
    )
    return session.exec(late).one()


def _among(workspace_id: int, outcome: Outcome | None):  # type: ignore[no-untyped-def]
    everything = (Delivery.workspace_id == workspace_id,)
    return everything if outcome is None else (*everything, Delivery.outcome == outcome)
