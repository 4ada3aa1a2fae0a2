"""Sam forgot his password; somebody else tries addresses."""

import re
from dataclasses import replace

import pytest

from alignment import db
from alignment.accounts.authentication.passwords import hash_password
from tests.factories import MONDAY_NINE
from tests.postbox import deliveries
from tests.web.sent_mail import mail_out

PAGE = "/forgotten-password"
OLD, NEW = "correct horse battery", "a stapled horse eats"


@pytest.fixture
def sam(engine, here):
    with db.transaction(engine) as session:
        session.add(here.sam)
        here.sam.password_hash = hash_password(OLD)
    return here.sam


@pytest.fixture
def visitor(app, sam):
    """Somebody who is not signed in, where a mail server is set."""
    ours = app.extensions["alignment"]
    ours["settings"] = replace(ours["settings"], mail_url="smtp+plain://127.0.0.1:25")
    return app.test_client()


def ask(client, email):
    return client.post(PAGE, data={"email": email})


def link_of(engine) -> str:
    (mail,) = mail_out(engine, now=MONDAY_NINE)
    (path,) = re.findall(r"(/sign-in/\S+)", mail.text)
    return path


def sign_in(client, password):
    return client.post("/sign-in", data={"email": "sam@acme.test", "password": password})


def test_the_sign_in_page_leads_there(visitor):
    assert f'href="{PAGE}"' in visitor.get("/sign-in").text
    assert "Mail address" in visitor.get(PAGE).text


@pytest.mark.parametrize("email", ["nobody@acme.test", "not an address", ""])
def test_the_answer_is_the_same_whether_or_not_somebody_has_the_address(visitor, engine, email):
    known, unknown = ask(visitor, "sam@acme.test"), ask(visitor, email)

    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text
    assert [letter.address for letter in deliveries(engine)] == ["sam@acme.test"]


def test_nobody_who_left_gets_a_link(visitor, engine, here):
    with db.transaction(engine) as session:
        session.add(here.sam)
        here.sam.is_active = False

    ask(visitor, "sam@acme.test")

    assert deliveries(engine) == []


def test_with_the_link_sam_signs_in_and_chooses_a_new_password(visitor, app, engine):
    ask(visitor, " SAM@acme.test ")
    link = link_of(engine)

    assert "New password" in visitor.get(link).text
    assert visitor.post(link, data={"new": NEW}).location == "/"

    assert "sam@acme.test" in visitor.get("/account").text
    assert sign_in(app.test_client(), OLD).status_code == 422
    assert sign_in(app.test_client(), NEW).status_code == 303
    assert app.test_client().post(link).status_code == 422


def test_a_new_password_ends_what_was_signed_in_before(visitor, browser, sam, engine):
    phone = browser(sam)
    ask(visitor, "sam@acme.test")

    visitor.post(link_of(engine), data={"new": NEW})

    assert phone.get("/account").status_code == 303


def test_without_a_new_password_the_old_one_stays(visitor, app, engine):
    ask(visitor, "sam@acme.test")

    assert visitor.post(link_of(engine), data={"new": ""}).location == "/"

    assert sign_in(app.test_client(), OLD).status_code == 303


def test_an_unfit_password_is_refused_and_leaves_the_link_as_it_is(visitor, engine):
    ask(visitor, "sam@acme.test")
    link = link_of(engine)

    answer = visitor.post(link, data={"new": "short"})

    assert answer.status_code == 422
    assert "at least 8" in answer.text
    assert visitor.post(link, data={"new": NEW}).location == "/"


def test_five_links_an_hour_are_enough_for_one_address_known_or_not(visitor):
    for email in ("sam@acme.test", "nobody@acme.test"):
        assert [ask(visitor, email).status_code for _ in range(6)] == [200] * 5 + [429]


def test_without_a_mail_server_the_page_says_whom_to_ask_and_for_what(app, sam, engine):
    client = app.test_client()

    for answer in (client.get(PAGE), ask(client, "sam@acme.test")):
        assert "Ask whoever runs Alignment at your company" in answer.text
        assert "alignment sign-in-link" in answer.text
    assert deliveries(engine) == []
