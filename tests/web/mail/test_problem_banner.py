"""What is in the way of messages stands on every page of administrators, and goes by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from alignment import db
from alignment.notifications.causes import DisabledCause, WaitCause
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.downtime.heartbeat import beat
from alignment.notifications.models import Delivery, Downtime, Endpoint, Heartbeat, Outcome
from tests.factories import MONDAY_NINE
from tests.postbox import deliveries, letter_to, post

A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
SILENT, SET_BACK, STILL, REFUSED, BRAKED, OFF = (
    "The scheduler has not run since",
    "The clock of this installation was set back from",
    "The scheduler stood still from",
    "The mail server refuses us",
    "Very many messages are due",
    "was switched off, since nothing goes through",
)


def save(engine, *rows):
    with db.transaction(engine) as session:
        session.add_all(rows)


def put_off(engine, here, **columns):
    post(engine, letter_to(here.sam))
    with db.transaction(engine) as session:
        row = session.get_one(Delivery, deliveries(engine)[0].id)
        for name, value in columns.items():
            setattr(row, name, value)


def chat_of(person, cause):
    return Endpoint(
        workspace_id=person.workspace_id,
        channel=ChannelKind.CHAT,
        user_id=person.id,
        label="#leads",
        encrypted="",
        added_by_id=person.id,
        created_at=MONDAY_NINE,
        disabled_at=MONDAY_NINE,
        disabled_cause=cause,
    )


@pytest.fixture
def on_page(browser, clock):
    """The banners that a person sees at an instant, on a page about something else."""

    def seen(person, *, at=MONDAY_NINE):
        clock.now = at
        page = browser(person).get("/plans").text
        return [words for words in (SILENT, SET_BACK, STILL, REFUSED, BRAKED, OFF) if words in page]

    return seen


def test_without_trouble_there_is_no_banner(on_page, here):
    assert on_page(here.olga) == []


def test_a_scheduler_that_stands_still_is_told_after_five_minutes(on_page, here, engine):
    save(engine, Heartbeat(last_beat_at=MONDAY_NINE))

    soon, later = (on_page(here.olga, at=MONDAY_NINE + count * A_MINUTE) for count in (4, 5))

    assert soon == []
    assert later == [SILENT]


def test_a_clock_set_back_is_told_at_once_and_for_a_day(on_page, here, engine):
    back = MONDAY_NINE - AN_HOUR
    save(engine, Heartbeat(last_beat_at=MONDAY_NINE))
    before = on_page(here.olga, at=back)

    beat(engine, now=back)

    assert before == [SILENT], "no tick has come since"
    assert on_page(here.olga, at=back) == [SET_BACK]
    beat(engine, now=back + 25 * AN_HOUR)
    assert SET_BACK not in on_page(here.olga, at=back + 25 * AN_HOUR)


def test_a_standstill_is_told_for_a_day(on_page, here, engine):
    save(engine, Downtime(from_at=MONDAY_NINE - AN_HOUR, until_at=MONDAY_NINE))

    assert on_page(here.olga, at=MONDAY_NINE + 23 * AN_HOUR) == [STILL]
    assert on_page(here.olga, at=MONDAY_NINE + 24 * AN_HOUR) == []


def test_a_mail_server_that_refuses_us_is_told_until_the_next_try(on_page, here, engine):
    until = MONDAY_NINE + 15 * A_MINUTE
    put_off(engine, here, outcome=Outcome.HELD, reason="535 No", next_attempt_at=until)

    assert on_page(here.olga) == [REFUSED]
    assert on_page(here.olga, at=until) == []


def test_a_brake_is_told_while_it_holds(on_page, here, engine):
    put_off(engine, here, wait_cause=WaitCause.RATE_LIMIT, next_attempt_at=MONDAY_NINE + AN_HOUR)

    assert on_page(here.olga) == [BRAKED]
    assert on_page(here.olga, at=MONDAY_NINE + AN_HOUR) == []


def test_a_broken_channel_is_told_and_one_switched_off_by_hand_is_not(on_page, here, engine):
    save(engine, chat_of(here.sam, DisabledCause.PERSON))
    by_hand = on_page(here.olga)
    save(engine, chat_of(here.mona, DisabledCause.FAILURE))

    assert by_hand == []
    assert on_page(here.olga) == [OFF]
    assert on_page(here.olga, at=MONDAY_NINE + 24 * AN_HOUR) == []


def test_only_administrators_are_told(on_page, here, engine):
    save(engine, Downtime(from_at=MONDAY_NINE - AN_HOUR, until_at=MONDAY_NINE))

    assert on_page(here.mona) == []


def test_another_workspace_hears_nothing_of_brakes_and_channels_here(
    on_page, here, elsewhere, engine
):
    put_off(engine, here, wait_cause=WaitCause.RATE_LIMIT, next_attempt_at=MONDAY_NINE + AN_HOUR)
    save(engine, chat_of(here.mona, DisabledCause.FAILURE))

    assert on_page(elsewhere) == []


def test_all_of_it_is_one_question_to_the_database(app, browser, here):
    olga, asked = browser(here.olga), []
    bind = app.extensions["alignment"]["engine"]

    def note(_connection, _cursor, statement, *_rest):
        if "heartbeat" in statement or "endpoint" in statement:
            asked.append(statement)

    event.listen(bind, "before_cursor_execute", note)
    olga.get("/plans")

    assert len(asked) == 1
