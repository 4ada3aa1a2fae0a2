import re

import pytest

from alignment import db
from alignment.accounts.authentication.passwords import hash_password
from alignment.accounts.authentication.trusted_devices import trust_browser
from tests.factories import MONDAY_NINE

PASSWORD = "correct horse battery"
NEW = "another long one 12"


@pytest.fixture
def sam(engine, here):
    with db.transaction(engine) as session:
        session.add(here.sam)
        here.sam.password_hash = hash_password(PASSWORD)
    return here.sam


def change(client, old=PASSWORD, new=NEW):
    return client.post("/account/password", data={"old": old, "new": new})


def ends_on(page):
    return re.findall(r"/account/sessions/\d+/end", page.text)


def test_a_person_sees_the_browsers_that_know_them(browser, sam, here):
    browser(here.mona)
    phone, desk = browser(sam), browser(sam)

    assert len(ends_on(desk.get("/account"))) == 1
    assert len(ends_on(phone.get("/account"))) == 1


def test_ending_another_browser_signs_it_out(browser, sam):
    phone, desk = browser(sam), browser(sam)

    answer = desk.post(ends_on(desk.get("/account"))[0])

    assert answer.location == "/account"
    assert phone.get("/account").status_code == 303
    assert desk.get("/account").status_code == 200


def test_nobody_ends_the_browser_of_another_person(browser, sam, here, elsewhere):
    phone, desk = browser(sam), browser(sam)
    end = ends_on(desk.get("/account"))[0]

    for other in (here.olga, elsewhere):
        assert browser(other).post(end).status_code == 404
    assert phone.get("/account").status_code == 200


def test_signing_out_everywhere_else_keeps_this_browser(browser, sam):
    phone, desk = browser(sam), browser(sam)

    desk.post("/account/sessions/others/end")

    assert phone.get("/account").status_code == 303
    assert desk.get("/account").status_code == 200


def test_a_new_password_signs_every_other_browser_out(browser, sam, app):
    phone, desk = browser(sam), browser(sam)

    assert change(desk).location == "/account"

    assert phone.get("/account").status_code == 303
    assert desk.get("/account").status_code == 200
    entry = {"email": "sam@acme.test", "password": NEW}
    assert app.test_client().post("/sign-in", data=entry).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("not this one", NEW, "present password is not right"),
        (PASSWORD, "short", "at least 8"),
        (PASSWORD, "Password1", "too common"),
        (PASSWORD, "x" * 1025, "at most 1024"),
    ],
)
def test_a_password_that_cannot_be_is_refused_and_nobody_is_signed_out(
    browser, sam, old, new, sentence
):
    phone, desk = browser(sam), browser(sam)

    answer = change(desk, old, new)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert phone.get("/account").status_code == 200


def test_the_present_password_cannot_be_guessed_for_ever(browser, sam):
    desk = browser(sam)

    tries = [change(desk, old=f"guess {number}").status_code for number in range(11)]

    assert tries == [422] * 10 + [429]


def test_who_came_by_link_chooses_a_first_password(browser, here, app):
    page = browser(here.olga)

    assert "Present password" not in page.get("/account").text
    assert change(page, old="").status_code == 303
    entry = {"email": "olga@acme.test", "password": NEW}
    assert app.test_client().post("/sign-in", data=entry).status_code == 303


def test_a_browser_that_acts_from_mail_is_listed_and_forgotten(browser, engine, here):
    with db.transaction(engine) as session:
        trust_browser(session, here.sam, browser="Firefox on Linux", now=MONDAY_NINE)
    sam = browser(here.sam)

    page = sam.get("/account").text
    (path,) = re.findall(r"/account/devices/\d+/end", page)
    sam.post(path)

    assert "Firefox on Linux" in page
    assert "Browsers that act from mail" not in sam.get("/account").text


def test_sam_chooses_new_york_and_reads_every_time_in_it(browser, sam, here):
    page = browser(sam)

    answer = page.post("/account/time-zone", data={"zone": "America/New_York"})

    assert answer.location == "/account"
    assert "Mon 1 Mar 2027, 03:00 EST" in page.get("/account").text
    assert "Mon 1 Mar 2027, 09:00 CET" in browser(here.mona).get("/account").text


def test_a_zone_that_nobody_knows_is_refused_and_what_was_typed_stays(browser, sam):
    answer = browser(sam).post("/account/time-zone", data={"zone": "New York"})

    assert answer.status_code == 422
    assert 'value="New York"' in answer.text
    assert "not a time zone we know" in answer.text
