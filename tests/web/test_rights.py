"""Every route against everybody: who gets in, who does not, and that a refused request and a
request that only reads change nothing at all in the database."""

import hashlib
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from alignment import db, wiring
from alignment.accounts.authentication import sessions
from alignment.accounts.models import Absence, User
from alignment.accounts.people import invitations
from alignment.accounts.people.invitations import NewColleague
from alignment.accounts.roles import Role, Side
from alignment.app import create_app
from alignment.config import Settings
from alignment.integrations.imports.models import Import, ImportKind, ImportState
from alignment.leads import handoff
from alignment.leads.event_kinds import EventKind
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.models import Lead
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.encryption import encrypt
from alignment.notifications.channels.webhook import new_secret
from alignment.notifications.endpoints.chat_accounts import UnlinkedChatAccount, connect_path
from alignment.notifications.models import Endpoint
from alignment.plans.models import Plan, Task
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.breaches.excuses.periods import Period, propose_period
from alignment.sla.models import Agreement, Breach, Excuse
from alignment.sla.promises import standard_targets
from alignment.sla.timers.refresh import refresh_leads
from alignment.tables import METADATA
from tests.factories import (
    MONDAY_NINE,
    Cast,
    make_cast,
    make_lead,
    make_region_hours,
    make_stella,
    make_user,
    save,
)
from tests.sla.light_agreement import breaches, in_force

RIGHTS: dict[str, str] = tomllib.loads((Path(__file__).parent / "rights.toml").read_text())
CAST = ("vera", "sam", "mona", "olga")
SECRET = "s" * 32
QUESTIONS = {
    "/compare/promises": "?side=sales&from_on=2027-03-01&until_on=2027-03-31",
    "/snoozes/new": "?thread=lead-1",
    "/account/slack": connect_path(
        UnlinkedChatAccount(workspace_id=1, account="T1:U1", name="sam"),
        secret=SECRET,
        now=MONDAY_NINE,
    ).removeprefix("/account/slack"),
}
"""What some addresses must be asked besides."""
GONE_OR_ANOTHERS = ("session_id", "device_id", "absence_id", "message_id", "endpoint_id>/removal")
"""Of these each person has own ones, and who comes second finds them removed."""
NOT_COUNTED = "user_session"
"""Notes when a browser was last seen, whatever it asked for."""


@dataclass(frozen=True)
class Furnished:
    """A database file with one of everything, the ids that fill addresses, and who is in it."""

    path: Path
    ids: Mapping[str, object]
    people: Mapping[str, User]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, empty_file: Path) -> Furnished:
    path = tmp_path_factory.mktemp("furnished") / "alignment.db"
    shutil.copy(empty_file, path)
    engine = db.connect(f"sqlite:///{path}")
    wiring.connect()
    with db.transaction(engine) as session:
        acme = make_cast(session)
        vera = make_user(session, acme.workspace, "Vera", role=Role.VIEWER)
        people = {"vera": vera, "sam": acme.sam, "mona": acme.mona, "olga": acme.olga}
        ids = furnish(session, acme)
        people["stella"] = make_stella(session)
    engine.dispose()
    return Furnished(path, ids, people)


def furnish(session: Session, acme: Cast) -> dict[str, object]:
    """One of everything that has an address."""
    version = lifecycle.draft(
        session,
        NewAgreement(name="Light", marketing=acme.marketing, sales=acme.sales),
        NewVersion(targets=standard_targets.light_agreement()),
        by=acme.mona,
        now=MONDAY_NINE,
    )
    in_force(session, acme)
    lead = make_lead(session, acme)
    record_event(
        session,
        lead,
        NewLeadEvent(kind=EventKind.ARRIVED, at=MONDAY_NINE, by_id=acme.mona.id),
        now=MONDAY_NINE,
    )
    line = handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)
    period = excuse_of_monday(session, acme)
    in_acme: dict[str, Any] = {"workspace_id": acme.id, "created_at": MONDAY_NINE}
    plan = save(session, Plan(name="Spring", owner_id=acme.mona.id, **in_acme))
    to_do: dict[str, Any] = {
        "title": "Call Globex",
        "due_on": date(2027, 3, 5),
        "owner_since": MONDAY_NINE,
    }
    task = Task(plan_id=plan.id, owner_id=acme.sam.id, team_id=acme.sales.id, **to_do, **in_acme)
    file = Import(kind=ImportKind.LEADS, file_name="leads.csv", state=ImportState.DONE, **in_acme)
    colleague = NewColleague(
        email="ines@acme.test", name="Ines", team_id=acme.sales.id, role=Role.MEMBER
    )
    invited = invitations.invite(session, colleague, by=acme.olga, now=MONDAY_NINE)
    return {
        "agreement_id": version.agreement_id,
        "number": version.number,
        "lead_id": lead.id,
        "other_id": make_lead(session, acme, "A. Byron").id,
        "line_id": line.id,
        "plan_id": plan.id,
        "task_id": save(session, task).id,
        "import_id": save(session, file).id,
        "person_id": acme.sam.id,
        "team_id": acme.sales.id,
        "hours_id": make_region_hours(session, acme, "US").id,
        "invitation_id": invited.id,
        "delivery_id": session.execute(text("SELECT min(id) FROM delivery")).scalar_one(),
        "session_id": 0,
        "device_id": 0,
        "message_id": 0,
        "endpoint_id": save(session, webhook_of_marketing(acme)).id,
        "breach_id": missed_by_noon(session, lead).id,
        "excuse_id": period.id,
        "absence_id": save(session, sams_day_off(acme)).id,
        "name": "lead_assigned",
        "token": "not-a-token",
    }


def webhook_of_marketing(acme: Cast) -> Endpoint:
    facts = {"url": "https://hooks.acme.test/", "secret": new_secret()}
    return Endpoint(
        workspace_id=acme.id,
        channel=ChannelKind.WEBHOOK,
        team_id=acme.marketing.id,
        label="Warehouse",
        encrypted=encrypt(facts, secret=SECRET),
        added_by_id=acme.mona.id,
        created_at=MONDAY_NINE,
    )


def sams_day_off(acme: Cast) -> Absence:
    return Absence(
        workspace_id=acme.id,
        user_id=acme.sam.id,
        first_on=date(2027, 3, 5),
        last_on=date(2027, 3, 5),
        created_at=MONDAY_NINE,
    )


def missed_by_noon(session: Session, lead: Lead) -> Breach:
    refresh_leads(session, lead.workspace_id, [lead.id], now=MONDAY_NINE + timedelta(hours=5))
    return breaches(session)[0]


def excuse_of_monday(session: Session, acme: Cast) -> Excuse:
    monday = MONDAY_NINE + timedelta(days=1)
    agreement = session.exec(select(Agreement)).all()[-1]
    period = Period(agreement=agreement, owed_by=Side.SALES, from_at=MONDAY_NINE, until_at=monday)
    return propose_period(session, period, reason="Outage", by=acme.mona, now=MONDAY_NINE)


@pytest.fixture
def house(furnished: Furnished, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the furnished database."""
    shutil.copy(furnished.path, tmp_path / "alignment.db")
    settings = Settings(data_dir=tmp_path, secret_key=SECRET)
    app = create_app(settings, clock=lambda: MONDAY_NINE)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    app.extensions["alignment"]["engine"].dispose()


def test_the_file_lists_every_route_and_no_other(house: Flask) -> None:
    assert set(RIGHTS) == set(routes_of(house))


@pytest.mark.parametrize("route", RIGHTS)
def test_only_those_who_may_get_in_and_others_change_nothing(
    route: str, house: Flask, furnished: Furnished
) -> None:
    method, address = route.split(" ", 1)
    path = filled(house, address, furnished.ids)
    may = CAST if RIGHTS[route] == "everybody" else tuple(RIGHTS[route].split())
    engine = house.extensions["alignment"]["engine"]
    browsers = {name: browser_of(house, user) for name, user in furnished.people.items()}

    for name in set(CAST) - set(may):
        before = everything_in(engine)
        answer = browsers[name].open(path, method=method)
        assert answer.status_code == 403, f"{name} got {answer.status_code}"
        assert everything_in(engine) == before, f"{name} changed something"

    for name in may:
        before = everything_in(engine)
        answer = browsers[name].open(path, method=method)
        assert answer.status_code < 500
        is_there = not any(name in address for name in GONE_OR_ANOTHERS)
        if RIGHTS[route] != "everybody" and is_there:
            assert answer.status_code not in (401, 403, 404), f"{name} got {answer.status_code}"
        if method == "GET":
            assert everything_in(engine) == before, f"{name} changed something by looking"


@pytest.mark.parametrize("route", RIGHTS)
def test_nobody_gets_in_without_signing_in(route: str, house: Flask, furnished: Furnished) -> None:
    if RIGHTS[route] == "everybody":
        return
    method, address = route.split(" ", 1)
    engine = house.extensions["alignment"]["engine"]

    before = everything_in(engine)
    answer = house.test_client().open(filled(house, address, furnished.ids), method=method)

    assert answer.status_code in (303, 401)
    assert answer.location.startswith("/sign-in")
    assert everything_in(engine) == before


@pytest.mark.parametrize("route", [route for route in RIGHTS if "_id>" in route])
def test_a_stranger_finds_nothing_and_changes_nothing(
    route: str, house: Flask, furnished: Furnished
) -> None:
    method, address = route.split(" ", 1)
    engine = house.extensions["alignment"]["engine"]
    stella = browser_of(house, furnished.people["stella"])

    before = everything_in(engine)
    answer = stella.open(filled(house, address, furnished.ids), method=method)

    assert answer.status_code == 404
    assert everything_in(engine) == before


def routes_of(app: Flask) -> list[str]:
    return [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    ]


def filled(app: Flask, address: str, ids: Mapping[str, object]) -> str:
    """The address with the ids of the furnished workspace in it."""
    rule = next(rule for rule in app.url_map.iter_rules() if rule.rule == address)
    with app.test_request_context():
        path: str = app.url_map.bind("localhost").build(
            rule.endpoint, {name: ids[name] for name in rule.arguments}
        )
    return path + QUESTIONS.get(path, "")


def browser_of(app: Flask, user: User) -> FlaskClient:
    with db.transaction(app.extensions["alignment"]["engine"]) as session:
        token = sessions.begin_session(session, user, browser="Test", now=MONDAY_NINE)
    client = app.test_client()
    client.set_cookie(sessions.session_cookie_name(app.extensions["alignment"]["settings"]), token)
    return client


def everything_in(engine: Engine) -> str:
    """A fingerprint of every row of every table but the one that notes presence."""
    digest = hashlib.sha256()
    with db.read_only_engine(engine).connect() as connection:
        for table in METADATA.sorted_tables:
            if table.name != NOT_COUNTED:
                rows = connection.execute(table.select().order_by(table.c.id)).all()
                digest.update(repr((table.name, rows)).encode())
    return digest.hexdigest()
