"""alignment metrics speed: how long leads waited for a human touch, and where the time went."""

from collections.abc import Iterator, Sequence

import click

from alignment.accounts.models import Workspace
from alignment.cli.period_options import PeriodRequest, echo_json, period_command
from alignment.files.csv_export import csv_lines
from alignment.metrics.funnel.figure_words import value_words
from alignment.metrics.speed.breakdown import MEANS, SpeedBy, SpeedToLead, speed_to_lead
from alignment.metrics.speed.figures import SPEED_FIGURES, speed_columns, speed_document, speed_rows


@click.command("speed")
@click.option(
    "--by",
    type=click.Choice([by.value for by in SpeedBy]),
    default=SpeedBy.WEEK.value,
    show_default=True,
    help="What each line is about.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print the figures as CSV.")
@period_command
def speed_command(asked: PeriodRequest, *, by: str, as_csv: bool, as_json: bool) -> None:
    """Print how long leads waited for a human touch, and where the time went."""
    company = asked.company
    result = speed_to_lead(
        asked.session, company, by=SpeedBy(by), period=asked.period, now=asked.now
    )
    if as_json:
        echo_json(speed_document(company, result))
    elif as_csv:
        click.echo("".join(csv_lines(speed_columns(), speed_rows(result))), nl=False)
    else:
        click.echo("\n".join(as_words(company, result)))


def as_words(company: Workspace, result: SpeedToLead) -> Iterator[str]:
    """A table as wide as its words, and below it what the numbers mean."""
    yield f"{company.name}, {result.period.words} ({result.period.zone})"
    table = [["", *(f"{figure.part}: {figure.name}" for figure in SPEED_FIGURES)]]
    for name, speed in [
        *((group.name, group.speed) for group in result.lines),
        ("Total", result.total),
    ]:
        table.append([name, *(value_words(figure.of(speed)) for figure in SPEED_FIGURES)])
    yield from _aligned(table)
    yield MEANS


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for name, *cells in table:
        padded = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join((name.ljust(widths[0]), *padded))
