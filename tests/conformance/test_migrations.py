"""Migrations build the tables that the code speaks of, and take them down, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text
from sqlmodel import col, select

from alignment import db
from alignment.accounts.models import Workspace
from alignment.cli.database import config, upgrade
from alignment.leads.models import Lead, LeadEvent
from alignment.notifications.causes import DisabledCause, WaitCause
from alignment.notifications.models import Delivery, Endpoint, Mute
from alignment.sla.models import Escalation, Timer
from alignment.tables import METADATA
from tests.factories import MONDAY_NINE

FIRST_RELEASE = """
INSERT INTO workspace (id, name, zone, created_at)
VALUES (1, 'Acme', 'Europe/Berlin', '2027-03-01 08:00:00');

INSERT INTO "user" (id, workspace_id, email, email_key, name, role, zone, stamp, is_active,
  created_at)
VALUES (1, 1, 'sam@acme.example', 'sam@acme.example', 'Sam', 'member', 'Europe/Berlin', 'stamp',
  true, '2027-03-01 08:00:00');

INSERT INTO lead (id, workspace_id, name, company, title, phone, region, product, currency,
  do_not_mail, do_not_call, details, stage, owner_id, arrived_at)
VALUES (1, 1, 'Rosa', '', '', '', '', '', 'EUR', false, false, '{}', 'handed_off', 1,
  '2027-03-01 08:00:00');

INSERT INTO lead_event (id, workspace_id, lead_id, kind, at, recorded_at, key, owner_id, reason,
  note)
VALUES (1, 1, 1, 'handed_off', '2027-03-01 08:00:00', '2027-03-01 08:00:00', 'handed_off:1', 1,
  '', '');

INSERT INTO mute (id, workspace_id, user_id, kind, created_at)
VALUES (1, 1, 1, 'lead_assigned', '2027-03-01 08:00:00')
"""
"""Rows as the first release wrote them; the code of today no longer speaks of those tables."""

SECOND_RELEASE = (
    """
INSERT INTO endpoint (id, workspace_id, channel, user_id, label, sealed, kinds, added_by_id,
  created_at, disabled_at, disabled_reason)
VALUES
  (1, 1, 'chat', 1, 'On', '', '[]', 1, '2027-03-01 08:00:00', NULL, ''),
  (2, 1, 'chat', 1, 'Off', '', '[]', 1, '2027-03-01 08:00:00', '2027-03-01 08:00:00',
    'Sam switched it off.'),
  (3, 1, 'chat', 1, 'Broken', '', '[]', 1, '2027-03-01 08:00:00', '2027-03-01 08:00:00',
    'It answered 410.')
""",
    """
INSERT INTO delivery (id, workspace_id, key, kind, channel, recipient_id, address, subject_id,
  words, thread, created_at, due_at, outcome, reason, attempts, message_id, subject, text, html)
VALUES
  (1, 1, 'held', 'plain', 'email', 1, 'sam@acme.example', 1, '{}', '', '2027-03-01 08:00:00',
    '2027-03-01 08:00:00', 'pending', 'Held by the brake on storms: waits until 10:00.', 0,
    'plain.1', '', '', ''),
  (2, 1, 'free', 'plain', 'email', 1, 'sam@acme.example', 1, '{}', '', '2027-03-01 08:00:00',
    '2027-03-01 08:00:00', 'pending', '', 0, 'plain.2', '', '', '')
""",
)
"""Rows that said only in words why they wait and why they are off."""

STEPS_BY_PLACE = (
    """
INSERT INTO team (id, workspace_id, side, name)
VALUES (1, 1, 'marketing', 'Marketing'), (2, 1, 'sales', 'Sales')
""",
    """
INSERT INTO agreement (id, workspace_id, name, marketing_team_id, sales_team_id, created_at)
VALUES (1, 1, 'Handover', 1, 2, '2027-03-01 08:00:00')
""",
    """
INSERT INTO agreement_version (id, workspace_id, agreement_id, number, state, targets,
  drafted_by_id, drafted_at)
VALUES (1, 1, 1, 1, 'in_force', '[{"key": "accept_or_return", "segment": {"name": ""}, "steps":
  [{"when": "1/2", "to": "person", "person_id": 1},
   {"when": 14400, "to": "owner", "person_id": null}]}]', 1, '2027-03-01 08:00:00')
""",
    """
INSERT INTO timer (id, workspace_id, lead_id, version_id, target_key, cycle, owed_by, state,
  owner_id, started_at, warn_at, due_at, warned_at)
VALUES (1, 1, 1, 1, 'accept_or_return', 1, 'sales', 'breached', 1, '2027-03-01 08:00:00',
  '2027-03-01 11:00:00', '2027-03-01 12:00:00', '2027-03-01 11:00:00')
""",
    """
INSERT INTO escalation (id, workspace_id, timer_id, step, reached_at, noticed_at, is_superseded)
VALUES (1, 1, 1, 0, '2027-03-01 10:00:00', '2027-03-01 10:00:00', false),
  (2, 1, 1, 1, '2027-03-01 16:00:00', '2027-03-01 16:00:00', false)
""",
)
"""Half the time told Sam, and four hours after due its owner, each known by its place."""


@pytest.fixture
def bare(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database without a single table."""
    if database == "sqlite":
        engine = db.connect(f"sqlite:///{tmp_path / 'bare.db'}")
        yield engine
        engine.dispose()
        return

    server: Engine = request.getfixturevalue("postgresql_server")
    bare = f"bare_{server.url.database}"  # others work on the same server
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {bare}"))
    engine = db.connect(server.url.set(database=bare).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"DROP DATABASE {bare}"))


def test_an_upgraded_database_has_every_table_of_the_code(bare: Engine) -> None:
    upgrade(bare)

    command.check(config(bare))


def test_upgrading_again_changes_nothing_and_keeps_the_data(bare: Engine) -> None:
    upgrade(bare)
    with db.transaction(bare) as session:
        session.add(Workspace(name="Acme", zone="Europe/Berlin", created_at=MONDAY_NINE))

    upgrade(bare)

    with db.read_only_session(bare) as session:
        assert session.exec(select(col(Workspace.name))).all() == ["Acme"]


def test_rows_of_the_first_release_that_point_at_each_other_are_all_still_there(
    bare: Engine,
) -> None:
    command.upgrade(config(bare), "0001")
    with bare.begin() as connection:
        for statement in FIRST_RELEASE.split(";"):
            connection.exec_driver_sql(statement)

    upgrade(bare)

    with db.read_only_session(bare) as session:
        [lead] = session.exec(select(Lead)).all()
        [line] = session.exec(select(LeadEvent)).all()
        [mute] = session.exec(select(Mute)).all()
        assert (lead.name, lead.merged_into_id) == ("Rosa", None)
        assert line.lead_id == lead.id
        assert (mute.kind, mute.thread) == ("lead_assigned", "")


def test_what_the_second_release_said_in_words_is_a_cause_of_its_own(bare: Engine) -> None:
    command.upgrade(config(bare), "0001")
    with bare.begin() as connection:
        for statement in FIRST_RELEASE.split(";"):
            connection.exec_driver_sql(statement)
    command.upgrade(config(bare), "0002")
    with bare.begin() as connection:
        for statement in SECOND_RELEASE:
            connection.execute(text(statement.replace(":", "\\:")))

    upgrade(bare)

    with db.read_only_session(bare) as session:
        waits = session.exec(select(Delivery.wait_cause).order_by(col(Delivery.id))).all()
        off = session.exec(select(Endpoint.disabled_cause).order_by(col(Endpoint.id))).all()
        assert waits == [WaitCause.RATE_LIMIT, None]
        assert off == [None, DisabledCause.PERSON, DisabledCause.FAILURE]


def test_recorded_steps_and_warnings_say_what_they_told(bare: Engine) -> None:
    command.upgrade(config(bare), "0001")
    with bare.begin() as connection:
        for statement in FIRST_RELEASE.split(";"):
            connection.exec_driver_sql(statement)
    command.upgrade(config(bare), "0003")
    with bare.begin() as connection:
        for statement in STEPS_BY_PLACE:
            connection.exec_driver_sql(statement)

    upgrade(bare)

    with db.read_only_session(bare) as session:
        steps = session.exec(select(Escalation.step).order_by(col(Escalation.id))).all()
        [timer] = session.exec(select(Timer)).all()
        assert steps == ["1/2:person:1", "14400:owner:"]
        assert (timer.warned_due_at, timer.warned_owner_id) == (timer.due_at, 1)

    command.downgrade(config(bare), "0003")
    with bare.begin() as connection:
        places = connection.exec_driver_sql("SELECT step FROM escalation ORDER BY id").scalars()
        assert [int(place) for place in places] == [0, 1]


def test_going_back_to_the_beginning_leaves_no_table(bare: Engine) -> None:
    upgrade(bare)

    command.downgrade(config(bare), "base")

    left = set(inspect(bare).get_table_names()) & set(METADATA.tables)
    assert left == set()
