"""alignment import leads and events: bring a file in, and say what became of its rows."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from alignment import db, edge
from alignment.accounts.models import User
from alignment.accounts.names import address_key
from alignment.cli.schema import needs_schema
from alignment.cli.workspace_lookup import workspace_called
from alignment.errors import Refused
from alignment.files.dates import DateOrder
from alignment.files.errors import AmbiguousDates
from alignment.files.mapping import ColumnMapping, load_mapping
from alignment.integrations.imports import jobs, queries
from alignment.integrations.imports.batches import ImportReport, ProgressCallback
from alignment.integrations.imports.models import ImportKind
from alignment.integrations.imports.opened_file import FIELDS_BY_KIND, ReadOptions
from alignment.leads.bulk.changes import RowChange

COUNTS = (*(change.value for change in RowChange), "rejected")


@click.group("import")
def import_group() -> None:
    """Bring leads and their events in from a CSV or XLSX file.

    Importing the same file again changes nothing. The command ends with 0 when the file was read,
    also where some rows were rejected, and with 2 when the file itself was refused.
    """


def options(command: Callable[..., None]) -> Callable[..., None]:
    """What both commands take."""
    for option in (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option(
            "--map",
            "map_file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="A TOML file that says which column is which field.",
        ),
        click.option(
            "--date-order",
            type=click.Choice([order.value for order in DateOrder]),
            help="How dates like 03/04/2026 are meant, where the file leaves it open.",
        ),
        click.option("--dry-run", is_flag=True, help="Count what would happen; write nothing."),
        click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON."),
        click.option(
            "--workspace", help="The workspace's name or number, where there are several."
        ),
        click.option("--by", help="Mail address of who imports; else the first owner."),
        needs_schema,
    ):
        command = option(command)
    return command


@dataclass(frozen=True, kw_only=True)
class Command:
    """What was typed."""

    file: Path
    map_file: Path | None
    date_order: str | None
    dry_run: bool
    as_json: bool
    workspace: str | None
    by: str | None
    keep_unknown: bool = False


@import_group.command("leads")
@click.option("--keep-unknown", is_flag=True, help="Keep up to 30 unknown columns with each lead.")
@options
def leads(**typed: Any) -> None:
    """Bring leads in; known ones are brought up to date."""
    run(ImportKind.LEADS, Command(**typed))


@import_group.command("events")
@options
def events(**typed: Any) -> None:
    """Tell what happened to known leads: handoffs, touches, wins, losses and more."""
    run(ImportKind.EVENTS, Command(**typed))


def run(kind: ImportKind, command: Command) -> None:
    """Raises FileRefused, with what to do, where the file as a whole cannot be brought in."""
    try:
        report = bring_in(kind, command)
    except AmbiguousDates as question:
        raise FileRefused(f"{question} Say it with --date-order dmy or mdy.") from question
    except Refused as reason:
        raise FileRefused(str(reason)) from reason
    lines = as_words(report, dry_run=command.dry_run)
    click.echo(as_document(report) if command.as_json else "\n".join(lines))


def bring_in(kind: ImportKind, command: Command) -> ImportReport:
    engine, clock = edge.engine(), edge.clock()
    by = importer(command.workspace, command.by)
    imported = jobs.new_import(command.file.name, kind=kind, by=by, now=clock())
    read = ReadOptions(mapping=mapping(kind, command), keeps_extra_columns=command.keep_unknown)
    with progress(shown=not command.as_json) as watch:
        if command.dry_run:
            return jobs.try_file(engine, command.file, imported, read, clock=clock, watch=watch)
        return jobs.import_file(
            engine,
            command.file,
            imported,
            read,
            settings=edge.settings(),
            clock=clock,
            watch=watch,
        )


def mapping(kind: ImportKind, command: Command) -> ColumnMapping:
    """The columns of the TOML file, where one was given, and the order of dates."""
    given = ColumnMapping()
    if command.map_file:
        given = load_mapping(command.map_file, fields=FIELDS_BY_KIND[kind])
    if command.date_order:
        given = replace(given, date_order=DateOrder(command.date_order))
    return given


class FileRefused(click.ClickException):
    """The file as a whole cannot be brought in."""

    exit_code = 2


def importer(workspace: str | None, address: str | None) -> User:
    """Who imports, of which workspace; a wish that fits nobody is refused."""
    with db.read_only_session(edge.engine()) as session:
        company = workspace_called(session, workspace)
        if address:
            people = queries.everybody(session, company.id)
            called = (
                colleague
                for colleague in people
                if colleague.is_active and colleague.email_key == address_key(address)
            )
            person = next(called, None)
        else:
            person = queries.first_owner(session, company.id)
    if person is None:
        raise Refused(f"Nobody at {company.name} is {address or 'an owner'}.")
    return person


@contextmanager
def progress(*, shown: bool) -> Iterator[ProgressCallback | None]:
    """A bar on a terminal; elsewhere nothing."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=0, label="Rows", file=sys.stderr) as bar:

        def watch(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield watch


def as_document(report: ImportReport) -> str:
    counts = {name: report.changes[name] for name in COUNTS}
    problems = [
        {
            "row": row,
            "column": remark.column,
            "value": remark.value,
            "reason": remark.reason,
            "rejected": is_rejected,
        }
        for row, remark, is_rejected in report.first_problems
    ]
    more = {"rows": report.rows, "remarks": report.remarks, "import": report.import_id}
    return json.dumps({**counts, **more, "first_problems": problems})


def as_words(report: ImportReport, *, dry_run: bool) -> Iterator[str]:
    if dry_run:
        yield "A dry run: nothing was written."
    yield f"{report.rows:,} rows: " + ", ".join(
        f"{report.changes[name]:,} {name}" for name in COUNTS
    )
    if report.remarks:
        yield f"{report.remarks:,} remarks on rows that were taken."
    for row, remark, is_rejected in report.first_problems:
        place = f", column {remark.column}" if remark.column else ""
        value = f" ({remark.value})" if remark.value else ""
        word = "Rejected" if is_rejected else "Remark"
        yield f"  {word}: row {row}{place}: {remark.reason}{value}"
    if report.import_id and report.changes["rejected"] + report.remarks > len(
        report.first_problems
    ):
        yield f"All of them: {edge.settings().base_url}/imports/{report.import_id}"
