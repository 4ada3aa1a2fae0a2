"""alignment serve, web and worker: pages and ticker in one process, or each in its own."""

import gc
import signal
from collections.abc import Callable
from dataclasses import replace
from time import sleep
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext
from sqlmodel import Session

from alignment import db, edge
from alignment.accounts import setup
from alignment.accounts.authentication import tokens
from alignment.accounts.models import User
from alignment.cli import access_links
from alignment.cli.database import upgrade
from alignment.cli.demo import fill_database
from alignment.cli.schema import needs_schema
from alignment.cli.web_server import listening_server
from alignment.config import Settings
from alignment.scheduler.run import background_work

YOUNG_OBJECTS = 10_000
"""So many more objects than were freed before new ones are searched for garbage."""


def _set(context: click.Context, option: click.Parameter, value: str | int | None) -> None:
    """Count what is given here before the environment, for the app that is made afterwards."""
    if value is not None:
        name = f"ALIGNMENT_{option.name}".upper()
        context.ensure_object(ScriptInfo).data[name] = str(value)


def listens(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that listens; each stands for the setting of its name."""
    port = click.option(
        "--port",
        type=click.IntRange(1, 65535),
        callback=_set,
        expose_value=False,
        help="The port to listen at.  [default: ALIGNMENT_PORT, or 8000]",
    )
    host = click.option(
        "--host",
        callback=_set,
        expose_value=False,
        help="The address to listen at.  [default: ALIGNMENT_HOST, or 127.0.0.1]",
    )
    return host(port(command))


@click.command("serve")
@listens
@click.option(
    "--demo", "with_demo", is_flag=True, help="Fill an empty database with a demo company."
)
@with_appcontext
def serve(*, with_demo: bool) -> None:
    """Run pages and background work in one process."""
    _exit_on_sigterm()
    make_ready(with_demo=with_demo)
    server = _listening(_app())
    with background_work(edge.engine(), _settings(with_demo=with_demo), edge.clock()):
        click.echo(_greeting(with_demo=with_demo))
        server.run()


@click.command("web")
@listens
@with_appcontext
def web() -> None:
    """Run the pages only; the rest runs in the worker."""
    _exit_on_sigterm()
    make_ready(with_demo=False)
    server = _listening(_app())
    click.echo(_greeting(with_demo=False))
    server.run()


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run the background work only: clocks, mail, imports."""
    _exit_on_sigterm()
    make_ready(with_demo=False)
    with background_work(edge.engine(), edge.settings(), edge.clock()):
        click.echo("Background work runs. End it with Ctrl+C.")
        _wait_for_a_signal()


@click.command("sign-in-link")
@click.argument("email")
@needs_schema
def sign_in_link(email: str) -> None:
    """Print a link that lets the person with this EMAIL in once, to sign in or to join."""
    secret, now = edge.settings().secret(), edge.clock()()
    with db.transaction(edge.engine()) as session:
        path = access_links.access_path(session, email, secret=secret, now=now)
        if path is None:
            raise click.ClickException(f"Nobody here signs in with {email}, or is invited.")
        click.echo(edge.settings().base_url + path)


def make_ready(*, with_demo: bool) -> None:
    """Bring the database up to date, fill it with the demo when asked for, and settle down."""
    upgrade(edge.engine())
    if with_demo:
        fill_database.fill(edge.engine(), now=edge.clock()())
    tune_garbage_collector()


def tune_garbage_collector() -> None:
    """Search what is loaded by now for garbage this once, and what comes later less often.

    It stays as long as the process does; searching it again and again took up to a third of the
    time of a large sweep.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _greeting(*, with_demo: bool) -> str:
    """Where the pages are, and the way in for whoever has none yet."""
    with db.transaction(edge.engine()) as session:
        way_in = _first_access(session, with_demo=with_demo)
    return f"\nAlignment is at {edge.settings().base_url}\n\n{way_in}".rstrip() + "\n"


def _first_access(session: Session, *, with_demo: bool) -> str:
    path = setup.set_up_path(session, secret=edge.settings().secret())
    if path is not None:
        return f"Nobody is here yet. Set up your company:\n  {edge.settings().base_url}{path}\n"
    if with_demo:
        owner = fill_database.demo_owner(session)
        if owner is not None:
            link = _link(session, owner)
            return f"Sign in to the demo as {owner.name}, once, within 30 minutes:\n  {link}\n"
    return ""


def _link(session: Session, user: User) -> str:
    return edge.settings().base_url + tokens.sign_in_link(session, user, now=edge.clock()())


def _settings(*, with_demo: bool) -> Settings:
    """In the demo company's own installation the letters on the Mail page keep their links."""
    with db.read_only_session(edge.engine()) as session:
        is_demo = with_demo and fill_database.demo_owner(session) is not None
    return replace(edge.settings(), demo=is_demo)


def _listening(app: Flask) -> Any:
    """A server that holds its port already, so that a printed link can be opened at once."""
    settings = edge.settings()
    try:
        return listening_server(app, settings)
    except OSError as taken:
        raise click.ClickException(
            f"{settings.host} port {settings.port} cannot be used ({taken.strerror}). "
            "Choose another one by --port or ALIGNMENT_PORT."
        ) from taken


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return app


def _wait_for_a_signal() -> None:
    """One that comes just before a wait begins is handled after it, so no wait is long."""
    while True:
        sleep(1)


def _exit_on_sigterm() -> None:
    """A polite request to end: answer what was asked, finish the work in hand, then go."""
    signal.signal(signal.SIGTERM, _exit_on_signal)


def _exit_on_signal(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
