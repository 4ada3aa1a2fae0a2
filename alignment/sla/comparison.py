"""PURE. A draft's rounds beside those that were promised then, in the groups people ask for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from operator import attrgetter

import numpy as np

from alignment.sla.columns.lines import Column
from alignment.sla.tallies import Tally, tallies, tally

NOTHING: Column = np.empty(0, np.int64)


@dataclass(frozen=True, kw_only=True)
class Rounds:
    """Some rounds as columns of one length: how each stands, and what it is counted under."""

    states: Column
    weeks: Column
    source_ids: Column
    owner_ids: Column


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The rounds of a draft, and those whose clocks ran."""

    draft: Rounds
    then: Rounds


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What the draft would have come to, and what the promises of then did."""

    draft: Tally
    then: Tally


@dataclass(frozen=True, kw_only=True)
class Line(Beside):
    """One week, source or owner; weeks are Mondays in days since 1970."""

    group: int


@dataclass(frozen=True, kw_only=True)
class Compared:
    """All of it, and by each of the groups."""

    total: Beside
    by_week: tuple[Line, ...]
    by_source: tuple[Line, ...]
    by_owner: tuple[Line, ...]


def compare(pair: Pair) -> Compared:
    return Compared(
        total=totals([pair]),
        by_week=_lines(pair, attrgetter("weeks")),
        by_source=_lines(pair, attrgetter("source_ids")),
        by_owner=_lines(pair, attrgetter("owner_ids")),
    )


def totals(pairs: Iterable[Pair]) -> Beside:
    """Of several promises together."""
    kept = list(pairs)
    return Beside(
        draft=tally(joined(pair.draft for pair in kept).states),
        then=tally(joined(pair.then for pair in kept).states),
    )


def joined(parts: Iterable[Rounds]) -> Rounds:
    """All of them, one part after the other."""
    kept = list(parts)
    names = [each.name for each in fields(Rounds)]
    return Rounds(**{x: np.concatenate([NOTHING, *(getattr(y, x) for y in kept)]) for x in names})


def _lines(pair: Pair, group_of: Callable[[Rounds], Column]) -> tuple[Line, ...]:
    draft = tallies(pair.draft.states, group_of(pair.draft))
    then = tallies(pair.then.states, group_of(pair.then))
    return tuple(
        Line(group=group, draft=draft.get(group, Tally()), then=then.get(group, Tally()))
        for group in sorted({*draft, *then})
    )
