"""PURE. Two wordings side by side: what was added, what was taken out, what says something else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alignment.accounts.roles import Side
from alignment.sla.promise_parts import Parts, parts_of_quota, parts_of_target
from alignment.sla.promise_phrases import NOBODY, promised
from alignment.sla.quotas import Quota
from alignment.sla.segments import EVERYTHING_ELSE
from alignment.sla.targets import Target

Promise = Target | Quota


class Change(StrEnum):
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

    change: Change
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
            case Change.ADDED:
                return f"Added: {self.promise}, {self.after}"
            case Change.REMOVED:
                return f"Removed: {self.promise}, {self.before}"
        return f"{self.promise}, {self.what}: {self.before} → {self.after}"


def redlines(
    before: Wording, after: Wording, *, people: Mapping[int, str] = NOBODY
) -> tuple[Redline, ...]:
    """Promise by promise in the order of the later wording; then what was taken out.

    ``people`` gives the names of those who may pause or who hear of a miss.
    """
    of_targets = _lines(before.targets, after.targets, parts_of_target(people))
    of_quotas = _lines(before.quotas, after.quotas, parts_of_quota())
    return (*of_targets, *of_quotas)


def _lines(before: Sequence[Promise], after: Sequence[Promise], parts: Parts) -> Iterator[Redline]:
    pairs = _pairs(before, after)
    for new, old in pairs:
        if old is None:
            yield _line(Change.ADDED, new, before="", after=promised(new))
            continue
        for what, said in parts.items():
            if said(old) != said(new):
                yield _line(Change.CHANGED, new, what, before=said(old), after=said(new))
    kept = [id(old) for _, old in pairs]
    for gone in before:
        if id(gone) not in kept:
            yield _line(Change.REMOVED, gone, before=promised(gone), after="")


def _pairs(
    before: Sequence[Promise], after: Sequence[Promise]
) -> list[tuple[Promise, Promise | None]]:
    """Each later promise with the one it was: of its key and segment, else the next of its key."""
    found = {id(new): _same(new, before) for new in after}
    left = [old for old in before if not any(old is other for other in found.values())]
    for new in after:
        if found[id(new)] is None:
            found[id(new)] = next((old for old in left if old.key == new.key), None)
            left = [old for old in left if old is not found[id(new)]]
    return [(new, found[id(new)]) for new in after]


def _same(new: Promise, before: Iterable[Promise]) -> Promise | None:
    same = (x for x in before if (x.key, x.segment.name) == (new.key, new.segment.name))
    return next(same, None)


def _line(change: Change, promise: Promise, what: str = "", *, before: str, after: str) -> Redline:
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
