"""Every SELECT about bulk. Workspace or person is the scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from alignment.leads.event_kinds import EventKind


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLeadEvent:
    """One history event that is not stored yet; told twice, by kind, instant and person, it is one
    event.
    """

    kind: EventKind
    at: datetime
    by_id: int | None = None
    owner_id: int | None = None
    reason: str = ""
    note: str = ""
    facts: Mapping[str, Any] | None = None
    """What promises depend on; a handoff without them takes those of its lead."""

    @property
    def id(self) -> None:
        """It is not stored yet."""
        return None

    @property
    def key(self) -> str:
        """As ``leads.history.recording`` names the fact."""
        return f"{self.kind}:{self.at.astimezone(UTC).isoformat()}:{self.by_id or ''}"
