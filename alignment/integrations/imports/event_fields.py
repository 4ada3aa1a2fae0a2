"""Every SELECT about imports. Workspace or person is the scope."""

from alignment.files.fields import Field, FieldKind
from alignment.integrations.imports.lead_fields import (
    AMOUNT,
    CURRENCY,
    HANDED_OFF_SYNONYMS,
    LEAD_EMAIL,
    LEAD_ID,
)
from alignment.leads.event_kinds import EventKind

EVENT_SYNONYMS: dict[EventKind, tuple[str, ...]] = {
    EventKind.HANDED_OFF: HANDED_OFF_SYNONYMS,
    EventKind.ACCEPTED: ("accepted", "sal date"),
    EventKind.RETURNED: ("returned", "rejected at", "rejected date"),
    EventKind.FIXED: (),
    EventKind.RECYCLED: (),
    EventKind.WITHDRAWN: (),
    EventKind.CALLED: ("first touch at", "first touch date", "first touch", "touched at"),
    EventKind.WROTE: (),
    EventKind.MET: ("meeting date",),
    EventKind.QUALIFIED: ("sql date", "became a sales qualified lead date"),
    EventKind.OPPORTUNITY_OPENED: ("opportunity date", "became an opportunity date"),
    EventKind.UNREACHABLE: (),
    EventKind.WON: ("won", "closed won date", "became a customer date"),
    EventKind.LOST: ("lost", "closed lost date"),
    EventKind.REOPENED: (),
}
"""What a file may tell about a known lead, each in a column of its own or by its word."""


def event_field_name(kind: EventKind) -> str:
    """``won`` has its instants in the field ``won_at``."""
    return f"{kind}_at"


EVENT_FIELDS: tuple[Field, ...] = (
    LEAD_ID,
    LEAD_EMAIL,
    Field(name="kind", synonyms=("event", "event type", "event kind", "what happened", "type")),
    Field(
        name="at",
        kind=FieldKind.INSTANT,
        synonyms=("happened at", "occurred at", "event date", "when", "date", "timestamp"),
    ),
    Field(name="by", synonyms=("by email", "user", "user email", "sales rep")),
    Field(name="reason", synonyms=("return reason", "lost reason", "loss reason")),
    Field(name="note", synonyms=("notes", "comment", "comments")),
    AMOUNT,
    CURRENCY,
    *(
        Field(
            name=event_field_name(kind),
            kind=FieldKind.INSTANT,
            synonyms=(f"{kind} date", f"{kind} on", *synonyms),
        )
        for kind, synonyms in EVENT_SYNONYMS.items()
    ),
)
