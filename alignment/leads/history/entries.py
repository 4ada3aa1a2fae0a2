"""PURE. Tell which handoffs of a lead begin an entry: a life between the two teams until its end.

A lead that is returned and fixed, or handed off again before anybody closed it, is in the same
entry. The next entry begins with the first handoff after it was won, lost, withdrawn or recycled.
"""

from collections.abc import Iterable
from typing import Protocol

from alignment.leads.event_kinds import CLOSED_BY_MISTAKE, HANDOFF_KINDS, EventKind

ENTRY_ENDING_KINDS = frozenset(
    {EventKind.WON, EventKind.LOST, EventKind.WITHDRAWN, EventKind.RECYCLED}
)
"""After these a lead has to be handed off anew."""


class EntryEvent(Protocol):
    """The fields of a history event from which entries are told."""

    @property
    def kind(self) -> EventKind: ...
    @property
    def reason(self) -> str: ...


def entry_starts(events: Iterable[EntryEvent]) -> list[bool]:
    """Of each handoff among these events in order, whether it begins an entry.

    What was closed by mistake and opened again was never closed.
    """
    starts, is_between_entries = list[bool](), True
    for event in events:
        if event.kind in HANDOFF_KINDS:
            starts.append(is_between_entries)
            is_between_entries = False
        elif starts and event.kind in ENTRY_ENDING_KINDS:
            is_between_entries = True
        elif starts and event.kind is EventKind.REOPENED and event.reason == CLOSED_BY_MISTAKE:
            is_between_entries = False
    return starts
