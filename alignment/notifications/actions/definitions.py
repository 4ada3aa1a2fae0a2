"""Actions: what a reader can do about a lead, task or clock from chat, mail or reply, by notice
kind and by topic; other slices fill the tables in `wiring`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right, may
from alignment.errors import Forbidden

DoAction = Callable[..., str]
"""``(session, by, subject_id, *, choice, now)``: does it and says what was done, in a sentence;
raises ``Refused`` with the reason where it cannot be done. ``choice`` is empty without choices."""
UndoAction = Callable[..., str]
"""``(session, by, subject_id, *, before, now)``: takes it back and says so; ``before`` is what
``About.before`` was when it was done."""
IsApplicable = Callable[[Session, User, int], bool]
"""``(session, by, subject_id)``: whether it makes sense for this person now."""


class ActionInput(StrEnum):
    """What must be typed to do it."""

    NOTHING = "nothing"
    DATE = "date"
    WORDS = "words"


def always_applicable(_session: Session, _by: User, _subject_id: int) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Action:
    """One button. ``choices`` (value, words) must be picked from where there are any."""

    name: str
    label: str
    right: Right
    do: DoAction
    choices: tuple[tuple[str, str], ...] = ()
    input: ActionInput = ActionInput.NOTHING
    is_light: bool = False
    """The code printed in a mail is proof enough, since it harms little and can be taken back."""
    undo: UndoAction | None = None
    is_applicable: IsApplicable = always_applicable


ActionsByKind = Mapping[str, Sequence[Action]]
"""By kind of message, what its reader can do about its subject."""


@dataclass(frozen=True, kw_only=True)
class TopicItem:
    """The lead, task or timer that a mail is about, as the page behind its buttons shows it."""

    thread: str
    title: str
    words: str
    link: str
    """The path of its own page."""
    ownership_key: str
    """Changes when it goes to somebody else: links given out before are void then."""
    last_change_by: str = ""
    """Who did the last thing to it; empty where nobody did anything."""
    last_change_at: datetime | None = None
    before: str = ""
    """What taking an act back returns to, where the thing itself does not remember it."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A sort of thing mails are about (lead, task): how to look one up, which actions it has, and
    how a reply becomes a comment.
    """

    name: str
    find: Callable[[Session, User, int], TopicItem]
    acts: Sequence[Action]
    comment: Callable[..., str]
    is_in_digest: bool = False
    """Each line of a digest about such a thing has its own buttons."""


def is_allowed(session: Session, act: Action, by: User) -> bool:
    return may(by.role, accounts.sides_of(session, by), act.right)


def available_actions(session: Session, topic: Topic, by: User, subject_id: int) -> list[Action]:
    """What this person can do about the thing as it stands."""
    return [
        act
        for act in topic.acts
        if is_allowed(session, act, by) and act.is_applicable(session, by, subject_id)
    ]


def perform(
    session: Session, act: Action, subject_id: int, *, by: User, now: datetime, choice: str = ""
) -> str:
    """Do it as the page would: with the same right, and the same refusals."""
    _require_allowed(session, act, by)
    said: str = act.do(session, by, subject_id, choice=choice, now=now)
    return said


def undo_action(
    session: Session, act: Action, subject_id: int, *, by: User, before: str, now: datetime
) -> str:
    """Undo it, with the right that doing it takes; nothing is said where it knows no way back."""
    _require_allowed(session, act, by)
    said: str = act.undo(session, by, subject_id, before=before, now=now) if act.undo else ""
    return said


def _require_allowed(session: Session, act: Action, by: User) -> None:
    if not is_allowed(session, act, by):
        raise Forbidden("Your role does not allow that. Ask the owner of the workspace.")
