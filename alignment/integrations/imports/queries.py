"""Every SELECT about imports. The workspace or the person asking is always the scope."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from alignment.accounts.models import User, Workspace
from alignment.accounts.roles import Role
from alignment.errors import NotFound
from alignment.integrations.imports.models import Import, ImportProblem, ImportState

PROBLEMS_PER_PAGE = 50
CHUNK = 1_000


@dataclass(frozen=True, kw_only=True)
class ProblemsPage:
    """Some problems of an import's longer list."""

    shown: Sequence[ImportProblem]
    total: int
    number: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PROBLEMS_PER_PAGE))


def import_for(session: Session, user: User, import_id: int) -> Import:
    imported = session.exec(
        select(Import).where(Import.workspace_id == user.workspace_id, Import.id == import_id)
    ).first()
    if imported is None:
        raise NotFound("There is no such import here.")
    return imported


def latest_imports(session: Session, user: User) -> Sequence[Import]:
    """The newest fifty."""
    return session.exec(
        select(Import)
        .where(Import.workspace_id == user.workspace_id)
        .order_by(col(Import.id).desc())
        .limit(PROBLEMS_PER_PAGE)
    ).all()


def next_to_run(session: Session, *, now: datetime) -> Import | None:
    """The oldest that waits, or whose importer has not been heard of for a lease."""
    waits = col(Import.state) == ImportState.WAITING
    abandoned = and_(col(Import.state) == ImportState.RUNNING, col(Import.lease_until) < now)
    return session.exec(
        select(Import).where(or_(waits, abandoned)).order_by(col(Import.id)).limit(1)
    ).first()


def import_problems_page(
    session: Session, imported: Import, *, is_rejected: bool, number: int = 1
) -> ProblemsPage:
    """In the order of the file."""
    conditions = (
        ImportProblem.workspace_id == imported.workspace_id,
        ImportProblem.import_id == imported.id,
        col(ImportProblem.is_rejected).is_(is_rejected),
    )
    total = session.exec(select(func.count()).select_from(ImportProblem).where(*conditions)).one()
    shown = session.exec(
        select(ImportProblem)
        .where(*conditions)
        .order_by(col(ImportProblem.row), col(ImportProblem.id))
        .limit(PROBLEMS_PER_PAGE)
        .offset((number - 1) * PROBLEMS_PER_PAGE)
    ).all()
    return ProblemsPage(shown=shown, total=total, number=number)


def rejected_problems(session: Session, imported: Import) -> Iterator[ImportProblem]:
    """Every rejected row, in the order in which they were read."""
    behind = 0
    while chunk := session.exec(
        select(ImportProblem)
        .where(
            ImportProblem.workspace_id == imported.workspace_id,
            ImportProblem.import_id == imported.id,
            col(ImportProblem.is_rejected),
            col(ImportProblem.id) > behind,
        )
        .order_by(col(ImportProblem.id))
        .limit(CHUNK)
    ).all():
        yield from chunk
        behind = chunk[-1].id


def rejected_rows(session: Session, imported: Import) -> set[int]:
    """Which rows were rejected before an interruption."""
    rows = session.exec(
        select(ImportProblem.row).where(
            ImportProblem.workspace_id == imported.workspace_id,
            ImportProblem.import_id == imported.id,
            col(ImportProblem.is_rejected),
        )
    )
    return set(rows)


def everybody(session: Session, workspace_id: int) -> Sequence[User]:
    """Everybody of the workspace, those who have left too: histories name them."""
    return session.exec(
        select(User).where(User.workspace_id == workspace_id).order_by(col(User.id))
    ).all()


def first_owner(session: Session, workspace_id: int) -> User | None:
    return session.exec(
        select(User)
        .where(User.workspace_id == workspace_id, User.role == Role.OWNER, col(User.is_active))
        .order_by(col(User.id))
    ).first()


def all_workspaces(session: Session) -> Sequence[Workspace]:
    """Every company of this installation, for the operator's command only."""
    return session.exec(select(Workspace).order_by(col(Workspace.id))).all()


def lock_workspace(session: Session, workspace_id: int) -> None:
    """One batch of a workspace at a time, or two would both write the same new lead.

    On SQLite writers take turns anyway.
    """
    session.exec(
        select(Workspace.id).where(Workspace.id == workspace_id).with_for_update(key_share=True)
    ).one()
