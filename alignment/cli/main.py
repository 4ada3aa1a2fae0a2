"""The ``alignment`` command: what it offers, in one list."""

import click
from flask import Flask

from alignment.cli import (
    database,
    doctor,
    explain,
    imports,
    inbound,
    metrics,
    replay,
    serving,
    speed,
)
from alignment.cli.backup import commands as backup_commands
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
    doctor.doctor,
    backup_commands.backup,
    backup_commands.restore,
    database.db_group,
)


metrics.metrics_group.add_command(speed.speed_command)


def command_group() -> click.Group:
    """Every command; the app is made for the one that is called, after its options are read."""
    return click.Group(
        "alignment",
        commands={command.name or "": command for command in COMMANDS},
        help="Where sales and marketing promise, act and measure together.",
    )


def register_commands(app: Flask) -> None:
    """Hang every command on an app that is there already."""
    for command in COMMANDS:
        app.cli.add_command(command)
