"""Every SELECT about absences. Workspace or person is the scope."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from alignment.accounts.models import (
    Absence,
    User,
)
from alignment.errors import NotFound


def absences_of(session: Session, person: User, *, since: date) -> list[Absence]:
    """The days off of a person that are not over on this date, the next first."""
    mine = select(Absence).where(
        Absence.workspace_id == person.workspace_id,
        Absence.user_id == person.id,
        Absence.last_on >= since,
    )
    return list(session.exec(mine.order_by(col(Absence.first_on), col(Absence.id))))


def absence_for(session: Session, person: User, absence_id: int) -> Absence:
    """Days off of this person."""
    absence = session.exec(
        select(Absence).where(
            Absence.workspace_id == person.workspace_id,
            Absence.user_id == person.id,
            Absence.id == absence_id,
        )
    ).first()
    if absence is None:
        raise NotFound("These days off are not here.")
    return absence


def colleague_for(session: Session, person: User, colleague_id: int) -> User:
    """Somebody of the same workspace."""
    colleague = session.exec(
        select(User).where(User.workspace_id == person.workspace_id, User.id == colleague_id)
    ).first()
    if colleague is None:
        raise NotFound("This person is not here.")
    return colleague


def user_ids_away_on(session: Session, workspace_id: int, on: date) -> set[int]:
    """Everybody for whom this local date is a day off."""
    return set(
        session.exec(
            select(Absence.user_id).where(
                Absence.workspace_id == workspace_id, Absence.first_on <= on, Absence.last_on >= on
            )
        )
    )


def absences_around(session: Session, workspace_id: int, on: date) -> Sequence[tuple[Absence, str]]:
    """Days off within a day of this date, each with its person's zone."""
    a_day = timedelta(days=1)
    return session.exec(
        select(Absence, User.zone)
        .join(
            User,
            (col(Absence.user_id) == User.id) & (col(Absence.workspace_id) == User.workspace_id),
        )
        .where(
            Absence.workspace_id == workspace_id,
            Absence.first_on <= on + a_day,
            Absence.last_on >= on - a_day,
        )
    ).all()


def days_off_of(
    session: Session, workspace_id: int, user_ids: Collection[int], *, since: date
) -> Mapping[int, tuple[tuple[date, date], ...]]:
    """First and last date of the days off of these people that are not over on this date."""
    rows = session.exec(
        select(col(Absence.user_id), col(Absence.first_on), col(Absence.last_on))
        .where(
            Absence.workspace_id == workspace_id,
            col(Absence.user_id).in_(user_ids),
            Absence.last_on >= since,
        )
        .order_by(col(Absence.first_on))
    )
    spans_by_user: dict[int, tuple[tuple[date, date], ...]] = {}
    for user_id, first_on, last_on in rows:
        spans_by_user[user_id] = (*spans_by_user.get(user_id, ()), (first_on, last_on))
    return spans_by_user
