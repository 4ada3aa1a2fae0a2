"""What a reader can do from the message itself: by a button in chat, or from a mail.

The slices that know how to do it say so in a table, by kind of message (``wiring.ACTS``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import User
from alignment.accounts.roles import Right, may
from alignment.errors import Forbidden

Do = Callable[..., str]
"""``(session, by, subject_id, *, choice, now)``: does it and says what was done, in a sentence;
raises ``Refused`` with the reason where it cannot be done. ``choice`` is empty without choices."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One button. ``choices`` (value, words) must be picked from where there are any."""

    name: str
    label: str
    right: Right
    do: Do
    choices: tuple[tuple[str, str], ...] = ()


Acts = Mapping[str, Sequence[Act]]
"""By kind of message, what its reader can do about its subject."""


def do(
    session: Session, act: Act, subject_id: int, *, by: User, now: datetime, choice: str = ""
) -> str:
    """Do it as the page would: with the same right, and the same refusals."""
    if not may(by.role, accounts.sides_of(session, by), act.right):
        raise Forbidden("Your role does not allow that. Ask the owner of the workspace.")
    said: str = act.do(session, by, subject_id, choice=choice, now=now)
    return said
