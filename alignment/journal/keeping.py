"""Write every event down, in the transaction in which it happened."""

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from alignment.events import Event
from alignment.journal.models import JournalEntry

OWN_COLUMNS = frozenset({"workspace_id", "at"})


def keep(session: Session, events: Sequence[Event]) -> None:
    """One entry for each event, however many come at once."""
    session.connection().execute(insert(JournalEntry), [_entry(event) for event in events])


def _entry(event: Event) -> dict[str, Any]:
    return {
        "workspace_id": event.workspace_id,
        "at": event.at,
        "kind": kind_of(event),
        "facts": {
            field.name: _plain(getattr(event, field.name))
            for field in fields(event)
            if field.name not in OWN_COLUMNS
        },
    }


def kind_of(event: Event) -> str:
    """``LeadAccepted`` is kept as ``lead_accepted``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple | frozenset) else value
