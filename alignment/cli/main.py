"""The ``alignment`` command: what it offers, in one list."""

from flask import Flask

from alignment.cli import database, explain, imports, inbound, metrics, replay, serving, speed
from alignment.cli.demo import fill_database

COMMANDS = (
    serving.serve,
    serving.web,
    serving.worker,
    fill_database.demo,
    imports.import_group,
    metrics.metrics_group,
    explain.explain,
    replay.replay,
    serving.sign_in_link,
    inbound.inbound_mail,
    database.db_group,
)


def register_commands(app: Flask) -> None:
    """Hang every command on the app; ``alignment --help`` lists them."""
    app.cli.help = "Where sales and marketing promise, act and measure together."
    app.cli.commands.pop("limiter", None)  # comes with a library; nobody here needs it
    metrics.metrics_group.add_command(speed.speed_command)
    for command in COMMANDS:
        app.cli.add_command(command)
