"""No more mail of one kind, for one person: the link at the foot of every letter."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts import tokens
from alignment.accounts.models import User, id_of
from alignment.notifications import queries
from alignment.notifications.models import Mute

PURPOSE = "unsubscribe"


def unsubscribe_path(workspace_id: int, user_id: int, kind: str, *, secret: str) -> str:
    """Where this person stops this kind of mail; it names nothing else and never runs out."""
    facts = {"workspace": workspace_id, "user": user_id, "kind": kind}
    return f"/u/{tokens.sign(facts, purpose=PURPOSE, secret=secret)}"


def whose(session: Session, token: str, *, secret: str) -> tuple[User, str] | None:
    """The person and the kind of mail that an unsubscribe link names, or nothing."""
    facts = tokens.read(token, purpose=PURPOSE, secret=secret)
    if facts is None:
        return None
    person = queries.person(session, facts["workspace"], facts["user"])
    return (person, facts["kind"]) if person else None


def mute(session: Session, person: User, kind: str, *, now: datetime) -> None:
    """From now on no mail of this kind goes to this person; doing it again changes nothing."""
    if queries.mute_of(session, person, kind) is None:
        muted = Mute(
            workspace_id=person.workspace_id, user_id=id_of(person), kind=kind, created_at=now
        )
        session.add(muted)


def hear_again(session: Session, person: User, kind: str) -> None:
    """Mail of this kind goes to this person again."""
    muted = queries.mute_of(session, person, kind)
    if muted is not None:
        session.delete(muted)
