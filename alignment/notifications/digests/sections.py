"""Every SELECT about digests. Workspace or person is the scope."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.notifications.digests.schedule import DigestDay

MAX_SECTION_LINES = 15


class DigestSection(StrEnum):
    """Under which heading a line stands; in this order."""

    OVERDUE = "overdue"
    TODAY = "today"
    DECISION = "decision"
    MEANWHILE = "meanwhile"
    INFORMATION = "information"

    def words(self) -> dict[str, str]:
        """Its name, its heading, and what follows a number in the subject: "3 due today"."""
        heading, counted_as = _HEADINGS[self]
        return {"section": self.value, "heading": heading, "counted_as": counted_as}


_HEADINGS = {
    DigestSection.OVERDUE: ("Overdue", "overdue"),
    DigestSection.TODAY: ("Today", "due today"),
    DigestSection.DECISION: ("Waiting for your decision", "waiting for your decision"),
    DigestSection.MEANWHILE: ("While you were away", "from while you were away"),
    DigestSection.INFORMATION: ("For your information", "to know"),
}


@dataclass(frozen=True, kw_only=True)
class DigestLine:
    """One thing in a digest: its name, what about it, where to go, and by when, if at all."""

    section: DigestSection
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
        return (list(DigestSection).index(self.section), due.isoformat() if due else "9999")


@dataclass(frozen=True, kw_only=True)
class DigestSource:
    """What one slice knows for a person's digest; ``said`` hears that it was put into one."""

    lines: Callable[[Session, User, DigestDay, datetime], Iterable[DigestLine]]
    mark_included: Callable[[Session, User, DigestDay, datetime], None] | None = None


def digest_words(on: date, lines: Sequence[DigestLine]) -> dict[str, Any]:
    """What the template needs: sections of at most 15 lines, and how many more each has."""
    by_section = {
        section: [line for line in lines if line.section is section] for section in DigestSection
    }
    return {
        "on": on.isoformat(),
        "sections": [
            {
                **section.words(),
                "count": len(section_lines),
                "lines": [_line_words(line) for line in section_lines[:MAX_SECTION_LINES]],
                "more": len(section_lines[MAX_SECTION_LINES:]),
            }
            for section, section_lines in by_section.items()
            if section_lines
        ],
    }


def _line_words(line: DigestLine) -> dict[str, Any]:
    return {
        "title": line.title,
        "words": line.words,
        "link": line.link,
        "thread": line.threads[0] if line.threads else "",
        "due_on": line.due_on.isoformat() if line.due_on else None,
        "due_at": line.due_at.isoformat() if line.due_at else None,
    }
