from datetime import timedelta

import pytest
from sqlmodel import select

from alignment.accounts.authentication import tokens
from alignment.accounts.models import SignInLink
from tests.factories import MONDAY_NINE

SECRET = "s" * 32


def test_what_is_signed_for_a_purpose_is_read_for_that_purpose():
    token = tokens.sign_payload({"id": 7}, purpose="invitation", secret=SECRET)

    assert tokens.read_payload(token, purpose="invitation", secret=SECRET) == {"id": 7}


@pytest.mark.parametrize(
    ("purpose", "secret"), [("set-up", SECRET), ("invitation", "t" * 32)], ids=["purpose", "key"]
)
def test_another_purpose_or_key_reads_nothing(purpose, secret):
    token = tokens.sign_payload({"id": 7}, purpose="invitation", secret=SECRET)

    assert tokens.read_payload(token, purpose=purpose, secret=secret) is None


def test_a_changed_token_reads_nothing():
    token = tokens.sign_payload({"id": 7}, purpose="invitation", secret=SECRET)
    others = (token[:place] + "A" + token[place + 1 :] for place in range(len(token) - 2))

    read = [
        tokens.read_payload(each, purpose="invitation", secret=SECRET)
        for each in others
        if each != token
    ]

    assert not any(read)
    assert tokens.read_payload("", purpose="invitation", secret=SECRET) is None
    assert tokens.read_payload("é.ü", purpose="invitation", secret=SECRET) is None


def test_random_tokens_are_long_and_differ():
    made = {tokens.new_token() for _ in range(100)}

    assert len(made) == 100
    assert min(map(len, made)) >= 43


def test_a_sign_in_link_is_stored_as_a_fingerprint_for_half_an_hour(session, acme):
    path = tokens.sign_in_link(session, acme.olga, now=MONDAY_NINE)

    token = path.removeprefix("/sign-in/")
    link = session.exec(select(SignInLink)).one()
    assert link.token_hash == tokens.fingerprint(token)
    assert token not in str(link.model_dump())
    assert link.expires_at == MONDAY_NINE + timedelta(minutes=30)
