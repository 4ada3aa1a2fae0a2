"""Migrations build the tables that the code speaks of, and take them down, on both databases."""

from collections.abc import Iterable
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from alignment import db
from alignment.accounts.models import Absence, Membership, User, UserSession, Workspace
from alignment.cli.database import config, upgrade
from alignment.journal.models import JournalEntry
from alignment.leads.models import Handoff, Lead, LeadEvent
from alignment.notifications.causes import DisabledCause, WaitCause
from alignment.notifications.models import (
    Delivery,
    DigestDone,
    Endpoint,
    Heartbeat,
    MailAction,
    Mute,
)
from alignment.sla.models import Breach, Escalation, Timer
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

TAKEN_BACK = (
    """
INSERT INTO lead_event (id, workspace_id, lead_id, kind, at, recorded_at, key, by_id, reason, note,
  undone_at)
VALUES
  (2, 1, 1, 'called', '2027-03-01 08:00:00', '2027-03-01 08:00:00', 'undone:2:called:1', 1, '', '',
    '2027-03-01 08:01:00'),
  (3, 1, 1, 'called', '2027-03-01 08:00:00', '2027-03-01 08:00:00', 'called:1', 1, '', '', NULL)
""",
)
"""A call that was taken back and told again."""

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

OLD_NAMES = (
    """
INSERT INTO team (id, workspace_id, side, name) VALUES (1, 1, 'sales', 'Sales')
""",
    """
INSERT INTO membership (id, workspace_id, user_id, team_id, is_lead) VALUES (1, 1, 1, 1, true)
""",
    """
INSERT INTO delivery (id, workspace_id, key, kind, recipient_id, address, subject_id, words, thread,
  created_at, due_at, outcome, reason, attempts, message_id, subject, text, html, carried_by_id)
VALUES
(1, 1, 'summary', 'summary', 1, '', 1, '{}', '', '2027-03-01 08:00:00', '2027-03-01 08:00:00',
  'accepted', '', 1, 'a', '', '', '', NULL),
(2, 1, 'lead:1', 'lead_assigned', 1, '', 1, '{}', '', '2027-03-01 08:00:00', '2027-03-01 08:00:00',
  'merged', '', 0, 'b', '', '', '', 1)
""",
    """
INSERT INTO mail_act (id, workspace_id, user_id, delivery_id, wrong_codes, done, done_at)
VALUES (1, 1, 1, 1, 2, 'accept', '2027-03-01 08:00:00')
""",
    """
INSERT INTO digested (workspace_id, user_id, kind, made_on)
VALUES (1, 1, 'daily_digest', '2027-03-01')
""",
    """
INSERT INTO usersession (id, workspace_id, user_id, token_hash, browser, created_at, seen_at)
VALUES (1, 1, 1, 'hash', 'Firefox', '2027-03-01 08:00:00', '2027-03-01 08:00:00')
""",
    """
INSERT INTO pulse (id, at) VALUES (1, '2027-03-01 08:00:00')
""",
    """
INSERT INTO journal_entry (id, workspace_id, at, kind, facts)
VALUES
(1, 1, '2027-03-01 08:00:00', 'happening_undone', '{"lead_id": 1}'),
(2, 1, '2027-03-01 08:00:00', 'person_placed', '{"user_id": 1, "is_lead": true}')
""",
)
"""Rows of tables and columns that have other names since the third release."""

DAYS_OFF = (
    """
INSERT INTO absence (id, workspace_id, user_id, first_on, last_on, note, created_at)
VALUES (1, 1, 1, '2027-03-02', '2027-03-05', 'Skiing', '2027-03-01 08:00:00')
""",
)
MISSED_FOR_A_LEAD = (
    """
INSERT INTO breach (id, workspace_id, timer_id, lead_id, owed_by, target_key, due_at, noticed_at,
  is_shadow, is_excused)
VALUES (1, 1, 1, 1, 'sales', 'accept_or_return', '2027-03-01 12:00:00', '2027-03-01 12:01:00',
  false, false)
""",
)
MISSED_OVER_A_PERIOD = (
    """
INSERT INTO quota_period (id, workspace_id, agreement_id, version_id, quota_key, owed_by, first_on,
  last_on, starts_at, due_at, state, steps_checked)
VALUES (1, 1, 1, 1, 'volume', 'marketing', '2027-03-01', '2027-03-31', '2027-02-28 23:00:00',
  '2027-03-31 21:59:59', 'missed', 2)
""",
    """
INSERT INTO breach (id, workspace_id, quota_period_id, owed_by, target_key, due_at, noticed_at,
  is_shadow, is_excused)
VALUES (2, 1, 1, 'marketing', 'volume', '2027-03-31 21:59:59', '2027-03-31 22:00:00', false, false)
""",
)
"""Sales did not accept Rosa in time, and marketing handed too few leads off in March."""

FIXED_AND_RECYCLED = (
    """
INSERT INTO lead_event (id, workspace_id, lead_id, kind, at, recorded_at, reason, note,
  is_by_outsider)
VALUES
  (2, 1, 1, 'returned', '2027-03-01 09:00:00', '2027-03-01 09:00:00', '', '', false),
  (3, 1, 1, 'fixed', '2027-03-01 10:00:00', '2027-03-01 10:00:00', '', '', false),
  (4, 1, 1, 'recycled', '2027-03-01 11:00:00', '2027-03-01 11:00:00', '', '', false),
  (5, 1, 1, 'handed_off', '2027-03-01 12:00:00', '2027-03-01 12:00:00', '', '', false),
  (6, 1, 1, 'lost', '2027-03-01 13:00:00', '2027-03-01 13:00:00', '', '', false),
  (7, 1, 1, 'reopened', '2027-03-01 14:00:00', '2027-03-01 14:00:00', 'closed_by_mistake',
    '', false),
  (8, 1, 1, 'fixed', '2027-03-01 15:00:00', '2027-03-01 15:00:00', '', '', false)
""",
    """
INSERT INTO handoff (id, workspace_id, lead_id, cycle, handed_off_at, return_reason,
  is_touch_backdated)
VALUES
  (1, 1, 1, 1, '2027-03-01 08:00:00', '', false), (2, 1, 1, 2, '2027-03-01 10:00:00', '', false),
  (3, 1, 1, 3, '2027-03-01 12:00:00', '', false), (4, 1, 1, 4, '2027-03-01 15:00:00', '', false)
""",
)
"""Rosa was returned and fixed, then recycled and handed off again, then lost by mistake."""


def insert_rows(engine: Engine, statements: Iterable[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def fill(engine: Engine, revision: str, statements: Iterable[str]) -> None:
    """Rows of the first release, and these, which the database of a later revision took."""
    command.upgrade(config(engine), "0001")
    insert_rows(engine, FIRST_RELEASE.split(";"))
    command.upgrade(config(engine), revision)
    insert_rows(engine, statements)


def names_by_table(engine: Engine) -> dict[str, set[str | None]]:
    """The names of the columns, keys, constraints and indexes of every table."""
    inspector = inspect(engine)
    return {
        table: {
            inspector.get_pk_constraint(table)["name"],
            *(column["name"] for column in inspector.get_columns(table)),
            *(key["name"] for key in inspector.get_foreign_keys(table)),
            *(unique["name"] for unique in inspector.get_unique_constraints(table)),
            *(index["name"] for index in inspector.get_indexes(table)),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def rows_by_table(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {
            table: [
                dict(row)
                for row in connection.exec_driver_sql(
                    f'SELECT * FROM "{table}" ORDER BY id'
                ).mappings()
            ]
            for table in inspect(engine).get_table_names()
            if table != "alembic_version"
        }


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
    insert_rows(bare, FIRST_RELEASE.split(";"))

    upgrade(bare)

    with db.read_only_session(bare) as session:
        [lead] = session.exec(select(Lead)).all()
        [line] = session.exec(select(LeadEvent)).all()
        [mute] = session.exec(select(Mute)).all()
        assert (lead.name, lead.merged_into_id) == ("Rosa", None)
        assert line.lead_id == lead.id
        assert (mute.kind, mute.thread) == ("lead_assigned", "")


def test_what_the_second_release_said_in_words_is_a_cause_of_its_own(bare: Engine) -> None:
    fill(bare, "0002", SECOND_RELEASE)

    upgrade(bare)

    with db.read_only_session(bare) as session:
        waits = session.exec(select(Delivery.wait_cause).order_by(col(Delivery.id))).all()
        off = session.exec(select(Endpoint.disabled_cause).order_by(col(Endpoint.id))).all()
        assert waits == [WaitCause.RATE_LIMIT, None]
        assert off == [None, DisabledCause.PERSON, DisabledCause.FAILURE]


def test_a_line_that_was_taken_back_has_no_key(bare: Engine) -> None:
    fill(bare, "0002", TAKEN_BACK)

    upgrade(bare)

    with db.read_only_session(bare) as session:
        keys = session.exec(select(LeadEvent.dedupe_key).order_by(col(LeadEvent.id))).all()
        assert keys == ["handed_off:1", None, "called:1"]


def test_going_back_a_line_that_was_taken_back_is_marked_in_its_key(bare: Engine) -> None:
    fill(bare, "0002", TAKEN_BACK)
    upgrade(bare)

    command.downgrade(config(bare), "0002")

    keys = [row["key"] for row in rows_by_table(bare)["lead_event"]]
    assert keys == ["handed_off:1", "undone:2:", "called:1"]


def test_recorded_steps_and_warnings_say_what_they_told(bare: Engine) -> None:
    fill(bare, "0003", STEPS_BY_PLACE)

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


def test_a_missed_promise_of_a_lead_is_kept_and_one_over_a_period_stands_beside_it(
    bare: Engine,
) -> None:
    fill(bare, "0003", STEPS_BY_PLACE)
    command.upgrade(config(bare), "0009")
    insert_rows(bare, MISSED_FOR_A_LEAD)

    upgrade(bare)
    insert_rows(bare, MISSED_OVER_A_PERIOD)

    with db.read_only_session(bare) as session:
        breaches = session.exec(select(Breach).order_by(col(Breach.id))).all()
        assert [(x.timer_id, x.quota_period_id) for x in breaches] == [(1, None), (None, 1)]

    command.downgrade(config(bare), "0009")
    with bare.begin() as connection:
        kept = connection.exec_driver_sql("SELECT id FROM breach").scalars().all()
        assert list(kept) == [1]


def test_a_missed_promise_belongs_to_a_lead_or_to_a_period(bare: Engine) -> None:
    fill(bare, "0003", STEPS_BY_PLACE)
    upgrade(bare)

    with pytest.raises(IntegrityError):
        insert_rows(bare, [MISSED_OVER_A_PERIOD[1].replace("(2, 1, 1,", "(2, 1, NULL,")])


def test_a_handoff_begins_an_entry_where_something_ended_the_one_before(
    bare: Engine,
) -> None:
    fill(bare, "0004", FIXED_AND_RECYCLED)

    upgrade(bare)

    with db.read_only_session(bare) as session:
        starts = session.exec(select(Handoff.begins_entry).order_by(col(Handoff.cycle))).all()
        assert starts == [True, False, True, False]


def test_lines_from_before_handoffs_were_weighed_count_as_they_did(bare: Engine) -> None:
    fill(bare, "0005", [])

    upgrade(bare)

    with db.read_only_session(bare) as session:
        assert [line.counts for line in session.exec(select(LeadEvent)).all()] == [True]
    command.downgrade(config(bare), "0005")
    assert "is_repeated" not in names_by_table(bare)["lead_event"]


def test_days_off_from_before_substitutes_name_nobody(bare: Engine) -> None:
    fill(bare, "0006", DAYS_OFF)

    upgrade(bare)

    with db.read_only_session(bare) as session:
        assert session.exec(select(Absence)).one().substitute_id is None
    command.downgrade(config(bare), "0006")
    assert "substitute_id" not in names_by_table(bare)["absence"]


def test_what_waits_already_has_no_deadline(bare: Engine) -> None:
    fill(bare, "0002", SECOND_RELEASE)

    upgrade(bare)

    with db.read_only_session(bare) as session:
        assert session.exec(select(Delivery.deliver_by_at)).all() == [None, None]


def test_presses_are_kept_one_by_one_instead_of_the_last(bare: Engine) -> None:
    fill(bare, "0002", [])

    upgrade(bare)

    assert "last_press" not in names_by_table(bare)["chat_account"]
    assert rows_by_table(bare)["chat_press"] == []
    command.downgrade(config(bare), "0010")
    assert "last_press" in names_by_table(bare)["chat_account"]


def test_rows_of_the_second_release_are_found_under_the_standard_names(bare: Engine) -> None:
    fill(bare, "0002", OLD_NAMES)

    upgrade(bare)

    with db.read_only_session(bare) as session:
        assert session.exec(select(User)).one().security_stamp == "stamp"
        assert session.exec(select(LeadEvent)).one().dedupe_key == "handed_off:1"
        assert session.exec(select(Membership)).one().is_team_lead
        assert session.get_one(Delivery, 2).merged_into_id == 1
        mailed = session.exec(select(MailAction)).one()
        assert (mailed.wrong_codes, mailed.last_action, mailed.last_action_at) == (
            2,
            "accept",
            MONDAY_NINE,
        )
        assert session.exec(select(DigestDone)).one().last_date == MONDAY_NINE.date()
        assert session.exec(select(UserSession)).one().token_hash == "hash"
        assert session.exec(select(Heartbeat)).one().last_beat_at == MONDAY_NINE


def test_the_journal_of_the_second_release_speaks_the_standard_terms(bare: Engine) -> None:
    fill(bare, "0002", OLD_NAMES)

    upgrade(bare)

    with db.read_only_session(bare) as session:
        entries = session.exec(select(JournalEntry).order_by(col(JournalEntry.id))).all()
        assert [(entry.kind, entry.facts) for entry in entries] == [
            ("lead_event_undone", {"lead_id": 1}),
            ("person_placed", {"user_id": 1, "is_team_lead": True}),
        ]


def test_new_rows_follow_the_old_ones_of_a_renamed_table(bare: Engine) -> None:
    fill(bare, "0002", OLD_NAMES)
    upgrade(bare)

    with db.transaction(bare) as session:
        session.add(
            DigestDone(workspace_id=1, user_id=1, kind="nightly", last_date=MONDAY_NINE.date())
        )

    with db.read_only_session(bare) as session:
        kinds = session.exec(select(DigestDone.kind).order_by(col(DigestDone.id))).all()
        assert kinds == ["daily_digest", "nightly"]


def test_an_upgraded_database_names_its_keys_and_indexes_as_a_new_one_does(
    bare: Engine, engine: Engine
) -> None:
    upgrade(bare)

    assert names_by_table(bare) == names_by_table(engine)


def test_going_back_to_the_second_release_brings_its_names_and_rows_back(bare: Engine) -> None:
    fill(bare, "0002", OLD_NAMES)
    before = names_by_table(bare), rows_by_table(bare)
    upgrade(bare)

    command.downgrade(config(bare), "0002")

    assert (names_by_table(bare), rows_by_table(bare)) == before


def test_going_back_to_the_beginning_leaves_no_table(bare: Engine) -> None:
    upgrade(bare)

    command.downgrade(config(bare), "base")

    left = set(inspect(bare).get_table_names()) & set(METADATA.tables)
    assert left == set()
