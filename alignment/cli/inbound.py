"""alignment inbound-mail: one mail from the mail server's pipe, read from standard input."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from alignment import db, edge, wiring
from alignment.cli.schema import OtherSchema, require_schema
from alignment.errors import Forbidden, NotFound, Refused
from alignment.notifications.replies import commands, mail_parsing

NOT_USED, LATER = 65, 75
"""EX_DATAERR and EX_TEMPFAIL, as mail servers understand them."""


@click.command("inbound-mail")
@click.option("--from", "sender", help="The envelope's sender; empty for the null return path.")
@with_appcontext
def inbound_mail(sender: str | None) -> None:
    """Take one mail from standard input: an answer, or a report that one did not arrive."""
    content = sys.stdin.buffer.read(mail_parsing.MAX_MAIL_BYTES + 1)
    if not edge.settings().reply_domain:
        raise click.ClickException("Set ALIGNMENT_REPLY_DOMAIN first.")
    if len(content) > mail_parsing.MAX_MAIL_BYTES:
        _end("This mail is too large. Answer without attachments.", NOT_USED)
    try:
        require_schema(edge.engine())
        click.echo(_taken(content, sender))
    except (NotFound, Forbidden) as reason:
        # To tell a stranger would be to answer mail with a sender that anybody can make up.
        click.echo(f"Nothing is done. {reason}", err=True)
    except Refused as reason:
        _end(str(reason), NOT_USED)
    except OtherSchema as reason:
        _end(reason.message, LATER)
    except OperationalError:
        _end("The database is busy or not there. Try again later.", LATER)


def _taken(content: bytes, sender: str | None) -> str:
    settings, now = edge.settings(), edge.clock()()
    mail = mail_parsing.parse_mail(content, envelope_sender=sender)
    with db.transaction(edge.engine()) as session:
        return commands.take_reply(wiring.action_context(session, settings, now=now), mail)


def _end(words: str, code: int) -> None:
    click.echo(words)
    raise SystemExit(code)
