"""Which entries of a calendar stand: neither called off nor revised by a later one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from alignment.accounts.opening_hours.icalendar_entries import CalendarEntry


def standing_series(entries: Iterable[CalendarEntry]) -> Iterator[Sequence[CalendarEntry]]:
    """Each entry that stands, followed by what became of single occurrences of it."""
    families: dict[object, list[CalendarEntry]] = defaultdict(list)
    for entry in entries:
        families[entry.uid or id(entry)].append(entry)
    for family in families.values():
        changes = [entry for entry in family if entry.is_change]
        firsts = [entry for entry in family if not entry.is_change]
        yield from ([first, *changes] for first in firsts if _stands(first, firsts))
        if not firsts:
            yield changes


def _stands(entry: CalendarEntry, revisions: Iterable[CalendarEntry]) -> bool:
    """Not called off, and the latest revision.

    Sloppy files give one identity to many entries: those of one revision all stand, but for the
    one whose date is called off.
    """
    return not entry.is_called_off and not any(
        each.sequence > entry.sequence
        or (each.sequence == entry.sequence and each.is_called_off and _same_start(each, entry))
        for each in revisions
    )


def _same_start(called_off: CalendarEntry, entry: CalendarEntry) -> bool:
    return called_off.event.DTSTART in (None, entry.event.DTSTART)
