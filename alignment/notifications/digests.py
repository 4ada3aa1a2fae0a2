"""The daily digest: one message a person and working day, at the person's own hour.

What stands in it is found from the state of things, by the slices that know them; nothing due
means no message. It is looked over once more when it is sent.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User, id_of
from alignment.notifications import mornings, once_a_date, queries
from alignment.notifications.models import Delivery
from alignment.notifications.mornings import Day
from alignment.notifications.outbox import Letter, enqueue
from alignment.notifications.preferences import wishes_of
from alignment.notifications.quiet import Wishes

logger = logging.getLogger(__name__)

DAILY = "daily_digest"
LINES_AT_MOST = 15


class Section(StrEnum):
    """Under which heading a line stands; in this order."""

    OVERDUE = "overdue"
    TODAY = "today"
    DECISION = "decision"
    INFORMATION = "information"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing in a digest: its name, what about it, where to go, and by when, if at all."""

    section: Section
    title: str
    words: str
    link: str
    due_on: date | None = None
    due_at: datetime | None = None
    threads: tuple[str, ...] = ()
    """What it is about ("lead-7"): left out where its reader muted that or put it off."""

    @property
    def order(self) -> tuple[int, str]:
        """By section, what is due first on top."""
        due = self.due_on or self.due_at
        return (list(Section).index(self.section), due.isoformat() if due else "9999")


@dataclass(frozen=True, kw_only=True)
class Source:
    """What one slice knows for a person's digest; ``said`` hears that it was put into one."""

    lines: Callable[[Session, User, Day, datetime], Iterable[Line]]
    said: Callable[[Session, User, Day], None] | None = None


def make_due(engine: Engine, sources: Sequence[Source], *, now: datetime) -> int:
    """Make the digest of everybody whose hour has come; how many there are.

    Each in a transaction of its own, so that what goes wrong for one person stops nobody else.
    """
    return sum(_made(engine, person, sources, now=now) for person in _people_due(engine, now=now))


def make(
    session: Session, person: User, wishes: Wishes, sources: Sequence[Source], *, now: datetime
) -> bool:
    """Make this person's digest of today, unless it was; False where there is nothing to say."""
    day = mornings.today(wishes, now=now)
    if not once_a_date.claim(session, person, DAILY, on=day.on) or not wishes.works_on(day.on):
        return False
    lines = _lines(session, person, day, wishes, sources, now=now)
    if _against(lines, wishes, now=now):
        return False
    for source in sources:
        if source.said:
            source.said(session, person, day)
    return enqueue(session, _letter(person, day, lines), now=now)


def still_matters(
    session: Session, delivery: Delivery, *, sources: Sequence[Source], now: datetime
) -> str | None:
    """Why this digest need no longer be sent; what was done meanwhile is struck from it."""
    person = session.get_one(User, delivery.subject_id)
    wishes = wishes_of(session, [person], now=now)[id_of(person)]
    day = mornings.today(wishes, now=now)
    if day.on.isoformat() != delivery.words["on"]:
        return "The day that it was about is over."
    lines = _lines(session, person, day, wishes, sources, now=now)
    against = _against(lines, wishes, now=now)
    if against is None:
        delivery.words = words_of(day.on, lines)
    return against


def wishes_of_all(
    session: Session, people: Sequence[User], *, now: datetime
) -> Mapping[int, Wishes]:
    """How each of these people wants to be told, of whatever workspaces."""
    by_workspace: dict[int, list[User]] = {}
    for person in people:
        by_workspace.setdefault(person.workspace_id, []).append(person)
    found: dict[int, Wishes] = {}
    for those in by_workspace.values():
        found |= wishes_of(session, those, now=now)
    return found


def words_of(on: date, lines: Sequence[Line]) -> dict[str, Any]:
    """What the template needs: sections of at most 15 lines, and how many more each has."""
    by_section = {
        section: [line for line in lines if line.section is section] for section in Section
    }
    return {
        "on": on.isoformat(),
        "sections": [
            {
                "section": section.value,
                "count": len(those),
                "lines": [_words(line) for line in those[:LINES_AT_MOST]],
                "more": len(those[LINES_AT_MOST:]),
            }
            for section, those in by_section.items()
            if those
        ],
    }


def _people_due(engine: Engine, *, now: datetime) -> list[tuple[User, Wishes]]:
    with db.reading(engine) as session:
        people = queries.without_digest(session, DAILY, now=now)
        wishes = wishes_of_all(session, people, now=now)
    return [
        (person, wishes[id_of(person)])
        for person in people
        if mornings.hour_has_come(wishes[id_of(person)], now=now)
    ]


def _made(
    engine: Engine, due: tuple[User, Wishes], sources: Sequence[Source], *, now: datetime
) -> bool:
    person, wishes = due
    try:
        with db.transaction(engine) as session:
            return make(session, person, wishes, sources, now=now)
    except Exception:
        logger.exception("The digest of person %s could not be made", person.id)
        return False


def _lines(
    session: Session,
    person: User,
    day: Day,
    wishes: Wishes,
    sources: Sequence[Source],
    *,
    now: datetime,
) -> list[Line]:
    unwanted = {muted.thread for muted in queries.mutes_of(session, person)} - {""}
    unwanted |= wishes.snoozed.keys()
    found = (line for source in sources for line in source.lines(session, person, day, now))
    wanted = (line for line in found if unwanted.isdisjoint(line.threads))
    return sorted(wanted, key=lambda line: line.order)


def _against(lines: Sequence[Line], wishes: Wishes, *, now: datetime) -> str | None:
    if not lines:
        return "Nothing in it waits any more."
    is_overdue = any(line.section is Section.OVERDUE for line in lines)
    if mornings.is_too_late(wishes, now=now) and not is_overdue:
        return "It is too late in the day for it, and nothing in it is overdue."
    return None


def _letter(person: User, day: Day, lines: Sequence[Line]) -> Letter:
    return Letter(
        workspace_id=person.workspace_id,
        key=f"digest:{person.id}:{day.on.isoformat()}",
        kind=DAILY,
        recipient_id=person.id,
        address=person.email,
        subject_id=id_of(person),
        words=words_of(day.on, lines),
    )


def _words(line: Line) -> dict[str, Any]:
    return {
        "title": line.title,
        "words": line.words,
        "link": line.link,
        "thread": line.threads[0] if line.threads else "",
        "due_on": line.due_on.isoformat() if line.due_on else None,
        "due_at": line.due_at.isoformat() if line.due_at else None,
    }
