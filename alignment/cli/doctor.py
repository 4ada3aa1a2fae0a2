"""alignment doctor: look at everything that this installation needs, and say what to do."""

from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from alignment import edge, readiness
from alignment.config import Settings
from alignment.notifications.channels.base import DeliveryError
from alignment.notifications.channels.email import mail_of

WELL = "Nothing is in the way."


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check settings, data folder, database and mail server.

    Settings that cannot be used are named before anything else. Ends with 1 where something is in
    the way.
    """
    settings = edge.settings()
    found = [*readiness.problems(edge.engine(), settings.data_dir), *_mail_problems(settings)]
    click.echo("\n".join(found or [WELL]))
    if found:
        raise SystemExit(1)


def _mail_problems(settings: Settings) -> Iterator[str]:
    """Whether the mail server lets us in; nothing is sent."""
    if not settings.mail_url:
        yield "No mail goes out: set ALIGNMENT_MAIL_URL. Messages are kept on the page Mail."
        return
    try:
        mail_of(settings).open().close()
    except DeliveryError as failure:
        yield f"The mail server cannot be used: {failure}"
