"""Sessions: which browsers know a person, kept here so that each can be ended from here."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from alignment.accounts.authentication import queries
from alignment.accounts.authentication.tokens import fingerprint, new_token
from alignment.accounts.events import SignedOut
from alignment.accounts.models import User, UserSession, id_of
from alignment.config import Settings
from alignment.events import publish

IDLE_LIMIT = timedelta(hours=12)
LONGEST_SESSION = timedelta(days=14)
PRESENCE_INTERVAL = timedelta(minutes=10)
"""How exactly we know when a browser was last here; a write for every page would be too dear."""


def session_cookie_name(settings: Settings) -> str:
    """Browsers hold a ``__Host-`` cookie to this one host and to https."""
    return "__Host-session" if settings.is_https else "session"


def begin_session(session: Session, user: User, *, browser: str, now: datetime) -> str:
    """Let one more browser know this person; gives back the token for its cookie."""
    token = new_token()
    session.add(
        UserSession(
            workspace_id=user.workspace_id,
            user_id=id_of(user),
            token_hash=fingerprint(token),
            browser=browser[:200],
            created_at=now,
            seen_at=now,
        )
    )
    return token


def session_by_token(
    session: Session, token: str, *, now: datetime
) -> tuple[UserSession, User] | None:
    """The browser with this token and whose it is, while both may come in."""
    found = queries.session_and_user(session, fingerprint(token))
    if found is None:
        return None
    row, user = found
    return found if user.is_active and is_alive(row, now=now) else None


def is_alive(row: UserSession, *, now: datetime) -> bool:
    if row.ended_at is not None:
        return False
    return now - row.seen_at < IDLE_LIMIT and now - row.created_at < LONGEST_SESSION


def is_presence_due(row: UserSession, *, now: datetime) -> bool:
    return now - row.seen_at >= PRESENCE_INTERVAL


def note_presence(session: Session, session_id: int, *, now: datetime) -> None:
    """Remember that this browser was here just now, unless it was ended meanwhile."""
    session.execute(
        update(UserSession)
        .where(col(UserSession.id) == session_id, col(UserSession.ended_at).is_(None))
        .values(seen_at=now)
    )


def end_session(session: Session, row: UserSession, *, now: datetime) -> None:
    """Forget this browser; ending twice is ending once."""
    if row.ended_at is None:
        row.ended_at = now
        session.add(row)
        _publish_signed_out(session, row.workspace_id, row.user_id, 1, now=now)


def end_all_sessions(
    session: Session, user: User, *, now: datetime, excluding: UserSession | None = None
) -> None:
    """Forget every browser of this person, but perhaps the one in use."""
    open_rows = [row for row in queries.open_sessions_of(session, user) if row is not excluding]
    for row in open_rows:
        row.ended_at = now
    if open_rows:
        _publish_signed_out(session, user.workspace_id, id_of(user), len(open_rows), now=now)


def _publish_signed_out(
    session: Session, workspace_id: int, user_id: int, sessions: int, *, now: datetime
) -> None:
    publish(
        session, SignedOut(workspace_id=workspace_id, at=now, user_id=user_id, sessions=sessions)
    )
