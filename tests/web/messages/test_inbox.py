"""The inbox as a page, with and without htmx."""

import re
from typing import Any

import pytest

from alignment import db
from alignment.notifications.models import Outcome
from tests.notifications.endpoint_factories import make_delivery

LEAD: dict[str, Any] = {"kind": "plain", "words": {"about": "Globex", "link": "/leads/7"}}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def message(engine, here):
    with db.transaction(engine) as session:
        return make_delivery(session, here.sam, **LEAD)


def unread_on(page):
    found = re.search(r"Inbox, (\S+) ", page.text)
    return found.group(1) if found else None


def test_every_page_says_how_many_messages_were_not_seen(browser, here, message):
    assert unread_on(browser(here.sam).get("/")) == "1"
    assert unread_on(browser(here.mona).get("/")) == "0"


def test_a_message_is_there_with_its_words_and_the_reason_for_it(browser, here, message):
    page = browser(here.sam).get("/inbox")

    assert "Acme: something waits for you" in page.text
    assert "You get this in place of the message." in page.text


def test_an_empty_inbox_says_what_will_arrive(browser, here):
    assert "Nothing here yet" in browser(here.sam).get("/inbox").text


def test_what_was_read_counts_no_more(browser, here, message):
    sam = browser(here.sam)

    answer = sam.post(f"/inbox/{message.id}/seen")

    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert unread_on(sam.get("/inbox")) == "0"


def test_htmx_gets_the_message_and_the_count(browser, here, message):
    answer = browser(here.sam).post(f"/inbox/{message.id}/seen", headers=HTMX)

    assert f'id="message-{message.id}"' in answer.text
    assert "Mark as read" not in answer.text
    assert (unread_on(answer), 'hx-swap-oob="true"' in answer.text) == ("0", True)


def test_opening_marks_as_read_and_goes_where_it_leads(browser, here, message):
    sam = browser(here.sam)

    answer = sam.post(f"/inbox/{message.id}/opening")

    assert (answer.status_code, answer.location) == (303, "/leads/7")
    assert unread_on(sam.get("/")) == "0"


def test_all_at_once(browser, here, engine, message):
    with db.transaction(engine) as session:
        make_delivery(session, here.sam, outcome=Outcome.ACCEPTED)
    sam = browser(here.sam)
    assert unread_on(sam.get("/")) == "2"

    assert sam.post("/inbox/seen").location == "/inbox"

    assert unread_on(sam.get("/")) == "0"


def test_nobody_reads_or_marks_the_messages_of_another(browser, here, elsewhere, message):
    for other in (here.olga, elsewhere):
        assert "something waits" not in browser(other).get("/inbox").text
        assert browser(other).post(f"/inbox/{message.id}/seen").status_code == 404
        assert browser(other).post(f"/inbox/{message.id}/opening").status_code == 404
    assert unread_on(browser(here.sam).get("/")) == "1"


def test_long_inboxes_have_pages(browser, here, engine):
    with db.transaction(engine) as session:
        for _ in range(26):
            make_delivery(session, here.sam)
    sam = browser(here.sam)

    assert "1–25 of 26" in sam.get("/inbox").text
    assert "26–26 of 26" in sam.get("/inbox?page=2").text
