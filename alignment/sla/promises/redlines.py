"""PURE. The differences between two versions: promises added, removed and changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alignment.accounts.roles import Side
from alignment.sla.promises.compared_fields import FieldDescriptions, quota_fields, target_fields
from alignment.sla.promises.descriptions import NO_NAMES, describe_promise
from alignment.sla.promises.quotas import Quota
from alignment.sla.promises.segments import EVERYTHING_ELSE
from alignment.sla.promises.targets import Target

Promise = Target | Quota


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What one version promises."""

    targets: tuple[Target, ...] = ()
    quotas: tuple[Quota, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Redline:
    """One difference; of a promise added or removed, ``before`` or ``after`` is empty."""

    change: ChangeKind
    owed_by: Side
    key: str
    promise: str
    """Its name, with its segment where it is for some leads only."""
    what: str
    """Which part of it says something else; empty where all of it came or went."""
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """ "First human touch, time: 8 hours of open time → 4 hours of open time"."""
        match self.change:
            case ChangeKind.ADDED:
                return f"Added: {self.promise}, {self.after}"
            case ChangeKind.REMOVED:
                return f"Removed: {self.promise}, {self.before}"
        return f"{self.promise}, {self.what}: {self.before} → {self.after}"


def redlines(
    before: Wording, after: Wording, *, people: Mapping[int, str] = NO_NAMES
) -> tuple[Redline, ...]:
    """Promise by promise in the order of the later wording; then what was taken out.

    ``people`` gives the names of those who may pause or who hear of a miss.
    """
    of_targets = _redlines_of(before.targets, after.targets, target_fields(people))
    of_quotas = _redlines_of(before.quotas, after.quotas, quota_fields())
    return (*of_targets, *of_quotas)


def _redlines_of(
    before: Sequence[Promise], after: Sequence[Promise], parts: FieldDescriptions
) -> Iterator[Redline]:
    pairs = _matched_promises(before, after)
    for new, old in pairs:
        if old is None:
            yield _redline(ChangeKind.ADDED, new, before="", after=describe_promise(new))
            continue
        for what, said in parts.items():
            if said(old) != said(new):
                yield _redline(ChangeKind.CHANGED, new, what, before=said(old), after=said(new))
    matched = [id(old) for _, old in pairs]
    for gone in before:
        if id(gone) not in matched:
            yield _redline(ChangeKind.REMOVED, gone, before=describe_promise(gone), after="")


def _matched_promises(
    before: Sequence[Promise], after: Sequence[Promise]
) -> list[tuple[Promise, Promise | None]]:
    """Each later promise with the one it was: of its key and segment, else the next of its key."""
    pairs = {id(new): _same_promise(new, before) for new in after}
    left = [old for old in before if not any(old is other for other in pairs.values())]
    for new in after:
        if pairs[id(new)] is None:
            pairs[id(new)] = next((old for old in left if old.key == new.key), None)
            left = [old for old in left if old is not pairs[id(new)]]
    return [(new, pairs[id(new)]) for new in after]


def _same_promise(new: Promise, candidates: Iterable[Promise]) -> Promise | None:
    same = (
        promise
        for promise in candidates
        if (promise.key, promise.segment.name) == (new.key, new.segment.name)
    )
    return next(same, None)


def _redline(
    change: ChangeKind, promise: Promise, what: str = "", *, before: str, after: str
) -> Redline:
    is_for_all = promise.segment.name == EVERYTHING_ELSE
    return Redline(
        change=change,
        owed_by=promise.owed_by,
        key=promise.key,
        promise=promise.name if is_for_all else f"{promise.name} ({promise.segment.name})",
        what=what,
        before=before,
        after=after,
    )
