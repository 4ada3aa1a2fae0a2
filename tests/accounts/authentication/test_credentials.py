from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from alignment import db
from alignment.accounts.authentication import credentials, queries, sessions, tokens
from alignment.accounts.authentication.passwords import hash_password
from alignment.errors import Refused
from alignment.journal.models import JournalEntry
from tests.factories import MONDAY_NINE, make_cast

NINE = MONDAY_NINE
PASSWORD = "correct horse battery"


@pytest.fixture
def sam(session, acme):
    acme.sam.password_hash = hash_password(PASSWORD)
    return acme.sam


def sign_in(session, email="sam@acme.test", password=PASSWORD):
    return credentials.sign_in(session, email=email, password=password, browser="Firefox", now=NINE)


def whose(session, token):
    found = sessions.session_by_token(session, token, now=NINE)
    assert found is not None
    return found


def kinds(session):
    return [entry.kind for entry in session.exec(select(JournalEntry))]


def test_address_and_password_let_sam_in(session, sam):
    token = sign_in(session)

    assert whose(session, token)[1] is sam
    assert kinds(session) == ["signed_in"]


def test_the_address_may_be_written_in_any_case(session, sam):
    assert sign_in(session, email=" SAM@Acme.test ")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param("sam@acme.test", "wrong horse battery", id="wrong password"),
        pytest.param("nobody@acme.test", PASSWORD, id="unknown address"),
        pytest.param("mona@acme.test", PASSWORD, id="no password yet"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(session, sam, email, password):
    with pytest.raises(Refused, match=credentials.NO_MATCH):
        sign_in(session, email=email, password=password)

    assert queries.open_sessions_of(session, sam) == []


def test_a_deactivated_person_gets_the_same_answer(session, sam):
    sam.is_active = False

    with pytest.raises(Refused, match=credentials.NO_MATCH):
        sign_in(session)


def test_an_unknown_address_costs_a_hash_like_a_known_one(session, sam, monkeypatch):
    compared: list[str] = []
    verify = PasswordHasher.verify

    def note_and_verify(hasher, password_hash, password):
        compared.append(password_hash)
        return verify(hasher, password_hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", note_and_verify)

    for email in ("sam@acme.test", "nobody@acme.test"):
        with pytest.raises(Refused):
            sign_in(session, email=email, password="wrong horse battery")

    assert compared[0] == sam.password_hash
    assert compared[1].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_weaker_hash_is_renewed_at_sign_in(session, sam):
    sam.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)

    sign_in(session)

    assert sam.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in(session)


def test_a_one_time_link_lets_olga_in_once(session, acme):
    token = tokens.sign_in_link(session, acme.olga, now=NINE).removeprefix("/sign-in/")

    made = credentials.sign_in_by_link(session, token, browser="Firefox", now=NINE)

    assert whose(session, made)[1] is acme.olga
    with pytest.raises(Refused, match="used or has run out"):
        credentials.sign_in_by_link(session, token, browser="Firefox", now=NINE)


def test_of_many_who_use_a_link_at_once_one_gets_in(engine):
    with db.transaction(engine) as session:
        path = tokens.sign_in_link(session, make_cast(session).olga, now=NINE)

    def try_it(_number):
        with db.transaction(engine) as session:
            return credentials.sign_in_by_link(
                session, path.removeprefix("/sign-in/"), browser="Firefox", now=NINE
            )

    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(try_it, number) for number in range(8)]

    refusals = [one.exception() for one in tries if one.exception()]
    assert len(refusals) == 7
    assert {type(refusal) for refusal in refusals} == {Refused}


@pytest.mark.parametrize(
    ("wait", "is_active"),
    [(timedelta(minutes=30), True), (timedelta(0), False)],
    ids=["after half an hour", "of a deactivated person"],
)
def test_a_link_does_not_work(session, acme, wait, is_active):
    token = tokens.sign_in_link(session, acme.olga, now=NINE).removeprefix("/sign-in/")
    acme.olga.is_active = is_active

    with pytest.raises(Refused, match="used or has run out"):
        credentials.sign_in_by_link(session, token, browser="Firefox", now=NINE + wait)


def test_a_new_password_ends_every_other_browser_and_signed_link(session, sam):
    sign_in(session)
    here, _ = whose(session, sign_in(session))
    stamp = sam.security_stamp

    credentials.change_password(
        session, sam, old=PASSWORD, new="another long one 12", here=here, now=NINE
    )

    assert queries.open_sessions_of(session, sam) == [here]
    assert sam.security_stamp != stamp
    assert sign_in(session, password="another long one 12")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param("not this one", "another long one 12", "not right", id="wrong old"),
        pytest.param(PASSWORD, "short", "at least 8", id="too short"),
        pytest.param(PASSWORD, "Password1", "too common", id="too common"),
    ],
)
def test_a_password_is_not_changed(session, sam, old, new, sentence):
    with pytest.raises(Refused, match=sentence):
        credentials.change_password(session, sam, old=old, new=new, here=None, now=NINE)

    assert sign_in(session)


def test_who_came_by_link_chooses_a_first_password(session, acme):
    credentials.change_password(session, acme.olga, old="", new=PASSWORD, here=None, now=NINE)

    assert sign_in(session, email="olga@acme.test")


def test_a_link_made_before_a_new_password_never_signs_in(session, acme, sam):
    of_sam = tokens.sign_in_link(session, sam, now=NINE).rpartition("/")[2]
    of_mona = tokens.sign_in_link(session, acme.mona, now=NINE).rpartition("/")[2]

    credentials.change_password(
        session, sam, old=PASSWORD, new="another long one 12", here=None, now=NINE
    )

    with pytest.raises(Refused, match="run out"):
        credentials.sign_in_by_link(session, of_sam, browser="Firefox", now=NINE)
    assert credentials.sign_in_by_link(session, of_mona, browser="Firefox", now=NINE)
