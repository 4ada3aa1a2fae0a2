"""What every command about a period asks for, and how its answer is printed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext
from sqlmodel import Session

from alignment import db, edge
from alignment.accounts.models import Workspace
from alignment.cli.workspaces import workspace_called
from alignment.errors import Refused
from alignment.metrics.choosing import SPANS, USUAL, choose
from alignment.metrics.periods import Period

Command = Callable[..., None]
DATE = click.DateTime(formats=["%Y-%m-%d"])
OPTIONS = (
    click.option(
        "--months",
        type=click.Choice(list(SPANS)),
        default=USUAL,
        show_default=True,
        help="The present month and those before it.",
    ),
    click.option("--from", "from_on", type=DATE, help="The first date instead, in the local zone."),
    click.option("--until", "until_on", type=DATE, help="The last date, included."),
    click.option("--workspace", help="The workspace's name or number, where there are several."),
    click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON."),
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of which company and period figures are wanted, and a session to read them with."""

    session: Session
    company: Workspace
    period: Period
    now: datetime


def of_a_period(command: Command) -> Command:
    """Give a command these options; it takes an ``Asked`` first, then its own and ``as_json``."""

    @with_appcontext
    @wraps(command)
    def run(
        *,
        months: str,
        from_on: datetime | None,
        until_on: datetime | None,
        workspace: str | None,
        **own: Any,
    ) -> None:
        now = edge.clock()()
        try:
            with db.reading(edge.engine()) as session:
                company = workspace_called(session, workspace)
                period = choose(
                    session,
                    company,
                    now=now,
                    months=months,
                    from_on=_date(from_on),
                    until_on=_date(until_on),
                )
                command(Asked(session=session, company=company, period=period, now=now), **own)
        except Refused as reason:
            raise click.ClickException(str(reason)) from reason

    with_options: Command = run
    for option in reversed(OPTIONS):
        with_options = option(with_options)
    return with_options


def echo_json(document: object) -> None:
    """Print figures for a program."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _date(chosen: datetime | None) -> date | None:
    return chosen.date() if chosen else None
