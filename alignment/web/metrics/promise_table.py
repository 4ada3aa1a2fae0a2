"""The promise figures of both sides: the table on Compare, and the CSV of every promise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import url_for

from alignment import db
from alignment.accounts.roles import Side
from alignment.edge import engine, now, session, user, workspace
from alignment.files.csv_export import ColumnKind, ExportValue, csv_lines
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises import report
from alignment.metrics.promises.listing import queries
from alignment.metrics.promises.listing.queries import PromiseRow
from alignment.metrics.promises.outcomes import PromiseOutcome, PromiseRemark
from alignment.metrics.promises.over_periods.queries import QuotaPromise, quota_promises
from alignment.metrics.promises.report import (
    MEANS,
    NAMES,
    PromiseReport,
    SidePromises,
    figure_count,
    figure_words,
)
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Timer
from alignment.sla.quotas.tracking import quota_names, span_of
from alignment.sla.timers.inspection import promise_names, state_label
from alignment.web.metrics.funnel_table import dates
from alignment.web.name_lookup import people_names

COLUMNS: Final = {
    "lead": ColumnKind.NUMBER,
    "name": ColumnKind.TEXT,
    "company": ColumnKind.TEXT,
    "owed_by": ColumnKind.TEXT,
    "promise": ColumnKind.TEXT,
    "owner": ColumnKind.TEXT,
    "started_at": ColumnKind.TEXT,
    "due_at": ColumnKind.TEXT,
    "done_at": ColumnKind.TEXT,
    "state": ColumnKind.TEXT,
    "missed": ColumnKind.TEXT,
    "excused": ColumnKind.TEXT,
    "cause": ColumnKind.TEXT,
    "withdrawn": ColumnKind.TEXT,
    "shadow": ColumnKind.TEXT,
    "dated_back": ColumnKind.TEXT,
}


@dataclass(frozen=True, kw_only=True)
class PromiseFigureRow:
    """One figure of both sides: its words, and where the promises behind it are."""

    name: str
    means: str
    cells: tuple[tuple[Side, str, str], ...]


def figure_table(period: ReportPeriod) -> tuple[list[PromiseFigureRow], PromiseReport]:
    both = report.promise_report(session(), workspace(), period=period, now=now())
    return [_row(name, key, both) for key, name in NAMES.items()], both


OUTCOME_OF_FIGURE: Final = {
    "kept": PromiseOutcome.KEPT,
    "dated_back": PromiseRemark.DATED_BACK,
    "missed": PromiseOutcome.MISSED,
    "excused": PromiseRemark.EXCUSED,
    "open": PromiseOutcome.OPEN,
    "withdrawn": PromiseRemark.WITHDRAWN,
    "shadow": PromiseRemark.SHADOW,
}


def _row(name: str, key: str, both: PromiseReport) -> PromiseFigureRow:
    return PromiseFigureRow(
        name=name,
        means=MEANS[key],
        cells=tuple(
            (side, figure_words(key, figures), _behind(key, side, figures, both.period))
            for side, figures in both.sides.items()
        ),
    )


def _behind(key: str, side: Side, figures: SidePromises, period: ReportPeriod) -> str:
    """The list of exactly these promises; a number of none has nobody behind it."""
    outcome = OUTCOME_OF_FIGURE.get(key)
    if outcome is None or not figure_count(key, figures):
        return ""
    return url_for(
        "metrics.promises", side=side, outcome=outcome, **dates(period, "from_on", "until_on")
    )


def csv_of(period: ReportPeriod) -> Iterator[str]:
    """Every promise of a period, line by line; the file goes out after the request has ended."""
    workspace_id, at, reader = user().workspace_id, now(), engine()
    promises, people = promise_names(session(), workspace_id), people_names()
    of_quotas = quota_names(session(), workspace_id)

    def rows() -> Iterator[list[ExportValue]]:
        with db.read_only_session(reader) as own:
            for row in queries.every_promise(own, workspace_id, period):
                yield _cells(row, promises, people, at)
            for quota in quota_promises(own, workspace_id, period):
                yield _quota_cells(quota, of_quotas)

    return csv_lines(COLUMNS, rows())


def _cells(
    row: PromiseRow,
    promises: Mapping[tuple[int, str], str],
    people: Mapping[int, str],
    at: datetime,
) -> list[ExportValue]:
    timer, breach = row.timer, row.breach
    return [
        row.lead.id,
        row.lead.name,
        row.lead.company,
        timer.owed_by.value,
        promises[timer.version_id, timer.target_key],
        people.get(timer.owner_id or 0, ""),
        timer.started_at,
        timer.due_at,
        timer.stopped_at,
        timer.state.value,
        is_late(timer, at) or timer.state in (TimerState.MET_LATE, TimerState.BREACHED),
        row.is_excused,
        breach.cause.value if breach and breach.cause else "",
        row.is_withdrawn,
        timer.is_shadow,
        row.is_backdated,
    ]


def _quota_cells(promise: QuotaPromise, names: Mapping[tuple[int, str], str]) -> list[ExportValue]:
    """A promise over a period: of no lead and of no one person."""
    period, breach = promise.period, promise.breach
    return [
        None,
        span_of(period).words,
        "",
        period.owed_by.value,
        names[period.version_id, period.quota_key],
        "",
        period.starts_at,
        period.due_at,
        period.settled_at,
        period.state.value,
        promise.outcome is PromiseOutcome.MISSED,
        promise.is_excused,
        breach.cause.value if breach and breach.cause else "",
        False,
        False,
        False,
    ]


def state_of(row: PromiseRow) -> str:
    """One second past due is missed, whether or not the sweep has seen it."""
    if row.is_excused:
        return "excused"
    if row.is_withdrawn:
        return "withdrawn"
    return "missed" if is_late(row.timer, now()) else state_label(row.timer, now=now())


def is_late(timer: Timer, at: datetime) -> bool:
    return timer.state is TimerState.RUNNING and timer.due_at < at
