"""Whatever a mail scanner does with any link of any mail, the database stays as it was.

Left out, because RFC 8058 wants it: a POST to the unsubscribe links. Wrong codes of four digits
are counted, but a scanner knows none to type.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import Engine
from waitress import wasyncore

from alignment import db, wiring
from alignment.accounts.authentication import sessions
from alignment.accounts.people import invitations
from alignment.accounts.people.invitations import NewColleague
from alignment.accounts.roles import Role
from alignment.app import create_app
from alignment.cli.web_server import listening_server
from alignment.config import Settings
from alignment.leads import handoff
from alignment.notifications.channels.base import OutgoingMessage
from alignment.notifications.digests import daily
from alignment.notifications.notice_kinds import KINDS
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.sending import example_messages
from alignment.plans.models import Plan, Task
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead, save
from tests.faults.scanner import browse, fetch, is_one_click, links_in, submit_all
from tests.serving import free_port
from tests.sla.light_agreement import clock as clock_of
from tests.sla.light_agreement import in_force
from tests.web.conftest import Clock
from tests.web.sent_mail import link_in, mail_out
from tests.web.test_rights import everything_in

SOON = MONDAY_NINE + timedelta(minutes=2)


@dataclass(frozen=True)
class Served:
    """The application on a port of this machine, with CSRF protection as in real life."""

    app: Flask
    address: str
    clock: Clock

    def fresh(self) -> FlaskClient:
        return self.app.test_client()


@pytest.fixture
def served(engine: Engine, here: Cast, tmp_path: Path) -> Iterator[Served]:
    clock = Clock()
    clock.now = SOON
    settings = Settings(
        data_dir=tmp_path, database_url=str(engine.url), secret_key="s" * 32, port=free_port()
    )
    app = create_app(settings, clock=clock)
    app.config.update(RATELIMIT_ENABLED=False)
    server = listening_server(app, settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield Served(app, f"http://127.0.0.1:{settings.port}", clock)
    # Its loop ends when no connection is left, and is told so by itself.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join()
    server.task_dispatcher.shutdown()
    app.extensions["alignment"]["engine"].dispose()


@pytest.fixture
def mails(engine: Engine, here: Cast) -> list[OutgoingMessage]:
    """One of every kind, all of them with links that would work for the right person."""
    with db.transaction(engine) as session:
        in_force(session, here)
        lead = make_lead(session, here)
        handoff.hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        refresh_leads(session, here.id, [lead.id], now=MONDAY_NINE)
        in_acme: dict[str, Any] = {"workspace_id": here.id, "created_at": MONDAY_NINE}
        plan = save(session, Plan(name="Spring", owner_id=here.mona.id, **in_acme))
        task = Task(
            plan_id=plan.id,
            title="One-pager",
            owner_id=here.sam.id,
            team_id=here.sales.id,
            due_on=date(2027, 3, 1),
            owner_since=MONDAY_NINE,
            **in_acme,
        )
        save(session, task)
        ines = NewColleague(
            email="ines@acme.test", name="Ines", team_id=here.sales.id, role=Role.MEMBER
        )
        invitations.invite(session, ines, by=here.olga, now=MONDAY_NINE)
        timer = clock_of(session, lead, "accept_or_return")
    daily.make_due(engine, wiring.DIGEST_SOURCES, now=MONDAY_NINE)
    found = mail_out(engine, now=SOON)
    # The other kinds tell of days and clocks that are yet to come: by their own examples.
    others = sorted(KINDS.keys() - {mail.kind for mail in found})
    for number, kind in enumerate(others, start=1):
        later = SOON + number * timedelta(minutes=6)
        with db.transaction(engine) as session:
            enqueue(session, example(here, kind, subject_id=timer.id), now=later)
        found += mail_out(engine, now=later + timedelta(minutes=5), asks_again=False)
    return found


def example(here: Cast, kind: str, *, subject_id: int) -> Notice:
    return Notice(
        workspace_id=here.id,
        key=f"example:{kind}",
        kind=kind,
        recipient_id=here.sam.id,
        address=here.sam.email,
        subject_id=subject_id,
        words=example_messages.example_words(kind, now=SOON),
    )


def test_there_is_a_mail_of_every_kind_with_buttons_where_something_can_be_done(
    mails: list[OutgoingMessage],
) -> None:
    with_buttons = {mail.kind for mail in mails if "/a/" in mail.text}

    assert {mail.kind for mail in mails} == set(KINDS)
    assert with_buttons >= {*wiring.ACTIONS.topic_by_kind, "daily_digest"}
    assert any("/invitations/" in path for path in links_in(mails))


@pytest.mark.parametrize("minutes", [0, 10])
def test_a_scanner_without_a_browser_changes_nothing(
    engine: Engine, served: Served, mails: list[OutgoingMessage], minutes: int
) -> None:
    served.clock.now += timedelta(minutes=minutes)
    before = everything_in(engine)

    for path in links_in(mails):
        fetch(served.fresh, path)
        assert everything_in(engine) == before, f"{path} changed something"


@pytest.mark.parametrize("minutes", [0, 10])
@pytest.mark.timeout(600)
def test_a_scanner_with_a_browser_changes_nothing(
    engine: Engine,
    served: Served,
    mails: list[OutgoingMessage],
    chromium: Browser,
    minutes: int,
) -> None:
    """Pages that only send to the sign-in page are the same page: one stands for them."""
    served.clock.now += timedelta(minutes=minutes)
    before = everything_in(engine)

    for path in one_of_each(mails):
        browse(chromium, served.address, path)
        assert everything_in(engine) == before, f"{path} changed something"


def test_the_same_scanner_acts_where_it_is_the_person(
    engine: Engine, here: Cast, served: Served, mails: list[OutgoingMessage]
) -> None:
    """It presses for real: with what it lacks, the very same requests change something."""
    with db.transaction(engine) as session:
        token = sessions.begin_session(session, here.sam, browser="Test", now=SOON)
    settings = served.app.extensions["alignment"]["settings"]

    def as_sam() -> FlaskClient:
        client = served.fresh()
        client.set_cookie(sessions.session_cookie_name(settings), token)
        return client

    path = link_in(next(mail for mail in mails if mail.kind == "lead_assigned"))
    before = everything_in(engine)

    assert submit_all(as_sam, path, as_sam().get(path).text) >= 4
    assert everything_in(engine) != before


def one_of_each(mails: list[OutgoingMessage]) -> list[str]:
    """A link of each sort: about a lead, a clock and a task, and of each other page by a token."""
    sorts = {"lead_assigned", "timer_breached", "daily_digest"}
    paths = {
        mail.kind: link_in(mail) for mail in mails if mail.kind in sorts and "/a/" in mail.text
    }
    others = [path for path in links_in(mails) if not path.startswith("/a/")]
    stops = [path for path in others if is_one_click(path)][:1]
    joins = [path for path in others if path.startswith("/invitations/")]
    return [*paths.values(), *stops, *joins, "/"]
