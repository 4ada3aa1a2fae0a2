"""Going through a file batch by batch, each in a transaction of its own.

What a batch does, its counts and its problems are kept together or not at all, so an import that
is killed goes on behind its last batch: nothing is missing and nothing is counted twice.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, insert, update
from sqlmodel import Session, col

from alignment import db
from alignment.clock import Clock
from alignment.files.rows import BadRow
from alignment.files.typed_rows import TypedRow
from alignment.integrations import queries
from alignment.integrations.models import Import, ImportProblem, ImportState
from alignment.integrations.opening import Opened
from alignment.integrations.repeats import Repeats
from alignment.integrations.verdicts import Rejected, Remark, Verdict, rejection, unreadable

ROWS = 250
"""A batch; other writers wait for no longer than one."""
LEASE = timedelta(minutes=2)
"""Who imports is believed dead when not heard of for so long."""
FIRST_PROBLEMS = 20

Watch = Callable[[int, int], None]
"""Told after each batch how many rows are done, and of how many."""


class Overtaken(Exception):
    """Somebody else goes on with this import: our lease was over."""


class _OnlyTried(Exception):
    """Leaves a transaction without keeping it."""


@dataclass(kw_only=True)
class Report:
    """What became of the rows; ``first`` shows the first problems, rejections before remarks."""

    import_id: int | None = None
    rows: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    remarks: int = 0
    first: list[tuple[int, Remark, bool]] = field(default_factory=list)

    def add(self, verdicts: Sequence[Verdict]) -> None:
        self.rows += len(verdicts)
        self.changes.update(word_of(verdict) for verdict in verdicts)
        self.remarks += sum(len(x.remarks) for x in verdicts if not x.is_rejected)
        told = [(x.row, remark, x.is_rejected) for x in verdicts for remark in x.remarks]
        self.first = sorted([*self.first, *told], key=lambda one: (not one[2], one[0]))
        del self.first[FIRST_PROBLEMS:]


def word_of(verdict: Verdict) -> str:
    return "rejected" if verdict.change is None else verdict.change.value


def go_through(
    engine: Engine,
    opened: Opened,
    imported: Import,
    *,
    clock: Clock,
    is_trial: bool = False,
    watch: Watch | None = None,
) -> Report:
    """Take in every row behind ``imported.rows_done``; a trial writes nothing at all.

    Raises Overtaken where another process has gone on with this import.
    """
    repeats, total = opened.repeats()
    rows = opened.rows()
    done = imported.rows_done
    _pass_over(engine, imported, islice(rows, done), repeats)
    report = Report(import_id=imported.id)
    while batch := list(islice(rows, ROWS)):
        now = clock()
        verdicts, told = _decide(opened, batch, repeats, now=now)
        with suppress(_OnlyTried), db.transaction(engine) as session:
            if not is_trial:
                _claim(session, imported, done=done, total=total, now=now)
            queries.take_turn(session, imported.workspace_id)
            verdicts += opened.reader.take(session, told, now=now)
            if is_trial:
                raise _OnlyTried
            _count(session, imported, verdicts)
        done += len(batch)
        report.add(verdicts)
        if watch:
            watch(done, total)
    return report


def _pass_over(
    engine: Engine,
    imported: Import,
    rows: Iterator[TypedRow | BadRow],
    repeats: Repeats,
) -> None:
    """Rows done before an interruption: the names of those that were taken are given away."""
    if not imported.rows_done:
        return
    with db.reading(engine) as session:
        rejected = queries.rejected_rows(session, imported)
    for row in rows:
        if row.number not in rejected:
            repeats.take(row.number)


def _decide(
    opened: Opened, batch: Sequence[TypedRow | BadRow], repeats: Repeats, *, now: datetime
) -> tuple[list[Verdict], list[tuple[int, Any]]]:
    """What can be said of the rows without asking the database; the others are yet to be told."""
    verdicts: list[Verdict] = []
    told: list[tuple[int, Any]] = []
    for row in batch:
        if isinstance(row, BadRow):
            verdicts.append(unreadable(row))
        elif earlier := repeats.earlier(row.number):
            verdicts.append(rejection(row.number, Remark(reason=f"duplicate of row {earlier}")))
        else:
            try:
                told.append((row.number, opened.reader.read(row, now=now)))
                repeats.take(row.number)
            except Rejected as why:
                verdicts.append(rejection(row.number, why.remark))
    return verdicts, told


def _claim(session: Session, imported: Import, *, done: int, total: int, now: datetime) -> None:
    """Ours only while nobody else has gone on: the count of rows done is the proof."""
    ours = session.execute(
        update(Import)
        .where(
            col(Import.workspace_id) == imported.workspace_id,
            col(Import.id) == imported.id,
            col(Import.state) == ImportState.RUNNING,
            col(Import.rows_done) == done,
        )
        .values(lease_until=now + LEASE, rows_total=total)
    )
    if ours.rowcount != 1:  # type: ignore[attr-defined]
        raise Overtaken


def _count(session: Session, imported: Import, verdicts: Sequence[Verdict]) -> None:
    counts = Counter(word_of(verdict) for verdict in verdicts)
    grown = {name: getattr(Import, name) + count for name, count in counts.items()}
    session.execute(
        update(Import)
        .where(col(Import.workspace_id) == imported.workspace_id, col(Import.id) == imported.id)
        .values(rows_done=col(Import.rows_done) + len(verdicts), **grown)
    )
    problems = [
        {
            "workspace_id": imported.workspace_id,
            "import_id": imported.id,
            "row": verdict.row,
            "column": remark.column,
            "value": remark.value,
            "reason": remark.reason,
            "is_rejected": verdict.is_rejected,
        }
        for verdict in sorted(verdicts, key=lambda verdict: verdict.row)
        for remark in verdict.remarks
    ]
    if problems:
        session.execute(insert(ImportProblem), problems)
