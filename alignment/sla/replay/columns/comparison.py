"""PURE. Compare the tallies of a draft's cycles with those of the actual timers, by group."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from operator import attrgetter

import numpy as np

from alignment.sla.replay.columns.history import Column
from alignment.sla.replay.columns.tallies import Tally, tally, tally_by_group

NOTHING: Column = np.empty(0, np.int64)


@dataclass(frozen=True, kw_only=True)
class GroupedCycles:
    """Some rounds as columns of one length: how each stands, and what it is counted under."""

    states: Column
    weeks: Column
    source_ids: Column
    owner_ids: Column


@dataclass(frozen=True, kw_only=True)
class DraftAndActual:
    """The rounds of a draft, and those whose clocks ran."""

    draft: GroupedCycles
    actual: GroupedCycles


@dataclass(frozen=True, kw_only=True)
class TallyComparison:
    """What the draft would have come to, and what the promises of then did."""

    draft: Tally
    actual: Tally


@dataclass(frozen=True, kw_only=True)
class GroupComparison(TallyComparison):
    """One week, source or owner; weeks are Mondays in days since 1970."""

    group: int


@dataclass(frozen=True, kw_only=True)
class PromiseComparison:
    """All of it, and by each of the groups."""

    total: TallyComparison
    by_week: tuple[GroupComparison, ...]
    by_source: tuple[GroupComparison, ...]
    by_owner: tuple[GroupComparison, ...]


def compare(pair: DraftAndActual) -> PromiseComparison:
    return PromiseComparison(
        total=totals([pair]),
        by_week=_group_comparisons(pair, attrgetter("weeks")),
        by_source=_group_comparisons(pair, attrgetter("source_ids")),
        by_owner=_group_comparisons(pair, attrgetter("owner_ids")),
    )


def totals(pairs: Iterable[DraftAndActual]) -> TallyComparison:
    """Of several promises together."""
    cycles = list(pairs)
    return TallyComparison(
        draft=tally(join_cycles(pair.draft for pair in cycles).states),
        actual=tally(join_cycles(pair.actual for pair in cycles).states),
    )


def join_cycles(parts: Iterable[GroupedCycles]) -> GroupedCycles:
    """All of them, one part after the other."""
    cycles = list(parts)
    names = [each.name for each in fields(GroupedCycles)]
    return GroupedCycles(
        **{x: np.concatenate([NOTHING, *(getattr(y, x) for y in cycles)]) for x in names}
    )


def _group_comparisons(
    pair: DraftAndActual, group_of: Callable[[GroupedCycles], Column]
) -> tuple[GroupComparison, ...]:
    draft = tally_by_group(pair.draft.states, group_of(pair.draft))
    then = tally_by_group(pair.actual.states, group_of(pair.actual))
    return tuple(
        GroupComparison(
            group=group, draft=draft.get(group, Tally()), actual=then.get(group, Tally())
        )
        for group in sorted({*draft, *then})
    )
