"""What an action is that people can take from mail, chat or reply, and how it is done and undone.
Other slices define theirs, ``wiring`` joins them in one table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right, may
from alignment.errors import Forbidden


@dataclass(frozen=True, kw_only=True)
class Press:
    """One press of a button or one answer: who, about what, when, and what came with it."""

    by: User
    subject_id: int
    now: datetime
    input: str = ""
    """What was chosen or typed."""
    before: str = ""
    """To take it back: what ``TopicItem.before`` was when it was done."""


class Perform(Protocol):
    """Does it and says what was done, in a sentence; ``Refused`` with the reason where it may not
    be done."""

    def __call__(self, session: Session, press: Press, /) -> str: ...


class IsOffered(Protocol):
    """Whether a button invites this person to it now."""

    def __call__(self, session: Session, reader: User, subject_id: int, /) -> bool: ...


class ActionInput(StrEnum):
    """What must be typed to do it."""

    NOTHING = "nothing"
    DATE = "date"
    WORDS = "words"


def offer_always(_session: Session, _reader: User, _subject_id: int) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Action:
    """One row: it is done from everywhere, while a button stands only where it is offered."""

    name: str
    label: str
    right: Right
    perform: Perform
    undo: Perform | None = None
    is_offered: IsOffered = offer_always
    choices: tuple[tuple[str, str], ...] = ()
    """Value and words; one of them must be picked where there are any."""
    input: ActionInput = ActionInput.NOTHING
    is_light: bool = False
    """The code printed in a mail is proof enough, since it harms little and can be taken back."""
    is_personal: bool = False
    """About the reader's own messages: it makes no sense in the channel of a team."""
    reply_commands: Mapping[str, str] = field(default_factory=dict)
    """The whole first line of a reply that asks for it, in small letters, and what is chosen."""

    @property
    def is_in_chat(self) -> bool:
        return self.input is ActionInput.NOTHING and not self.is_personal


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
    actions: tuple[Action, ...]
    comment: Perform
    is_in_digest: bool = False
    """Each line of a digest about such a thing has its own buttons."""

    def action(self, name: str) -> Action | None:
        return next((action for action in self.actions if action.name == name), None)


def offered_actions(session: Session, topic: Topic, reader: User, subject_id: int) -> list[Action]:
    """What this person is shown buttons for."""
    sides = accounts.sides_of(session, reader)
    return [
        action
        for action in topic.actions
        if may(reader.role, sides, action.right) and action.is_offered(session, reader, subject_id)
    ]


def perform(session: Session, action: Action, press: Press) -> str:
    """Do it as the page would: with the same right, and the same refusals."""
    _require_right(session, action, press.by)
    return action.perform(session, press)


def undo(session: Session, action: Action, press: Press) -> str:
    """Undo it, with the right that doing it takes; nothing is said where it knows no way back."""
    _require_right(session, action, press.by)
    return action.undo(session, press) if action.undo else ""


def _require_right(session: Session, action: Action, by: User) -> None:
    if not may(by.role, accounts.sides_of(session, by), action.right):
        raise Forbidden("Your role does not allow that. Ask the owner of the workspace.")
