"""PURE. Which lines of a history tell one and the same handoff.

A lead that sales has is not handed off again before it is returned, recycled or closed: what tells
so repeats the handoff, whoever tells it and however often. A line that knows only the date repeats
the one that knows the time on that day. Whatever the order in which lines arrive, the earliest of
one handoff stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Generic, Protocol, TypeVar

from alignment.leads.event_kinds import CLOSING_KINDS, HANDOFF_KINDS, EventKind
from alignment.leads.history.lead_state import KIND_ORDER

LEAVING_SALES_KINDS = CLOSING_KINDS | {
    EventKind.RETURNED,
    EventKind.RECYCLED,
    EventKind.UNREACHABLE,
}
"""After these the lead can be handed off anew."""


class ToldLine(Protocol):
    """One line of a history, stored or not."""

    @property
    def kind(self) -> EventKind: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by_id(self) -> int | None: ...


Line = TypeVar("Line", bound=ToldLine)


@dataclass(frozen=True, kw_only=True)
class ToldHandoff(Generic[Line]):
    """One handoff, and the lines that tell it again."""

    standing: Line
    repeated: list[Line] = field(default_factory=list)


def told_handoffs(lines: Iterable[Line], zone: tzinfo) -> list[ToldHandoff[Line]]:
    """Every handoff once; midnight in ``zone`` is a date without a time."""
    in_order = sorted(lines, key=_sort_key)
    handoff_lines = [line for line in in_order if line.kind in HANDOFF_KINDS]
    timed = [line for line in handoff_lines if not _is_date_only(line, zone)]
    timed_days = {_day(line, zone) for line in timed}
    vague = [x for x in handoff_lines if _is_date_only(x, zone) and _day(x, zone) in timed_days]
    told = _walk([line for line in in_order if not any(line is x for x in vague)], zone)
    for line in vague:
        _on_day(told, _day(line, zone), zone).repeated.append(line)
    return told


def _walk(lines: Sequence[Line], zone: tzinfo) -> list[ToldHandoff[Line]]:
    """A lead that left sales on a date, before sales had it, did so later on that date."""
    told: list[ToldHandoff[Line]] = []
    is_with_sales, left_on = False, None
    for line in lines:
        if line.kind in LEAVING_SALES_KINDS:
            is_late = not is_with_sales and _is_date_only(line, zone)
            is_with_sales, left_on = False, _day(line, zone) if is_late else None
        elif line.kind is EventKind.REOPENED:
            is_with_sales = True
        elif line.kind in HANDOFF_KINDS:
            if is_with_sales and told and not _proves_return(line, told[-1]):
                told[-1].repeated.append(line)
            else:
                told.append(ToldHandoff(standing=line))
            is_with_sales = _day(line, zone) != left_on
    return told


def _proves_return(line: ToldLine, last: ToldHandoff[Line]) -> bool:
    """A fixed lead had been returned, though nobody told of it; fixed twice, it was so once."""
    return line.kind is EventKind.FIXED and last.standing.kind is not EventKind.FIXED


def _on_day(told: Iterable[ToldHandoff[Line]], day: date, zone: tzinfo) -> ToldHandoff[Line]:
    """The handoff that a line with a time of that day tells."""
    return next(
        handoff
        for handoff in told
        for line in (handoff.standing, *handoff.repeated)
        if _day(line, zone) == day and not _is_date_only(line, zone)
    )


def _sort_key(line: ToldLine) -> tuple[datetime, int, bool]:
    """Of two at one instant the one that knows who did it comes first."""
    return line.at, KIND_ORDER[line.kind], line.by_id is None


def _day(line: ToldLine, zone: tzinfo) -> date:
    return line.at.astimezone(zone).date()


def _is_date_only(line: ToldLine, zone: tzinfo) -> bool:
    return line.at.astimezone(zone).time() == time()
