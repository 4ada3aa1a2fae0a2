"""alignment metrics speed: how long leads waited for a human touch, and where the time went."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import click
from flask.cli import with_appcontext

from alignment import db, edge
from alignment.accounts.models import Workspace
from alignment.cli.metrics import of_a_period
from alignment.cli.workspaces import workspace_called
from alignment.errors import Refused
from alignment.files.export import csv_lines
from alignment.metrics.choosing import choose
from alignment.metrics.speed import MEANS, By, SpeedToLead, speed_to_lead
from alignment.metrics.speed_figures import FIGURES, columns, document, rows
from alignment.metrics.wording import words


@click.command("speed")
@click.option(
    "--by",
    type=click.Choice([by.value for by in By]),
    default=By.WEEK.value,
    show_default=True,
    help="What each line is about.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print the figures as CSV.")
@of_a_period
@with_appcontext
def speed_command(
    *,
    by: str,
    as_csv: bool,
    months: str,
    from_on: datetime | None,
    until_on: datetime | None,
    as_json: bool,
    workspace: str | None,
) -> None:
    """Print how long leads waited for a human touch, and where the time went."""
    now = edge.clock()()
    try:
        with db.reading(edge.engine()) as session:
            company = workspace_called(session, workspace)
            period = choose(
                session,
                company,
                now=now,
                months=months,
                from_on=from_on and from_on.date(),
                until_on=until_on and until_on.date(),
            )
            found = speed_to_lead(session, company, by=By(by), period=period, now=now)
    except Refused as reason:
        raise click.ClickException(str(reason)) from reason
    if as_json:
        click.echo(json.dumps(document(company, found), indent=2, ensure_ascii=False))
    elif as_csv:
        click.echo("".join(csv_lines(columns(), rows(found))), nl=False)
    else:
        click.echo("\n".join(as_words(company, found)))


def as_words(company: Workspace, found: SpeedToLead) -> Iterator[str]:
    """A table as wide as its words, and below it what the numbers mean."""
    yield f"{company.name}, {found.period.words} ({found.period.zone})"
    table = [["", *(f"{figure.part}: {figure.name}" for figure in FIGURES)]]
    for name, speed in [*((x.name, x.speed) for x in found.lines), ("Total", found.total)]:
        table.append([name, *(words(figure.of(speed)) for figure in FIGURES)])
    yield from _aligned(table)
    yield MEANS


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for name, *cells in table:
        padded = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join((name.ljust(widths[0]), *padded))
