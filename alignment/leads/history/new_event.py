"""PURE. An event of a lead's history that is not stored yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from alignment.leads.event_kinds import EventKind


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLeadEvent:
    """What happened to a lead, and when; told twice it is stored once."""

    kind: EventKind
    at: datetime
    by_id: int | None = None
    owner_id: int | None = None
    """Who owns the lead from here on, where that is what happened."""
    reason: str = ""
    note: str = ""
    facts: Mapping[str, Any] | None = None
    """What promises depend on; in a batch, a handoff without them takes those of its lead."""
    is_by_outsider: bool = False
    is_repeated: bool = False
    """It tells a handoff that another line tells; ``settlement`` says so."""

    @property
    def id(self) -> None:
        """It is not stored yet."""
        return None

    @property
    def dedupe_key(self) -> str:
        """Kind, instant and person are one event, whatever zone the instant is given in."""
        return f"{self.kind}:{self.at.astimezone(UTC).isoformat()}:{self.by_id or ''}"
