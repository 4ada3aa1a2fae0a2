"""The funnel by month, by source or both.

A handoff counts in the month in which it was made (a cohort), a promise in the month in which it
fell due, in the workspace's zone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from sqlmodel import Session

from alignment.accounts.models import Workspace
from alignment.leads import queries as leads
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.metrics.bulk_columns import NO_SOURCE, Numbers
from alignment.metrics.funnel import queries
from alignment.metrics.funnel.figures import Figures, count_figures
from alignment.metrics.funnel.queries import HandoffColumns
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises import queries as promises_queries
from alignment.metrics.promises.queries import PromiseColumns

NO_SOURCE_NAME = "No source given"
SOURCE_BITS = 32
NO_ROWS = np.empty(0, dtype=np.int64)

LineKey = tuple[int, int]
"""The place of a month in the period, and a source; 0 where a line is not about one."""


class FunnelBy(StrEnum):
    """What each line is about."""

    MONTH = "month"
    SOURCE = "source"
    MONTH_SOURCE = "month_source"


@dataclass(frozen=True, kw_only=True)
class SourceLabel:
    """Where leads came from; nobody said so where it has no id."""

    id: int | None
    name: str


@dataclass(frozen=True, kw_only=True)
class FunnelLine:
    """The figures of one month, one source, or one source in one month."""

    month: ReportPeriod | None
    origin: SourceLabel | None
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """All lines of a period, their total, and what no line can hold."""

    by: FunnelBy
    period: ReportPeriod
    lines: tuple[FunnelLine, ...]
    total: Figures
    leads_without_handoff: Mapping[HandoffOutcome, int]
    """Leads of the period that were never handed off: won nevertheless, or with marketing."""


@dataclass(frozen=True, kw_only=True)
class FunnelData:
    """The data that a period's funnels are counted from, read once for several breakdowns."""

    period: ReportPeriod
    handoffs: HandoffColumns
    promises: PromiseColumns
    leads_without_handoff: Mapping[HandoffOutcome, int]
    source_names: Mapping[int, str]


def load_funnel(
    session: Session, workspace: Workspace, *, by: FunnelBy, period: ReportPeriod, now: datetime
) -> Funnel:
    """The numbers of this period as they stand now."""
    return build_funnel(load_funnel_data(session, workspace, period=period, now=now), by=by)


def load_funnel_data(
    session: Session, workspace: Workspace, *, period: ReportPeriod, now: datetime
) -> FunnelData:
    names = {source.id: source.name for source in leads.sources(session, workspace.id)}
    return FunnelData(
        period=period,
        handoffs=queries.handoff_columns(session, workspace.id, period, now=now),
        promises=promises_queries.promise_columns(session, workspace.id, period, now=now),
        leads_without_handoff=queries.leads_without_handoff(session, workspace.id, period),
        source_names=names | {NO_SOURCE: NO_SOURCE_NAME},
    )


def build_funnel(facts: FunnelData, *, by: FunnelBy) -> Funnel:
    """Count the facts line by line. A month without any still has its line."""
    everything = count_figures(
        facts.handoffs, _all(facts.handoffs.at), facts.promises, _all(facts.promises.at)
    )
    return Funnel(
        by=by,
        period=facts.period,
        lines=tuple(sorted(_lines(facts, by), key=_sort_key)),
        total=everything,
        leads_without_handoff=facts.leads_without_handoff,
    )


def _lines(facts: FunnelData, by: FunnelBy) -> Iterator[FunnelLine]:
    months = facts.period.months()
    handed_off = _groups(facts.handoffs.at, facts.handoffs.source_ids, months, by)
    due = _groups(facts.promises.at, facts.promises.source_ids, months, by)
    quiet = {(place, NO_SOURCE) for place in range(len(months))} if by is FunnelBy.MONTH else set()
    for key in handed_off.keys() | due.keys() | quiet:
        those, those_due = handed_off.get(key, NO_ROWS), due.get(key, NO_ROWS)
        month, source_id = key
        yield FunnelLine(
            month=None if by is FunnelBy.SOURCE else months[month],
            origin=None if by is FunnelBy.MONTH else _origin(facts, source_id),
            figures=count_figures(facts.handoffs, those, facts.promises, those_due),
        )


def _groups(
    at: Numbers, source_ids: Numbers, months: list[ReportPeriod], by: FunnelBy
) -> dict[LineKey, Numbers]:
    """Which places of the columns belong to which line."""
    if not len(at):
        return {}
    starts = np.array([int(month.start.timestamp()) for month in months])
    month_of = 0 * at if by is FunnelBy.SOURCE else np.searchsorted(starts, at, side="right") - 1
    source_of = 0 * at if by is FunnelBy.MONTH else source_ids
    keys = month_of << SOURCE_BITS | source_of
    order = np.argsort(keys, kind="stable")
    found, begins = np.unique(keys[order], return_index=True)
    parts = np.split(order, begins[1:])
    return {
        divmod(int(key), 1 << SOURCE_BITS): part for key, part in zip(found, parts, strict=True)
    }


def _all(column: Numbers) -> Numbers:
    return np.arange(len(column))


def _origin(facts: FunnelData, source_id: int) -> SourceLabel:
    return SourceLabel(id=source_id or None, name=facts.source_names[source_id])


def _sort_key(line: FunnelLine) -> tuple[str, int, str]:
    """By month; within it the source with most handoffs first."""
    name = line.origin.name if line.origin else ""
    return (line.month.key if line.month else "", -line.figures.handed_off, name)
