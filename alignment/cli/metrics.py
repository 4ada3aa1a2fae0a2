"""alignment metrics: the numbers of the Compare page, for a terminal or a program."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

import click
from flask.cli import with_appcontext

from alignment import db, edge
from alignment.accounts.models import Workspace
from alignment.cli.workspaces import workspace_called
from alignment.errors import Refused
from alignment.metrics.choosing import SPANS, USUAL, choose
from alignment.metrics.definitions import DEFINITIONS
from alignment.metrics.documents import document
from alignment.metrics.figures import Figures
from alignment.metrics.funnel import By, Funnel, Line, funnel
from alignment.metrics.promised import MEANS, NAMES, Both, promised
from alignment.metrics.promised import document as promises_document
from alignment.metrics.promised import words as promise_words
from alignment.metrics.wording import remark, words

DATE = click.DateTime(formats=["%Y-%m-%d"])


Command = Callable[..., None]

OF_A_PERIOD = (
    click.option(
        "--months",
        type=click.Choice(list(SPANS)),
        default=USUAL,
        show_default=True,
        help="The present month and those before it.",
    ),
    click.option("--from", "from_on", type=DATE, help="The first date instead, in the local zone."),
    click.option("--until", "until_on", type=DATE, help="The last date, included."),
    click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON."),
    click.option("--workspace", help="The workspace's name or number, where there are several."),
)


def of_a_period(command: Command) -> Command:
    """The options that every command of this group has."""
    for option in reversed(OF_A_PERIOD):
        command = option(command)
    return command


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
@with_appcontext
def funnel_command(
    *,
    by: str,
    months: str,
    from_on: datetime | None,
    until_on: datetime | None,
    as_json: bool,
    workspace: str | None,
) -> None:
    """Print what was handed off, and what came of it."""
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
            found = funnel(session, company, by=By(by), period=period, now=now)
    except Refused as reason:
        raise click.ClickException(str(reason)) from reason
    if as_json:
        click.echo(json.dumps(document(company, found), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(as_words(company, found)))


@metrics_group.command("promises")
@of_a_period
@with_appcontext
def promises_command(
    *,
    months: str,
    from_on: datetime | None,
    until_on: datetime | None,
    as_json: bool,
    workspace: str | None,
) -> None:
    """Print what both teams promised and kept, with and without what was excused."""
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
            found = promised(session, company, period=period, now=now)
    except Refused as reason:
        raise click.ClickException(str(reason)) from reason
    if as_json:
        click.echo(json.dumps(promises_document(company, found), indent=2, ensure_ascii=False))
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
