"""Record every domain event in the journal, in the transaction in which it happened."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from alignment.events import Event
from alignment.journal.models import JournalEntry

OWN_COLUMNS = frozenset({"workspace_id", "at"})


def record_events(session: Session, events: Sequence[Event]) -> None:
    """Insert one journal entry for each event, however many come at once."""
    session.connection().execute(insert(JournalEntry), [_entry(event) for event in events])


def _entry(event: Event) -> dict[str, Any]:
    facts = {name: _json_value(x) for name, x in vars(event).items() if name not in OWN_COLUMNS}
    return {
        "workspace_id": event.workspace_id,
        "at": event.at,
        "kind": event_kind_name(event),
        "facts": facts,
    }


def event_kind_name(event: Event) -> str:
    """``LeadAccepted`` is kept as ``lead_accepted``."""
    return _snake_case(type(event).__name__)


@cache
def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple | frozenset) else value
