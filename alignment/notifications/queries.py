"""SELECTs about people that every room of notifications needs."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from alignment.accounts.models import User


def find_person(session: Session, workspace_id: int, user_id: int) -> User | None:
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


def names_by_id(session: Session, user_ids: Iterable[int]) -> dict[int, str]:
    """How these people are called."""
    rows = session.exec(select(User.id, User.name).where(col(User.id).in_(list(user_ids))))
    return dict(rows.all())
