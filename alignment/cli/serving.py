"""alignment serve, web and worker: pages and ticker in one process, or each in its own."""

import logging
import signal
import threading
from dataclasses import replace

import click
import waitress
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlmodel import Session

from alignment import db, edge
from alignment.accounts import queries, setup, tokens
from alignment.accounts.models import User
from alignment.cli import demo
from alignment.cli.database import upgrade
from alignment.config import Settings
from alignment.scheduler.run import ticker

THREADS = 8


@click.command("serve")
@click.option(
    "--demo", "with_demo", is_flag=True, help="Fill an empty database with a demo company."
)
@with_appcontext
def serve(*, with_demo: bool) -> None:
    """Run pages and background work in one process."""
    prepare(with_demo=with_demo)
    scheduler = ticker(edge.engine(), _settings(with_demo=with_demo), edge.clock())
    scheduler.start()
    try:
        _serve_pages(_app())
    finally:
        scheduler.shutdown()


@click.command("web")
@with_appcontext
def web() -> None:
    """Run the pages only; the rest runs in the worker."""
    prepare(with_demo=False)
    _serve_pages(_app())


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run the background work only: clocks, mail, imports."""
    upgrade(edge.engine())
    scheduler = ticker(edge.engine(), edge.settings(), edge.clock())
    scheduler.start()
    click.echo("Background work runs. End it with Ctrl+C.")
    _wait_for_the_end()
    scheduler.shutdown()


@click.command("sign-in-link")
@click.argument("email")
@with_appcontext
def sign_in_link(email: str) -> None:
    """Print a link that signs the person with this EMAIL in once."""
    with db.transaction(edge.engine()) as session:
        user = queries.user_at(session, email)
        if user is None or not user.is_active:
            raise click.ClickException(f"Nobody here signs in with {email}.")
        click.echo(_link(session, user))


def prepare(*, with_demo: bool) -> None:
    """Bring the database up to date, fill the demo when asked for, and print the way in."""
    engine = edge.engine()
    upgrade(engine)
    if with_demo:
        demo.fill(engine, now=edge.clock()())
    with db.transaction(engine) as session:
        click.echo(f"\nAlignment is at {edge.settings().base_url}\n")
        if way_in := _way_in(session, with_demo=with_demo):
            click.echo(way_in)


def _way_in(session: Session, *, with_demo: bool) -> str:
    path = setup.set_up_path(session, secret=edge.settings().secret())
    if path is not None:
        return f"Nobody is here yet. Set up your company:\n  {edge.settings().base_url}{path}\n"
    if with_demo:
        owner = demo.owner(session)
        if owner is not None:
            link = _link(session, owner)
            return f"Sign in to the demo as {owner.name}, once, within 30 minutes:\n  {link}\n"
    return ""


def _link(session: Session, user: User) -> str:
    return edge.settings().base_url + tokens.sign_in_link(session, user, now=edge.clock()())


def _settings(*, with_demo: bool) -> Settings:
    """In the demo company's own installation the letters on the Mail page keep their links."""
    with db.reading(edge.engine()) as session:
        is_demo = with_demo and demo.owner(session) is not None
    return replace(edge.settings(), demo=is_demo)


def _serve_pages(app: Flask) -> None:
    settings = edge.settings()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    waitress.serve(app, host=settings.host, port=settings.port, threads=THREADS, ident="")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return app


def _wait_for_the_end() -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
