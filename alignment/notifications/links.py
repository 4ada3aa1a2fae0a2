"""The signed address behind the buttons of a mail, and the one that takes an act back.

It holds numbers only, and is void when seven days have passed, when the person has a new stamp
(another password, deactivated), or when the thing has gone to somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alignment.accounts import tokens
from alignment.accounts.models import User, id_of
from alignment.accounts.tokens import fingerprint

PURPOSE, UNDOING = "mail-act", "mail-undo"
LIVES = timedelta(days=7)
UNDO_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Named:
    """What an address was signed for; ``stamp`` and ``epoch`` are fingerprints."""

    workspace_id: int
    delivery_id: int
    user_id: int
    stamp: str
    topic: str
    subject_id: int
    epoch: str


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """An act that can be taken back, and what it returns to."""

    delivery_id: int
    topic: str
    subject_id: int
    act: str
    before: str


def path_of(named: Named, *, secret: str, now: datetime) -> str:
    """Where the buttons of a mail lead to, from now on for seven days."""
    facts = {
        "w": named.workspace_id,
        "d": named.delivery_id,
        "u": named.user_id,
        "p": named.stamp,
        "t": named.topic,
        "i": named.subject_id,
        "e": named.epoch,
        "x": _until(now, LIVES),
    }
    return f"/a/{tokens.sign(facts, purpose=PURPOSE, secret=secret)}"


def named_by(token: str, *, secret: str, now: datetime) -> Named | None:
    """What the address stands for; nothing for one that we did not sign, or that has run out."""
    facts = _read(token, PURPOSE, secret=secret, now=now)
    if facts is None:
        return None
    return Named(
        workspace_id=facts["w"],
        delivery_id=facts["d"],
        user_id=facts["u"],
        stamp=facts["p"],
        topic=facts["t"],
        subject_id=facts["i"],
        epoch=facts["e"],
    )


def undo_token(undoing: Undoing, *, secret: str, now: datetime) -> str:
    """Proof, for ten minutes, of having done it; only who did it sees it."""
    facts = {
        "d": undoing.delivery_id,
        "t": undoing.topic,
        "i": undoing.subject_id,
        "a": undoing.act,
        "b": undoing.before,
        "x": _until(now, UNDO_WITHIN),
    }
    return tokens.sign(facts, purpose=UNDOING, secret=secret)


def undoing_of(token: str, *, secret: str, now: datetime) -> Undoing | None:
    facts = _read(token, UNDOING, secret=secret, now=now)
    if facts is None:
        return None
    return Undoing(
        delivery_id=facts["d"],
        topic=facts["t"],
        subject_id=facts["i"],
        act=facts["a"],
        before=facts["b"],
    )


def name(reader: User, *, delivery_id: int, topic: str, subject_id: int, epoch: str) -> Named:
    """What is signed for one reader of one message about one thing."""
    return Named(
        workspace_id=reader.workspace_id,
        delivery_id=delivery_id,
        user_id=id_of(reader),
        stamp=mark_of(reader),
        topic=topic,
        subject_id=subject_id,
        epoch=mark(epoch),
    )


def mark_of(reader: User) -> str:
    """Enough of a person's stamp to see that it changed, too little to learn it."""
    return mark(reader.stamp)


def mark(text: str) -> str:
    return fingerprint(text)[:12]


def _read(token: str, purpose: str, *, secret: str, now: datetime) -> Mapping[str, Any] | None:
    facts = tokens.read(token, purpose=purpose, secret=secret)
    return facts if facts is not None and now.timestamp() <= facts["x"] else None


def _until(now: datetime, length: timedelta) -> int:
    return int((now + length).timestamp())
