"""Import the rows of a file in batches, each in its own transaction.

A batch's rows, counts and problems are committed together, so an interrupted import continues after
its last batch without losing or counting a row twice.
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
from alignment.integrations.imports import queries
from alignment.integrations.imports.duplicate_rows import DuplicateRows
from alignment.integrations.imports.models import Import, ImportProblem, ImportState
from alignment.integrations.imports.opened_file import OpenedFile
from alignment.integrations.imports.row_results import (
    RowRejected,
    RowRemark,
    RowResult,
    rejected_row,
    unreadable_row,
)

BATCH_ROWS = 250
"""A batch; other writers wait for no longer than one."""
LEASE_DURATION = timedelta(minutes=2)
"""Who imports is believed dead when not heard of for so long."""
FIRST_PROBLEMS = 20

ProgressCallback = Callable[[int, int], None]
"""Told after each batch how many rows are done, and of how many."""


class LeaseLost(Exception):
    """Another process took over this import after our lease had expired."""


class _DryRun(Exception):
    """Leaves a transaction without keeping it."""


@dataclass(kw_only=True)
class ImportReport:
    """What became of the rows; ``first`` shows the first problems, rejections before remarks."""

    import_id: int | None = None
    rows: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    remarks: int = 0
    first_problems: list[tuple[int, RowRemark, bool]] = field(default_factory=list)

    def add(self, verdicts: Sequence[RowResult]) -> None:
        self.rows += len(verdicts)
        self.changes.update(counter_name(verdict) for verdict in verdicts)
        self.remarks += sum(len(x.remarks) for x in verdicts if not x.is_rejected)
        told = [(x.row, remark, x.is_rejected) for x in verdicts for remark in x.remarks]
        self.first_problems = sorted(
            [*self.first_problems, *told], key=lambda one: (not one[2], one[0])
        )
        del self.first_problems[FIRST_PROBLEMS:]


def counter_name(verdict: RowResult) -> str:
    return "rejected" if verdict.change is None else verdict.change.value


def import_rows(
    engine: Engine,
    opened: OpenedFile,
    imported: Import,
    *,
    clock: Clock,
    is_dry_run: bool = False,
    watch: ProgressCallback | None = None,
) -> ImportReport:
    """Take in every row behind ``imported.rows_done``; a trial writes nothing at all.

    Raises Overtaken where another process has gone on with this import.
    """
    repeats, total = opened.repeats()
    rows = opened.rows()
    done = imported.rows_done
    _skip_done_rows(engine, imported, islice(rows, done), repeats)
    report = ImportReport(import_id=imported.id)
    while batch := list(islice(rows, BATCH_ROWS)):
        now = clock()
        results, parsed = _parse_batch(opened, batch, repeats, now=now)
        with suppress(_DryRun), db.transaction(engine) as session:
            if not is_dry_run:
                _claim(session, imported, done=done, total=total, now=now)
            queries.lock_workspace(session, imported.workspace_id)
            results += opened.reader.save(session, parsed, now=now)
            if is_dry_run:
                raise _DryRun
            _save_results(session, imported, results)
        done += len(batch)
        report.add(results)
        if watch:
            watch(done, total)
    return report


def _skip_done_rows(
    engine: Engine,
    imported: Import,
    rows: Iterator[TypedRow | BadRow],
    repeats: DuplicateRows,
) -> None:
    """Rows done before an interruption: the names of those that were taken are given away."""
    if not imported.rows_done:
        return
    with db.read_only_session(engine) as session:
        rejected = queries.rejected_rows(session, imported)
    for row in rows:
        if row.number not in rejected:
            repeats.claim_names(row.number)


def _parse_batch(
    opened: OpenedFile, batch: Sequence[TypedRow | BadRow], repeats: DuplicateRows, *, now: datetime
) -> tuple[list[RowResult], list[tuple[int, Any]]]:
    """What can be said of the rows without asking the database; the others are yet to be told."""
    results: list[RowResult] = []
    parsed: list[tuple[int, Any]] = []
    for row in batch:
        if isinstance(row, BadRow):
            results.append(unreadable_row(row))
        elif earlier := repeats.earlier_row(row.number):
            results.append(
                rejected_row(row.number, RowRemark(reason=f"duplicate of row {earlier}"))
            )
        else:
            try:
                parsed.append((row.number, opened.reader.parse(row, now=now)))
                repeats.claim_names(row.number)
            except RowRejected as why:
                results.append(rejected_row(row.number, why.remark))
    return results, parsed


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
        .values(lease_until=now + LEASE_DURATION, rows_total=total)
    )
    if ours.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost


def _save_results(session: Session, imported: Import, verdicts: Sequence[RowResult]) -> None:
    counts = Counter(counter_name(verdict) for verdict in verdicts)
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
