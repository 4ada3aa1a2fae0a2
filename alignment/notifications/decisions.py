"""PURE. What may become of a message whose turn came: it goes, is told with others, or waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alignment.notifications.kinds import Kind
from alignment.notifications.lateness import Late


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message whose turn may have come."""

    id: int
    kind: Kind
    due_at: datetime
    turn_at: datetime
    is_begun: bool = False
    """It may have left already, or tells others: it goes as it is or not at all."""
    is_braked: bool = False
    """It was held by a brake before."""
    late: Late | None = None


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A message that this person got by this channel not long ago, or is getting now."""

    kind: str
    at: datetime
    is_summary: bool = False


@dataclass(frozen=True, kw_only=True)
class Send:
    """This one goes by itself."""

    id: int


@dataclass(frozen=True, kw_only=True)
class Merge:
    """``carrier`` goes and tells ``members`` too, worst first; ``counted`` are only counted."""

    carrier: int
    members: tuple[int, ...] = ()
    counted: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Wait:
    """These wait; ``is_brake`` means that too much was sent already."""

    ids: tuple[int, ...]
    until: datetime
    is_brake: bool = False


Decision = Send | Merge | Wait


def together(some: Iterable[Waiting]) -> Decision:
    """One message for all of them; a single one goes as it is, unless it may only be counted."""
    worst_first = sorted(some, key=lambda x: (_is_counted(x), x.kind.rank, x.due_at, x.id))
    counted = frozenset(one.id for one in worst_first if _is_counted(one))
    carrier, *members = ids_of(worst_first)
    if not members and not counted:
        return Send(id=carrier)
    return Merge(carrier=carrier, members=tuple(members), counted=counted)


def _is_counted(one: Waiting) -> bool:
    return one.late is not None and one.late.is_too_late


def ids_of(some: Iterable[Waiting]) -> tuple[int, ...]:
    return tuple(one.id for one in some)
