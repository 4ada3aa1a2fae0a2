"""The rate limit: how many messages a person, and a workspace, gets in an hour before the rest is
merged into one. Nothing is dropped.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alignment.notifications.preferences import queries as preferences_queries
from alignment.notifications.sending import queries
from alignment.notifications.sending.stages import ONE_HOUR

DEFAULT_PER_PERSON = 20
DEFAULT_PER_WORKSPACE = 300


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """What a workspace allows in an hour, and whether all of it went already."""

    per_person: int
    is_workspace_exceeded: bool

    def is_exceeded(self, sent: Collection[datetime], *, now: datetime) -> bool:
        """Whether somebody who was sent messages at these instants has had enough."""
        return (
            self.is_workspace_exceeded or sum(at > now - ONE_HOUR for at in sent) >= self.per_person
        )


def rate_limit_of(session: Session, workspace_id: int, *, now: datetime) -> RateLimit:
    """The rate limit of a workspace as it stands now."""
    workspace_row = preferences_queries.preferences_of(session, workspace_id, []).get(None)
    limit = (workspace_row and workspace_row.max_per_workspace_hour) or DEFAULT_PER_WORKSPACE
    sent_count = queries.sent_since(session, workspace_id, since=now - ONE_HOUR, limit=limit)
    return RateLimit(
        per_person=(workspace_row and workspace_row.max_per_person_hour) or DEFAULT_PER_PERSON,
        is_workspace_exceeded=sent_count >= limit,
    )
