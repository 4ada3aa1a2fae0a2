"""The ``alignment`` command: what it offers, in one list."""

from flask import Flask

from alignment.cli import database, serving


def register_commands(app: Flask) -> None:
    """Hang every command on the app; ``alignment --help`` lists them."""
    for command in (
        serving.serve,
        serving.web,
        serving.worker,
        database.db_group,
    ):
        app.cli.add_command(command)
