"""What a reader can do from the message itself: by a button in chat, or from a mail.

The slices that know how to do it say so in a table, by kind of message (``wiring.ACTS``), and for
mail by what the message is about (``wiring.TOPICS``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import User
from alignment.accounts.roles import Right, may
from alignment.errors import Forbidden

Do = Callable[..., str]
"""``(session, by, subject_id, *, choice, now)``: does it and says what was done, in a sentence;
raises ``Refused`` with the reason where it cannot be done. ``choice`` is empty without choices."""
Undo = Callable[..., str]
"""``(session, by, subject_id, *, before, now)``: takes it back and says so; ``before`` is what
``About.before`` was when it was done."""
Fits = Callable[[Session, User, int], bool]
"""``(session, by, subject_id)``: whether it makes sense for this person now."""


class Asks(StrEnum):
    """What must be typed to do it."""

    NOTHING = "nothing"
    DATE = "date"
    WORDS = "words"


def always(_session: Session, _by: User, _subject_id: int) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Act:
    """One button. ``choices`` (value, words) must be picked from where there are any."""

    name: str
    label: str
    right: Right
    do: Do
    choices: tuple[tuple[str, str], ...] = ()
    asks: Asks = Asks.NOTHING
    is_light: bool = False
    """The code printed in a mail is proof enough, since it harms little and can be taken back."""
    undo: Undo | None = None
    fits: Fits = always


Acts = Mapping[str, Sequence[Act]]
"""By kind of message, what its reader can do about its subject."""


@dataclass(frozen=True, kw_only=True)
class About:
    """The thing a mail is about, as the page behind its buttons shows it."""

    thread: str
    title: str
    words: str
    link: str
    """The path of its own page."""
    epoch: str
    """Changes when it goes to somebody else: links given out before are void then."""
    news: str = ""
    """Who did the last thing to it; empty where nobody did anything."""
    news_at: datetime | None = None
    before: str = ""
    """What taking an act back returns to, where the thing itself does not remember it."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A sort of things that mails are about. ``about(session, reader, subject_id)`` may raise
    ``NotFound``; ``comment(session, by, subject_id, words, now=now)`` keeps what a reader writes
    back and says what was done."""

    name: str
    about: Callable[[Session, User, int], About]
    acts: Sequence[Act]
    comment: Callable[..., str]
    is_in_digest: bool = False
    """Each line of a digest about such a thing has its own buttons."""


def may_do(session: Session, act: Act, by: User) -> bool:
    return may(by.role, accounts.sides_of(session, by), act.right)


def open_to(session: Session, topic: Topic, by: User, subject_id: int) -> list[Act]:
    """What this person can do about the thing as it stands."""
    return [
        act for act in topic.acts if may_do(session, act, by) and act.fits(session, by, subject_id)
    ]


def do(
    session: Session, act: Act, subject_id: int, *, by: User, now: datetime, choice: str = ""
) -> str:
    """Do it as the page would: with the same right, and the same refusals."""
    _must_be_allowed(session, act, by)
    said: str = act.do(session, by, subject_id, choice=choice, now=now)
    return said


def take_back(
    session: Session, act: Act, subject_id: int, *, by: User, before: str, now: datetime
) -> str:
    """Undo it, with the right that doing it takes; nothing is said where it knows no way back."""
    _must_be_allowed(session, act, by)
    said: str = act.undo(session, by, subject_id, before=before, now=now) if act.undo else ""
    return said


def _must_be_allowed(session: Session, act: Act, by: User) -> None:
    if not may_do(session, act, by):
        raise Forbidden("Your role does not allow that. Ask the owner of the workspace.")
