"""alignment metrics: the numbers of the Compare page, for a terminal or a program."""

from collections.abc import Iterator

import click

from alignment.accounts.models import Workspace
from alignment.cli.periods import Asked, echo_json, of_a_period
from alignment.metrics.definitions import DEFINITIONS
from alignment.metrics.documents import document
from alignment.metrics.figures import Figures
from alignment.metrics.funnel import By, Funnel, Line, funnel
from alignment.metrics.promised import MEANS, NAMES, Both, promised
from alignment.metrics.promised import document as promises_document
from alignment.metrics.promised import words as promise_words
from alignment.metrics.wording import remark, words


@click.group("metrics")
def metrics_group() -> None:
    """See the numbers that both teams compare."""


@metrics_group.command("funnel")
@click.option(
    "--by",
    type=click.Choice([by.value for by in By]),
    default=By.MONTH.value,
    show_default=True,
    help="What each line is about.",
)
@of_a_period
def funnel_command(asked: Asked, *, by: str, as_json: bool) -> None:
    """Print what was handed off, and what came of it."""
    company = asked.company
    found = funnel(asked.session, company, by=By(by), period=asked.period, now=asked.now)
    if as_json:
        echo_json(document(company, found))
    else:
        click.echo("\n".join(as_words(company, found)))


@metrics_group.command("promises")
@of_a_period
def promises_command(asked: Asked, *, as_json: bool) -> None:
    """Print what both teams promised and kept, with and without what was excused."""
    company = asked.company
    found = promised(asked.session, company, period=asked.period, now=asked.now)
    if as_json:
        echo_json(promises_document(company, found))
    else:
        click.echo("\n".join(promises_as_words(company, found)))


def promises_as_words(company: Workspace, both: Both) -> Iterator[str]:
    """A line a figure, marketing left, with what it is counted of."""
    yield f"{company.name}, {both.period.words} ({both.period.zone})"
    rows = [("", *(side.capitalize() for side in both.sides), "")]
    for key, name in NAMES.items():
        figures = (promise_words(key, one) for one in both.sides.values())
        rows.append((name, *figures, MEANS[key]))
    without = f"{both.without_agreement:,}"
    rows.append(("Without agreement", without, "", MEANS["without_agreement"]))
    for name, marketing, sales, means in rows:
        yield f"{name:<28}{marketing:>10}{sales:>10}  {means}".rstrip()


def as_words(company: Workspace, found: Funnel) -> Iterator[str]:
    """A table as wide as its words, and below it what no line of it counts."""
    yield f"{company.name}, {found.period.words} ({found.period.zone})"
    rows = [
        ["", *(definition.name for definition in DEFINITIONS)],
        *([_name(line), *_cells(line.figures)] for line in found.lines),
        ["Total", *_cells(found.total)],
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        padded = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join((name.ljust(widths[0]), *padded))
    for fate, count in found.apart.items():
        yield f"{fate.replace('_', ' ').capitalize()}: {count:,}"


def _name(line: Line) -> str:
    month = line.month.words if line.month else ""
    return " · ".join(name for name in (month, line.origin.name if line.origin else "") if name)


def _cells(figures: Figures) -> list[str]:
    values = [definition.of(figures) for definition in DEFINITIONS]
    return [f"{words(x)} ({remark(x)})" if remark(x) else words(x) for x in values]
