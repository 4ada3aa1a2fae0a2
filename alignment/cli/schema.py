"""A command begins only where the database is of its version."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from flask.cli import with_appcontext
from sqlalchemy import Engine

from alignment import edge
from alignment.readiness import TOO_NEW, is_newer, schema_problem

Given = ParamSpec("Given")


class OtherSchema(click.ClickException):
    """The tables are not those that this program works with; the message says what to do."""


def needs_schema(command: Callable[Given, None]) -> Callable[Given, None]:
    """Give a command its application, once the database is found to be of this version."""

    @with_appcontext
    @wraps(command)
    def checked(*args: Given.args, **options: Given.kwargs) -> None:
        require_schema(edge.engine())
        command(*args, **options)

    return checked


def require_schema(engine: Engine) -> None:
    """Raises ``OtherSchema`` where there are no tables yet, or those of another version."""
    if problem := schema_problem(engine):
        raise OtherSchema(problem)


def refuse_newer(engine: Engine) -> None:
    """Raises ``OtherSchema`` where a later version of Alignment has upgraded the database."""
    if is_newer(engine):
        raise OtherSchema(TOO_NEW)
