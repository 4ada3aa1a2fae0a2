"""Signed links behind the buttons of a mail, and undo tokens. A link is void after seven days,
after a change of the person's password or status, or when the thing has a new owner.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alignment.accounts.authentication import tokens
from alignment.accounts.authentication.tokens import fingerprint
from alignment.accounts.models import User, id_of

ACTION_PURPOSE, UNDO_PURPOSE = "mail-act", "mail-undo"
ACTION_LINK_LIFETIME = timedelta(days=7)
UNDO_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class ActionLink:
    """What an address was signed for; ``stamp`` and ``epoch`` are fingerprints."""

    workspace_id: int
    delivery_id: int
    user_id: int
    stamp: str
    topic: str
    subject_id: int
    ownership_fingerprint: str


@dataclass(frozen=True, kw_only=True)
class UndoLink:
    """An act that can be taken back, and what it returns to."""

    delivery_id: int
    topic: str
    subject_id: int
    act: str
    before: str


def action_path(named: ActionLink, *, secret: str, now: datetime) -> str:
    """Where the buttons of a mail lead to, from now on for seven days."""
    facts = {
        "w": named.workspace_id,
        "d": named.delivery_id,
        "u": named.user_id,
        "p": named.stamp,
        "t": named.topic,
        "i": named.subject_id,
        "e": named.ownership_fingerprint,
        "x": _expiry(now, ACTION_LINK_LIFETIME),
    }
    return f"/a/{tokens.sign_payload(facts, purpose=ACTION_PURPOSE, secret=secret)}"


def read_action_link(token: str, *, secret: str, now: datetime) -> ActionLink | None:
    """What the address stands for; nothing for one that we did not sign, or that has run out."""
    facts = _read(token, ACTION_PURPOSE, secret=secret, now=now)
    if facts is None:
        return None
    return ActionLink(
        workspace_id=facts["w"],
        delivery_id=facts["d"],
        user_id=facts["u"],
        stamp=facts["p"],
        topic=facts["t"],
        subject_id=facts["i"],
        ownership_fingerprint=facts["e"],
    )


def undo_token(undoing: UndoLink, *, secret: str, now: datetime) -> str:
    """Proof, for ten minutes, of having done it; only who did it sees it."""
    facts = {
        "d": undoing.delivery_id,
        "t": undoing.topic,
        "i": undoing.subject_id,
        "a": undoing.act,
        "b": undoing.before,
        "x": _expiry(now, UNDO_LIFETIME),
    }
    return tokens.sign_payload(facts, purpose=UNDO_PURPOSE, secret=secret)


def read_undo_token(token: str, *, secret: str, now: datetime) -> UndoLink | None:
    facts = _read(token, UNDO_PURPOSE, secret=secret, now=now)
    if facts is None:
        return None
    return UndoLink(
        delivery_id=facts["d"],
        topic=facts["t"],
        subject_id=facts["i"],
        act=facts["a"],
        before=facts["b"],
    )


def action_link_for(
    reader: User, *, delivery_id: int, topic: str, subject_id: int, epoch: str
) -> ActionLink:
    """What is signed for one reader of one message about one thing."""
    return ActionLink(
        workspace_id=reader.workspace_id,
        delivery_id=delivery_id,
        user_id=id_of(reader),
        stamp=stamp_fingerprint(reader),
        topic=topic,
        subject_id=subject_id,
        ownership_fingerprint=short_fingerprint(epoch),
    )


def stamp_fingerprint(reader: User) -> str:
    """Enough of a person's stamp to see that it changed, too little to learn it."""
    return short_fingerprint(reader.security_stamp)


def short_fingerprint(text: str) -> str:
    return fingerprint(text)[:12]


def _read(token: str, purpose: str, *, secret: str, now: datetime) -> Mapping[str, Any] | None:
    facts = tokens.read_payload(token, purpose=purpose, secret=secret)
    return facts if facts is not None and now.timestamp() <= facts["x"] else None


def _expiry(now: datetime, length: timedelta) -> int:
    return int((now + length).timestamp())
