"""The same numbers for both teams: by month, by source, or both; for the page, commands and files.

A handoff counts in the month in which it was made (a cohort), a promise in the month in which it
fell due; months are those of the workspace's zone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from sqlmodel import Session

from alignment.accounts.models import Workspace
from alignment.leads import queries as leads
from alignment.leads.fates import Fate
from alignment.metrics import queries
from alignment.metrics.columns import Numbers
from alignment.metrics.figures import Figures, figures
from alignment.metrics.periods import Period
from alignment.metrics.queries import NO_SOURCE, Handoffs, Promises

NAME_OF_NONE = "No source given"
SOURCE_BITS = 32
NOTHING = np.empty(0, dtype=np.int64)

Key = tuple[int, int]
"""The place of a month in the period, and a source; 0 where a line is not about one."""


class By(StrEnum):
    """What each line is about."""

    MONTH = "month"
    SOURCE = "source"
    MONTH_SOURCE = "month_source"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where leads came from; nobody said so where it has no id."""

    id: int | None
    name: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """The figures of one month, one source, or one source in one month."""

    month: Period | None
    origin: Origin | None
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """All lines of a period, their total, and what no line can hold."""

    by: By
    period: Period
    lines: tuple[Line, ...]
    total: Figures
    apart: Mapping[Fate, int]
    """Leads of the period that were never handed off: won nevertheless, or with marketing."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a period's funnels are counted from; read once, told in several ways."""

    period: Period
    handoffs: Handoffs
    promises: Promises
    apart: Mapping[Fate, int]
    source_names: Mapping[int, str]


def funnel(
    session: Session, workspace: Workspace, *, by: By, period: Period, now: datetime
) -> Funnel:
    """The numbers of this period as they stand now."""
    return told(read(session, workspace, period=period, now=now), by=by)


def read(session: Session, workspace: Workspace, *, period: Period, now: datetime) -> Facts:
    names = {source.id: source.name for source in leads.sources(session, workspace.id)}
    return Facts(
        period=period,
        handoffs=queries.handoffs(session, workspace.id, period, now=now),
        promises=queries.promises(session, workspace.id, period, now=now),
        apart=queries.without_handoff(session, workspace.id, period),
        source_names=names | {NO_SOURCE: NAME_OF_NONE},
    )


def told(facts: Facts, *, by: By) -> Funnel:
    """Count the facts line by line. A month without any still has its line."""
    everything = figures(
        facts.handoffs, _all(facts.handoffs.at), facts.promises, _all(facts.promises.at)
    )
    return Funnel(
        by=by,
        period=facts.period,
        lines=tuple(sorted(_lines(facts, by), key=_place)),
        total=everything,
        apart=facts.apart,
    )


def _lines(facts: Facts, by: By) -> Iterator[Line]:
    months = facts.period.months()
    handed_off = _groups(facts.handoffs.at, facts.handoffs.source_ids, months, by)
    due = _groups(facts.promises.at, facts.promises.source_ids, months, by)
    quiet = {(place, NO_SOURCE) for place in range(len(months))} if by is By.MONTH else set()
    for key in handed_off.keys() | due.keys() | quiet:
        those, those_due = handed_off.get(key, NOTHING), due.get(key, NOTHING)
        month, source_id = key
        yield Line(
            month=None if by is By.SOURCE else months[month],
            origin=None if by is By.MONTH else _origin(facts, source_id),
            figures=figures(facts.handoffs, those, facts.promises, those_due),
        )


def _groups(at: Numbers, source_ids: Numbers, months: list[Period], by: By) -> dict[Key, Numbers]:
    """Which places of the columns belong to which line."""
    if not len(at):
        return {}
    starts = np.array([int(month.start.timestamp()) for month in months])
    month_of = 0 * at if by is By.SOURCE else np.searchsorted(starts, at, side="right") - 1
    source_of = 0 * at if by is By.MONTH else source_ids
    keys = month_of << SOURCE_BITS | source_of
    order = np.argsort(keys, kind="stable")
    found, begins = np.unique(keys[order], return_index=True)
    parts = np.split(order, begins[1:])
    return {
        divmod(int(key), 1 << SOURCE_BITS): part for key, part in zip(found, parts, strict=True)
    }


def _all(column: Numbers) -> Numbers:
    return np.arange(len(column))


def _origin(facts: Facts, source_id: int) -> Origin:
    return Origin(id=source_id or None, name=facts.source_names[source_id])


def _place(line: Line) -> tuple[str, int, str]:
    """By month; within it the source with most handoffs first."""
    name = line.origin.name if line.origin else ""
    return (line.month.key if line.month else "", -line.figures.handed_off, name)
