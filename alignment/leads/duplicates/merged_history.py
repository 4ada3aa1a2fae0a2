"""PURE. Decide which events of a merged lead count in the history of the surviving lead.

Overlapping sales cycles become one, beginning at the earlier handoff; touches, qualifications and
wins count from either record. A return, loss or withdrawal of the merged record does not count.
Cycles that do not overlap are copied in full.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from alignment.leads.event_kinds import HANDOFF_KINDS, TOUCH_KINDS, EventKind
from alignment.leads.history.lead_state import KIND_ORDER

ALWAYS_COUNTING_KINDS = TOUCH_KINDS | {
    EventKind.MAILED_AUTOMATICALLY,
    EventKind.QUALIFIED,
    EventKind.OPPORTUNITY_OPENED,
    EventKind.WON,
}
"""These count whichever record they were told of."""
CYCLE_ENDING_KINDS = frozenset(
    {
        EventKind.WON,
        EventKind.LOST,
        EventKind.UNREACHABLE,
        EventKind.WITHDRAWN,
        EventKind.RECYCLED,
    }
)


class SavedEventView(Protocol):
    """One line of a history."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> EventKind: ...
    @property
    def at(self) -> datetime: ...


@dataclass(kw_only=True)
class CycleEvents:
    """One sales cycle with its events: the handoff, and all that followed it."""

    handoff: SavedEventView
    events: list[SavedEventView] = field(default_factory=list)

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed and stayed so; None while somebody may still work it. A later call or
        comment opens nothing.
        """
        ended_at = None
        for event in self.events:
            if event.kind is EventKind.REOPENED:
                ended_at = None
            elif event.kind in CYCLE_ENDING_KINDS | HANDOFF_KINDS:
                ended_at = event.at
        return ended_at

    def accepted_at(self) -> datetime | None:
        return min((x.at for x in self.events if x.kind is EventKind.ACCEPTED), default=None)

    def overlaps(self, other: "CycleEvents") -> bool:
        return self.contains(other.handoff.at) or other.contains(self.handoff.at)

    def contains(self, at: datetime) -> bool:
        """Whether it had begun by then and was not over."""
        return self.handoff.at <= at and (self.ended_at is None or at < self.ended_at)


@dataclass(frozen=True, kw_only=True)
class MergedHistory:
    """Which events of the merged lead count, and which handoffs of the survivor they replace."""

    counting_ids: frozenset[int]
    earlier_handoffs: dict[int, int]
    """A handoff of the merged lead that counts, by the later one of the survivor it replaces."""


def merge_histories(
    own: Sequence[SavedEventView], theirs: Sequence[SavedEventView]
) -> MergedHistory:
    """``own`` is the survivor's history, ``theirs`` the merged lead's; both as they count."""
    stays = cycles_of(own)
    if not stays:
        return MergedHistory(
            counting_ids=frozenset(line.id for line in theirs), earlier_handoffs={}
        )

    counts = {line.id for line in theirs if line.kind in ALWAYS_COUNTING_KINDS}
    earlier_handoffs: dict[int, int] = {}
    for stay in cycles_of(theirs):
        overlapping = next((own_cycle for own_cycle in stays if own_cycle.overlaps(stay)), None)
        if overlapping is None:
            counts |= {stay.handoff.id, *(line.id for line in stay.events)}
            continue
        if (
            stay.handoff.at < overlapping.handoff.at
            and overlapping.handoff.id not in earlier_handoffs
        ):
            counts.add(stay.handoff.id)
            earlier_handoffs[overlapping.handoff.id] = stay.handoff.id
        counts |= {line.id for line in stay.events if _accepts_sooner(line, overlapping)}
    return MergedHistory(counting_ids=frozenset(counts), earlier_handoffs=earlier_handoffs)


def cycles_of(told: Iterable[SavedEventView]) -> list[CycleEvents]:
    """The stays with sales in order; what came before the first belongs to none."""
    stays: list[CycleEvents] = []
    for line in sorted(told, key=lambda line: (line.at, KIND_ORDER[line.kind])):
        if line.kind in HANDOFF_KINDS:
            if stays:
                stays[-1].events.append(line)
            stays.append(CycleEvents(handoff=line))
        elif stays:
            stays[-1].events.append(line)
    return stays


def _accepts_sooner(line: SavedEventView, stay: CycleEvents) -> bool:
    if line.kind is not EventKind.ACCEPTED:
        return False
    accepted_at = stay.accepted_at()
    return accepted_at is None or line.at < accepted_at
