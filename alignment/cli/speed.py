"""alignment metrics speed: how long leads waited for a human touch, and where the time went."""

from collections.abc import Iterator, Sequence

import click

from alignment.accounts.models import Workspace
from alignment.cli.periods import Asked, echo_json, of_a_period
from alignment.files.export import csv_lines
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
def speed_command(asked: Asked, *, by: str, as_csv: bool, as_json: bool) -> None:
    """Print how long leads waited for a human touch, and where the time went."""
    company = asked.company
    found = speed_to_lead(asked.session, company, by=By(by), period=asked.period, now=asked.now)
    if as_json:
        echo_json(document(company, found))
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
