"""Let the actions on one thing be taken from messages about another, as on the lead of a clock."""

from dataclasses import replace
from typing import Protocol

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.notifications.actions.definitions import Action, Perform, Press


class Resolve(Protocol):
    """The number of the thing that another one belongs to, such as the lead of a clock."""

    def __call__(self, session: Session, reader: User, subject_id: int, /) -> int: ...


def through(action: Action, resolve: Resolve) -> Action:
    """The same action, for messages about something that belongs to its subject."""

    def is_offered(session: Session, reader: User, subject_id: int) -> bool:
        return action.is_offered(session, reader, resolve(session, reader, subject_id))

    return replace(
        action,
        perform=perform_through(action.perform, resolve),
        undo=perform_through(action.undo, resolve) if action.undo else None,
        is_offered=is_offered,
    )


def perform_through(perform: Perform, resolve: Resolve) -> Perform:
    def on_resolved(session: Session, press: Press) -> str:
        subject_id = resolve(session, press.by, press.subject_id)
        return perform(session, replace(press, subject_id=subject_id))

    return on_resolved
