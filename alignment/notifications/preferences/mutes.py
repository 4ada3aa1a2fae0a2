"""Mutes: a person stops one kind, one mailing list, everything, or one lead or plan. Muted kinds
stay readable in the inbox.
"""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlmodel import Session

from alignment.accounts.authentication import tokens
from alignment.accounts.models import User, id_of
from alignment.errors import Refused
from alignment.notifications import queries as notifications_queries
from alignment.notifications.models import Delivery, Mute
from alignment.notifications.notice_kinds import kind_of
from alignment.notifications.preferences import queries

UNSUBSCRIBE_PURPOSE = "unsubscribe"
ALL_KINDS = "everything"
LIST_PREFIX = "list:"
RENAMED_KINDS = {"task_reminder": "daily_digest"}
"""Kinds that go by another name now; links and mutes of old mail still mean them."""
UNSUBSCRIBE_LIFETIME = timedelta(days=60)
MUTABLE_THREAD = re.compile(r"(lead|plan)-[1-9][0-9]*")


def mute_names_of(kind: str) -> tuple[str, ...]:
    """The names under which this kind may be muted: its own, its list's, and all there is."""
    before = [old for old, new in RENAMED_KINDS.items() if new == kind]
    return (kind, *before, list_name_of(kind), ALL_KINDS)


def list_name_of(kind: str) -> str:
    """The name of the list that a kind belongs to, which its unsubscribe link stops whole."""
    return f"{LIST_PREFIX}{kind_of(RENAMED_KINDS.get(kind, kind)).list}"


@lru_cache(maxsize=512)  # a letter, its headers and our copy each name it
def unsubscribe_path(
    workspace_id: int, user_id: int, kind: str, *, secret: str, sent_on: date
) -> str:
    """Where this person stops mail of this kind's list, within sixty days."""
    until_on = sent_on + UNSUBSCRIBE_LIFETIME
    facts = {
        "workspace": workspace_id,
        "user": user_id,
        "kind": kind,
        "until": until_on.isoformat(),
    }
    return f"/u/{tokens.sign_payload(facts, purpose=UNSUBSCRIBE_PURPOSE, secret=secret)}"


def read_unsubscribe_link(
    session: Session, token: str, *, secret: str, now: datetime
) -> tuple[User, str] | None:
    """The person and the kind of mail that an unsubscribe link names; nothing once it has ended,
    as one without an end has."""
    facts = tokens.read_payload(token, purpose=UNSUBSCRIBE_PURPOSE, secret=secret)
    if facts is None or now.date().isoformat() > facts.get("until", ""):
        return None
    person = notifications_queries.find_person(session, facts["workspace"], facts["user"])
    return (person, facts["kind"]) if person else None


def mute(session: Session, person: User, kind: str, *, now: datetime) -> None:
    """No message of this kind or list goes to this person any more; twice is once."""
    _add_mute(session, person, kind=kind, now=now)


def mute_thread(session: Session, person: User, thread: str, *, now: datetime) -> None:
    """No message about this lead or plan goes to this person any more; twice is once."""
    if not MUTABLE_THREAD.fullmatch(thread):
        raise Refused("Only a lead or a plan can be muted.")
    _add_mute(session, person, thread=thread, now=now)


def unmute(session: Session, person: User, kind: str = "", *, thread: str = "") -> None:
    """What was muted under exactly this name is told again."""
    for muted in queries.mutes_of(session, person):
        if (muted.kind, muted.thread) == (kind, thread):
            session.delete(muted)


def mute_reason(session: Session, delivery: Delivery, recipient: User) -> str | None:
    """Why the recipient does not want this message, if so."""
    names = mute_names_of(delivery.kind)
    for muted in queries.mutes_of(session, recipient):
        if muted.thread and muted.thread == delivery.thread:
            return f"{recipient.name} muted this {muted.thread.split('-')[0]}."
        if muted.kind in names:
            return f"{recipient.name} stopped mail of this kind."
    return None


def _add_mute(
    session: Session, person: User, *, kind: str = "", thread: str = "", now: datetime
) -> None:
    existing = {(row.kind, row.thread) for row in queries.mutes_of(session, person)}
    if (kind, thread) not in existing:
        session.add(
            Mute(
                workspace_id=person.workspace_id,
                user_id=id_of(person),
                kind=kind,
                thread=thread,
                created_at=now,
            )
        )
        session.flush()
