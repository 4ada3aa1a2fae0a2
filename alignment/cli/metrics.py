"""alignment metrics: the numbers of the Compare page, for a terminal or a program."""

from collections.abc import Iterator

import click

from alignment.accounts.models import Workspace
from alignment.cli.period_options import PeriodRequest, echo_json, period_command
from alignment.metrics.funnel.breakdown import Funnel, FunnelBy, FunnelLine, load_funnel
from alignment.metrics.funnel.definitions import DEFINITIONS
from alignment.metrics.funnel.figure_words import value_remark, value_words
from alignment.metrics.funnel.figures import Figures
from alignment.metrics.funnel.json_document import funnel_document
from alignment.metrics.promises.report import MEANS, NAMES, PromiseReport, promise_report
from alignment.metrics.promises.report import figure_words as promise_words
from alignment.metrics.promises.report import promise_document as promises_document


@click.group("metrics")
def metrics_group() -> None:
    """See the numbers that both teams compare."""


@metrics_group.command("funnel")
@click.option(
    "--by",
    type=click.Choice([by.value for by in FunnelBy]),
    default=FunnelBy.MONTH.value,
    show_default=True,
    help="What each line is about.",
)
@period_command
def funnel_command(asked: PeriodRequest, *, by: str, as_json: bool) -> None:
    """Print what was handed off, and what came of it."""
    company = asked.company
    result = load_funnel(
        asked.session, company, by=FunnelBy(by), period=asked.period, now=asked.now
    )
    if as_json:
        echo_json(funnel_document(company, result))
    else:
        click.echo("\n".join(as_words(company, result)))


@metrics_group.command("promises")
@period_command
def promises_command(asked: PeriodRequest, *, as_json: bool) -> None:
    """Print what both teams promised and kept, with and without what was excused."""
    company = asked.company
    result = promise_report(asked.session, company, period=asked.period, now=asked.now)
    if as_json:
        echo_json(promises_document(company, result))
    else:
        click.echo("\n".join(promises_as_words(company, result)))


def promises_as_words(company: Workspace, both: PromiseReport) -> Iterator[str]:
    """A line a figure, marketing left, with what it is counted of."""
    yield f"{company.name}, {both.period.words} ({both.period.zone})"
    rows = [("", *(side.capitalize() for side in both.sides), "")]
    for key, name in NAMES.items():
        figures = (promise_words(key, figures_of_side) for figures_of_side in both.sides.values())
        rows.append((name, *figures, MEANS[key]))
    without = f"{both.without_agreement:,}"
    rows.append(("Without agreement", without, "", MEANS["without_agreement"]))
    for name, marketing, sales, means in rows:
        yield f"{name:<28}{marketing:>10}{sales:>10}  {means}".rstrip()


def as_words(company: Workspace, result: Funnel) -> Iterator[str]:
    """A table as wide as its words, and below it what no line of it counts."""
    yield f"{company.name}, {result.period.words} ({result.period.zone})"
    rows = [
        ["", *(definition.name for definition in DEFINITIONS)],
        *([_name(line), *_cells(line.figures)] for line in result.lines),
        ["Total", *_cells(result.total)],
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        padded = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join((name.ljust(widths[0]), *padded))
    for fate, count in result.leads_without_handoff.items():
        yield f"{fate.replace('_', ' ').capitalize()}: {count:,}"


def _name(line: FunnelLine) -> str:
    month = line.month.words if line.month else ""
    return " · ".join(name for name in (month, line.origin.name if line.origin else "") if name)


def _cells(figures: Figures) -> list[str]:
    values = [definition.read(figures) for definition in DEFINITIONS]
    return [
        f"{value_words(value)} ({value_remark(value)})"
        if value_remark(value)
        else value_words(value)
        for value in values
    ]
