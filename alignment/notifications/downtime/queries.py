"""Every SELECT about downtime. Workspace or person is the scope."""

from datetime import datetime

from sqlmodel import Session, col, select

from alignment.accounts.models import Workspace, id_of
from alignment.notifications.models import (
    Downtime,
    Heartbeat,
)


def downtimes_since(session: Session, *, since: datetime) -> list[Downtime]:
    """The times without scheduler that ended after this, the newest first."""
    gaps = select(Downtime).where(Downtime.until_at > since).order_by(col(Downtime.until_at).desc())
    return list(session.exec(gaps))


def locked_heartbeat(session: Session) -> Heartbeat | None:
    """The last tick of the scheduler, held for this transaction."""
    return session.exec(select(Heartbeat).with_for_update()).first()


def workspace_ids(session: Session) -> list[int]:
    return [
        id_of(workspace)
        for workspace in session.exec(select(Workspace).order_by(col(Workspace.id)))
    ]
