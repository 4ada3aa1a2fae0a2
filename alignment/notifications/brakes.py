"""How much one person, and one workspace, is told in an hour before the rest is told together.

A brake merges and never drops. Limits are a workspace's own, in its row of preferences.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.notifications import queries
from alignment.notifications.grouping import ONE_HOUR

PER_PERSON = 20
PER_WORKSPACE = 300
REASON = "Held by the brake on storms"
"""How the reason of every message that a brake holds begins; what is held is found by it."""


@dataclass(frozen=True, kw_only=True)
class Brake:
    """What a workspace allows in an hour, and whether all of it went already."""

    per_person: int
    is_on: bool

    def holds(self, sent: Collection[datetime], *, now: datetime) -> bool:
        """Whether somebody who was sent messages at these instants has had enough."""
        return self.is_on or sum(at > now - ONE_HOUR for at in sent) >= self.per_person


def brake_of(session: Session, workspace_id: int, *, now: datetime) -> Brake:
    """The brake of a workspace as it stands now."""
    own = queries.preferences_of(session, workspace_id, []).get(None)
    limit = (own and own.workspace_per_hour) or PER_WORKSPACE
    sent = queries.sent_since(session, workspace_id, since=now - ONE_HOUR, limit=limit)
    return Brake(per_person=(own and own.per_hour) or PER_PERSON, is_on=sent >= limit)
