"""Who a person is in Slack."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import select

from alignment.errors import NotFound, Refused
from alignment.notifications.endpoints import chat_accounts, queries
from alignment.notifications.endpoints.chat_accounts import UnlinkedChatAccount
from alignment.notifications.models import ChatPress
from tests.factories import MONDAY_NINE

SECRET = "s" * 32


def stranger(acme, account="T1:U1"):
    return UnlinkedChatAccount(workspace_id=acme.id, account=account, name="sam.s")


def token_of(path):
    return parse_qs(urlsplit(path).query)["token"][0]


def token_for(acme):
    path = chat_accounts.connect_path(stranger(acme), secret=SECRET, now=MONDAY_NINE)
    return token_of(path)


def named(acme, token, *, by=None, after=timedelta()):
    return chat_accounts.read_connect_link(
        token, by=by or acme.sam, secret=SECRET, now=MONDAY_NINE + after
    )


def connect(session, acme, person, account="T1:U1"):
    chat_accounts.connect(session, stranger(acme, account), by=person, now=MONDAY_NINE)


def who(session, acme, account="T1:U1"):
    found = queries.owner_of_chat_account(session, acme.id, account)
    return found[1].name if found else None


def test_the_link_names_the_account_for_ten_minutes(acme):
    token = token_for(acme)

    assert named(acme, token, after=timedelta(minutes=10)) == stranger(acme)
    with pytest.raises(NotFound, match="run out"):
        named(acme, token, after=timedelta(minutes=10, seconds=1))


def test_the_link_is_for_people_of_the_same_workspace(acme, stella):
    with pytest.raises(NotFound):
        named(acme, token_for(acme), by=stella)


def test_a_link_that_we_did_not_make_names_nobody(acme):
    with pytest.raises(NotFound):
        named(acme, "made-up")


def test_a_connected_account_is_its_person(session, acme):
    connect(session, acme, acme.sam)

    assert (who(session, acme), who(session, acme, "T1:U2")) == ("Sam", None)


def test_nobody_takes_the_account_of_a_colleague(session, acme):
    connect(session, acme, acme.sam)

    with pytest.raises(Refused, match="belongs to Sam"):
        connect(session, acme, acme.mona)
    assert who(session, acme) == "Sam"


def test_a_person_has_one_account_and_the_last_one_counts(session, acme):
    connect(session, acme, acme.sam)
    connect(session, acme, acme.sam, "T1:U2")

    assert (who(session, acme), who(session, acme, "T1:U2")) == (None, "Sam")


def test_the_account_of_somebody_who_left_is_free_and_acts_for_nobody(session, acme):
    connect(session, acme, acme.sam)
    acme.sam.is_active = False
    session.flush()
    assert who(session, acme) is None

    connect(session, acme, acme.mona)

    assert who(session, acme) == "Mona"


def test_a_disconnected_account_acts_for_nobody(session, acme):
    connect(session, acme, acme.sam)

    chat_accounts.disconnect(session, acme.sam)

    assert who(session, acme) is None


def test_a_press_counts_once(session, acme):
    connect(session, acme, acme.sam)
    account = queries.chat_account_of(session, acme.sam)
    assert account is not None

    presses = ["1548426417.840180", "1548426417.840180", "1548426417.840179", "1548426418.000000"]
    counted = [chat_accounts.is_new_press(session, account, at, now=MONDAY_NINE) for at in presses]

    assert counted == [True, False, True, True]


def test_presses_are_forgotten_after_an_hour(session, acme):
    connect(session, acme, acme.sam)
    account = queries.chat_account_of(session, acme.sam)
    assert account is not None
    for hours in (0, 2):
        now = MONDAY_NINE + timedelta(hours=hours)
        chat_accounts.is_new_press(session, account, f"{hours}.000001", now=now)

    kept = session.exec(select(ChatPress.pressed_at)).all()

    assert kept == ["2.000001"]
