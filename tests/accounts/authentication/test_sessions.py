from datetime import timedelta

import pytest

from alignment.accounts.authentication import queries, sessions
from alignment.accounts.models import id_of
from alignment.config import Settings
from tests.factories import MONDAY_NINE

NINE = MONDAY_NINE


def known(session, token, *, now=NINE):
    found = sessions.session_by_token(session, token, now=now)
    assert found is not None
    return found


def seen(session, user):
    return {row.browser for row in queries.open_sessions_of(session, user)}


def test_a_browser_is_known_by_its_token_and_only_a_fingerprint_is_kept(session, acme):
    token = sessions.begin_session(session, acme.sam, browser="Firefox on Linux", now=NINE)

    row, user = known(session, token)
    assert user is acme.sam
    assert token not in str(row.model_dump())
    assert sessions.session_by_token(session, token + "x", now=NINE) is None


@pytest.mark.parametrize(
    ("pause", "is_known"),
    [(timedelta(hours=11, minutes=59), True), (timedelta(hours=12), False)],
    ids=["just in time", "too late"],
)
def test_a_browser_unused_for_twelve_hours_is_forgotten(session, acme, pause, is_known):
    token = sessions.begin_session(session, acme.sam, browser="Firefox", now=NINE)

    assert (sessions.session_by_token(session, token, now=NINE + pause) is not None) is is_known


def test_a_browser_used_every_day_is_forgotten_after_fourteen_days(session, acme):
    token = sessions.begin_session(session, acme.sam, browser="Firefox", now=NINE)

    known = []
    for hours in range(0, 15 * 24, 8):
        at = NINE + timedelta(hours=hours)
        found = sessions.session_by_token(session, token, now=at)
        known.append(found is not None)
        if found:
            sessions.note_presence(session, id_of(found[0]), now=at)
            session.refresh(found[0])

    assert sum(known) == 14 * 3


def test_a_presence_is_noted_every_ten_minutes_at_most(session, acme):
    token = sessions.begin_session(session, acme.sam, browser="Firefox", now=NINE)
    row, _ = known(session, token)

    assert not sessions.is_presence_due(row, now=NINE + timedelta(minutes=9))
    assert sessions.is_presence_due(row, now=NINE + timedelta(minutes=10))


def test_an_ended_browser_is_forgotten_and_stays_so(session, acme):
    token = sessions.begin_session(session, acme.sam, browser="Firefox", now=NINE)
    row, _ = known(session, token)

    sessions.end_session(session, row, now=NINE)
    sessions.end_session(session, row, now=NINE + timedelta(hours=1))
    sessions.note_presence(session, id_of(row), now=NINE + timedelta(hours=1))

    assert sessions.session_by_token(session, token, now=NINE) is None
    assert row.ended_at == NINE


def test_every_browser_but_the_one_in_use_is_ended(session, acme):
    sessions.begin_session(session, acme.sam, browser="Phone", now=NINE)
    here = sessions.begin_session(session, acme.sam, browser="Desk", now=NINE)
    sessions.begin_session(session, acme.mona, browser="Mona's", now=NINE)
    row, _ = known(session, here)

    sessions.end_all_sessions(session, acme.sam, excluding=row, now=NINE)

    assert seen(session, acme.sam) == {"Desk"}
    assert seen(session, acme.mona) == {"Mona's"}


def test_a_deactivated_person_is_not_recognised(session, acme):
    token = sessions.begin_session(session, acme.sam, browser="Firefox", now=NINE)
    acme.sam.is_active = False

    assert sessions.session_by_token(session, token, now=NINE) is None


def test_over_https_the_cookie_is_held_to_this_host():
    assert sessions.session_cookie_name(Settings(base_url="https://align.test")) == "__Host-session"
    assert sessions.session_cookie_name(Settings(base_url="http://127.0.0.1:8000")) == "session"
