"""The options that every command about a period shares, and printing its answer as JSON."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any

import click
from sqlmodel import Session

from alignment import db, edge
from alignment.accounts.models import Workspace
from alignment.cli.schema import needs_schema
from alignment.cli.workspace_lookup import workspace_called
from alignment.errors import Refused
from alignment.metrics.period_choice import DEFAULT_MONTHS, SPANS, chosen_period
from alignment.metrics.periods import ReportPeriod

Command = Callable[..., None]
DATE = click.DateTime(formats=["%Y-%m-%d"])
OPTIONS = (
    click.option(
        "--months",
        type=click.Choice(list(SPANS)),
        default=DEFAULT_MONTHS,
        show_default=True,
        help="The present month and those before it.",
    ),
    click.option("--from", "from_on", type=DATE, help="The first date instead, in the local zone."),
    click.option("--until", "until_on", type=DATE, help="The last date, included."),
    click.option("--workspace", help="The workspace's name or number, where there are several."),
    click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON."),
)


@dataclass(frozen=True, kw_only=True)
class PeriodRequest:
    """Of which company and period figures are wanted, and a session to read them with."""

    session: Session
    company: Workspace
    period: ReportPeriod
    now: datetime


def period_command(command: Command) -> Command:
    """Give a command these options; it takes a ``PeriodRequest``, its own, and ``as_json``."""

    @needs_schema
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
            with db.read_only_session(edge.engine()) as session:
                company = workspace_called(session, workspace)
                period = chosen_period(
                    session,
                    company,
                    now=now,
                    months=months,
                    from_on=_date(from_on),
                    until_on=_date(until_on),
                )
                command(
                    PeriodRequest(session=session, company=company, period=period, now=now), **own
                )
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
