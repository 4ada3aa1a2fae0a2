"""alignment backup FILE and alignment restore FILE."""

from pathlib import Path

import click

from alignment import edge
from alignment.cli.backup import backing_up, restoring
from alignment.cli.backup.archive import BadBackup
from alignment.cli.schema import needs_schema
from alignment.clock import system_clock
from alignment.config import Settings

ANOTHER_KEY = (
    "ALIGNMENT_SECRET_KEY is not the key of this backup. Set it to the one in the file secret_key "
    "of the data folder, or unset it, else links in mails and kept addresses cannot be read."
)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@needs_schema
def backup(file: Path) -> None:
    """Write the database, the secret key and the uploaded files into a new FILE.

    Alignment may be running meanwhile. Keep the file where only you can read it.
    """
    try:
        backing_up.back_up(file, edge.engine(), edge.settings(), now=edge.clock()())
    except (BadBackup, OSError) as why:
        raise click.ClickException(str(why)) from why
    click.echo(f"{file} holds everything until now, and was checked.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is there; its files are kept aside.")
def restore(file: Path, *, force: bool) -> None:
    """Put the backup in FILE in place, while Alignment is not running."""
    settings = Settings.from_environment()
    try:
        aside = restoring.restore(file, settings, replace=force, now=system_clock())
    except (BadBackup, OSError) as why:
        raise click.ClickException(str(why)) from why
    click.echo("The backup is in place. Start Alignment.")
    if aside:
        click.echo(f"The files that were here before are in {aside}. Delete them when all is well.")
    if restoring.brings_another_key(settings):
        click.echo(ANOTHER_KEY)
