"""PURE. What of a merged lead's history counts on the lead that it turned out to be.

Stays with sales that overlap are one stay: it begins at the earlier handoff, and what was achieved
with either record counts at its own time. What was given up on the merged record, such as a return
as a duplicate, says nothing about the survivor. Stays that do not overlap are told in full.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from alignment.leads.happenings import HANDOFFS, TOUCHES, Happening
from alignment.leads.standing import ORDER

ACHIEVED = TOUCHES | {
    Happening.MAILED_AUTOMATICALLY,
    Happening.QUALIFIED,
    Happening.OPPORTUNITY_OPENED,
    Happening.WON,
}
"""These count whichever record they were told of."""
CLOSING = frozenset(
    {
        Happening.WON,
        Happening.LOST,
        Happening.UNREACHABLE,
        Happening.WITHDRAWN,
        Happening.RECYCLED,
    }
)


class Line(Protocol):
    """One line of a history."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> Happening: ...
    @property
    def at(self) -> datetime: ...


@dataclass(kw_only=True)
class Stay:
    """One stay with sales: the handoff, and all that came of it."""

    handoff: Line
    lines: list[Line] = field(default_factory=list)

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed and stayed so; None while somebody may still work it."""
        last = self.lines[-1] if self.lines else self.handoff
        return last.at if last.kind in CLOSING | HANDOFFS and last is not self.handoff else None

    def accepted_at(self) -> datetime | None:
        return min((x.at for x in self.lines if x.kind is Happening.ACCEPTED), default=None)

    def overlaps(self, other: "Stay") -> bool:
        return self.has(other.handoff.at) or other.has(self.handoff.at)

    def has(self, at: datetime) -> bool:
        """Whether it had begun by then and was not over."""
        return self.handoff.at <= at and (self.ended_at is None or at < self.ended_at)


@dataclass(frozen=True, kw_only=True)
class Retelling:
    """Which lines of the merged lead count, and which of the survivor count no more."""

    counts: frozenset[int]
    earlier_handoffs: dict[int, int]
    """A handoff of the merged lead that counts, by the later one of the survivor it replaces."""


def retelling(own: Sequence[Line], theirs: Sequence[Line]) -> Retelling:
    """``own`` is the survivor's history, ``theirs`` the merged lead's; both as they count."""
    stays = stays_of(own)
    if not stays:
        return Retelling(counts=frozenset(line.id for line in theirs), earlier_handoffs={})

    counts = {line.id for line in theirs if line.kind in ACHIEVED}
    earlier: dict[int, int] = {}
    for stay in stays_of(theirs):
        same = next((one for one in stays if one.overlaps(stay)), None)
        if same is None:
            counts |= {stay.handoff.id, *(line.id for line in stay.lines)}
            continue
        if stay.handoff.at < same.handoff.at and same.handoff.id not in earlier:
            counts.add(stay.handoff.id)
            earlier[same.handoff.id] = stay.handoff.id
        counts |= {line.id for line in stay.lines if _accepts_sooner(line, same)}
    return Retelling(counts=frozenset(counts), earlier_handoffs=earlier)


def stays_of(told: Iterable[Line]) -> list[Stay]:
    """The stays with sales in order; what came before the first belongs to none."""
    stays: list[Stay] = []
    for line in sorted(told, key=lambda line: (line.at, ORDER[line.kind])):
        if line.kind in HANDOFFS:
            if stays:
                stays[-1].lines.append(line)
            stays.append(Stay(handoff=line))
        elif stays:
            stays[-1].lines.append(line)
    return stays


def _accepts_sooner(line: Line, stay: Stay) -> bool:
    if line.kind is not Happening.ACCEPTED:
        return False
    accepted_at = stay.accepted_at()
    return accepted_at is None or line.at < accepted_at
