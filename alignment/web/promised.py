"""The promises of both teams as a table of words, and as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import url_for

from alignment import db
from alignment.accounts.roles import Side
from alignment.edge import engine, now, session, user, workspace
from alignment.files.export import Column, Written, csv_lines
from alignment.metrics import promised, queries
from alignment.metrics.outcomes import Apart, Outcome
from alignment.metrics.periods import Period
from alignment.metrics.promised import MEANS, NAMES, Both, Promised, count, words
from alignment.metrics.queries import PromiseRow
from alignment.sla.inspection import chip_of, promise_names
from alignment.sla.models import Timer
from alignment.sla.stopwatch import State
from alignment.web.comparing import dates
from alignment.web.lead_page import names

COLUMNS: Final = {
    "lead": Column.NUMBER,
    "name": Column.TEXT,
    "company": Column.TEXT,
    "owed_by": Column.TEXT,
    "promise": Column.TEXT,
    "owner": Column.TEXT,
    "started_at": Column.TEXT,
    "due_at": Column.TEXT,
    "done_at": Column.TEXT,
    "state": Column.TEXT,
    "missed": Column.TEXT,
    "excused": Column.TEXT,
    "cause": Column.TEXT,
    "withdrawn": Column.TEXT,
    "shadow": Column.TEXT,
    "dated_back": Column.TEXT,
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure of both sides: its words, and where the promises behind it are."""

    name: str
    means: str
    cells: tuple[tuple[Side, str, str], ...]


def table(period: Period) -> tuple[list[Row], Both]:
    both = promised.promised(session(), workspace(), period=period, now=now())
    return [_row(name, key, both) for key, name in NAMES.items()], both


BEHIND: Final = {
    "kept": Outcome.KEPT,
    "dated_back": Apart.DATED_BACK,
    "missed": Outcome.MISSED,
    "excused": Apart.EXCUSED,
    "open": Outcome.OPEN,
    "withdrawn": Apart.WITHDRAWN,
    "shadow": Apart.SHADOW,
}


def _row(name: str, key: str, both: Both) -> Row:
    return Row(
        name=name,
        means=MEANS[key],
        cells=tuple(
            (side, words(key, one), _behind(key, side, one, both.period))
            for side, one in both.sides.items()
        ),
    )


def _behind(key: str, side: Side, one: Promised, period: Period) -> str:
    """The list of exactly these promises; a number of none has nobody behind it."""
    outcome = BEHIND.get(key)
    if outcome is None or not count(key, one):
        return ""
    return url_for(
        "metrics.promises", side=side, outcome=outcome, **dates(period, "from_on", "until_on")
    )


def file_of(period: Period) -> Iterator[str]:
    """Every promise of a period, line by line; the file goes out after the request has ended."""
    workspace_id, at, reader = user().workspace_id, now(), engine()
    promises, people = promise_names(session(), workspace_id), names()

    def rows() -> Iterator[list[Written]]:
        with db.reading(reader) as own:
            for row in queries.every_promise(own, workspace_id, period):
                yield _cells(row, promises, people, at)

    return csv_lines(COLUMNS, rows())


def _cells(
    row: PromiseRow,
    promises: Mapping[tuple[int, str], str],
    people: Mapping[int, str],
    at: datetime,
) -> list[Written]:
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
        is_late(timer, at) or timer.state in (State.MET_LATE, State.BREACHED),
        row.is_excused,
        breach.cause.value if breach and breach.cause else "",
        row.is_withdrawn,
        timer.is_shadow,
        row.is_dated_back,
    ]


def state_of(row: PromiseRow) -> str:
    """One second past due is missed, whether or not the sweep has seen it."""
    if row.is_excused:
        return "excused"
    if row.is_withdrawn:
        return "withdrawn"
    return "missed" if is_late(row.timer, now()) else chip_of(row.timer, now=now())


def is_late(timer: Timer, at: datetime) -> bool:
    return timer.state is State.RUNNING and timer.due_at < at
