"""The Mail page: every message of the workspace, for those who may read it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from alignment import db
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.models import Delivery, Outcome
from tests.factories import MONDAY_NINE
from tests.notifications.endpoint_factories import make_delivery, make_endpoint
from tests.postbox import deliveries, letter_to, office_for, post, send_due


@pytest.fixture
def kept(engine, here) -> Delivery:
    """A message to Sam that was written and kept."""
    post(engine, letter_to(here.sam))
    send_due(engine, office_for(KeptMail()))
    return deliveries(engine)[0]


def change(engine, message, **columns):
    with db.transaction(engine) as session:
        row = session.get_one(Delivery, message.id)
        for name, value in columns.items():
            setattr(row, name, value)


def test_the_owner_sees_every_message_and_what_became_of_it(browser, here, kept):
    page = browser(here.olga).get("/mail")

    assert page.status_code == 200
    assert "sam@acme.test" in page.text
    assert "Acme: something waits for you" in page.text
    assert "No mail server is set up" in page.text


def test_without_a_message_the_page_says_when_one_comes(browser, here):
    assert "No message yet" in browser(here.olga).get("/mail").text


@pytest.mark.parametrize("path", ["/mail", "/mail/{id}", "/mail/{id}/body", "/mail/state"])
def test_only_who_may_read_all_mail_reads_it(browser, here, kept, path):
    assert browser(here.mona).get(path.format(id=kept.id)).status_code == 403


@pytest.mark.parametrize("path", ["/mail/{id}", "/mail/{id}/body"])
def test_no_message_of_another_workspace_is_here(browser, elsewhere, kept, path):
    assert browser(elsewhere).get(path.format(id=kept.id)).status_code == 404


def test_no_message_of_another_workspace_can_be_sent_again(browser, elsewhere, engine, kept):
    change(engine, kept, outcome=Outcome.DEAD)

    answer = browser(elsewhere).post(f"/mail/{kept.id}/attempts")

    assert answer.status_code == 404
    assert deliveries(engine)[0].outcome is Outcome.DEAD


def test_messages_are_told_apart_by_their_outcome(browser, here, engine, kept):
    post(engine, letter_to(here.mona, key="task-2"))
    olga = browser(here.olga)

    waiting, all_of_them = olga.get("/mail?outcome=pending"), olga.get("/mail?outcome=nonsense")

    assert "mona@acme.test" in waiting.text
    assert "sam@acme.test" not in waiting.text
    assert "mona@acme.test" in all_of_them.text
    assert "sam@acme.test" in all_of_them.text


def test_messages_are_found_by_person_kind_and_channel(browser, here, engine, kept):
    post(engine, letter_to(here.mona, key="task-2"))
    olga = browser(here.olga)

    of_mona = olga.get(f"/mail?person={here.mona.id}").text
    of_a_kind = olga.get("/mail?kind=plain&channel=email").text
    in_a_chat = olga.get("/mail?channel=chat&person=nobody&kind=nonsense").text

    assert "mona@acme.test" in of_mona
    assert "sam@acme.test" not in of_mona
    assert "sam@acme.test" in of_a_kind
    assert "No message here" in in_a_chat


def test_how_many_wait_is_told(browser, here, engine):
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))

    assert "2 messages wait to go now." in browser(here.olga).get("/mail").text


def test_a_long_list_has_pages(browser, here, engine):
    post(engine, *(letter_to(here.sam, key=f"task-{number}") for number in range(51)))
    olga = browser(here.olga)

    first, second = olga.get("/mail").text, olga.get("/mail?page=2").text

    assert "1–50 of 51" in first
    assert "51–51 of 51" in second
    assert 'rel="prev"' in second


def test_a_message_shows_its_text_and_its_headers(browser, here, kept):
    page = browser(here.olga).get(f"/mail/{kept.id}")

    assert "A message about &#34;Globex&#34; could not be written in full." in page.text
    assert "auto-generated" in page.text
    assert "Sam &lt;sam@acme.test&gt;" in page.text
    assert f'src="/mail/{kept.id}/body"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_letter_stands_alone_in_its_frame(browser, here, kept):
    answer = browser(here.olga).get(f"/mail/{kept.id}/body")

    policy = answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "text/html"
    assert "A message about “Globex”" in answer.text
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_message_that_waits_is_shown_as_it_would_read_now(browser, here, engine):
    post(engine, letter_to(here.sam))
    (waiting,) = deliveries(engine)

    page = browser(here.olga).get(f"/mail/{waiting.id}")

    assert "Acme: something waits for you" in page.text


def test_a_letter_that_cannot_be_written_says_why(browser, here, engine):
    post(engine, letter_to(here.sam, kind="lead_assigned"))
    (broken,) = deliveries(engine)

    page = browser(here.olga).get(f"/mail/{broken.id}")

    assert page.status_code == 200
    assert "This letter cannot be written." in page.text


def test_a_message_given_up_is_sent_again(browser, here, engine, kept):
    change(engine, kept, outcome=Outcome.DEAD, attempts=8, reason="550 No such user")
    olga = browser(here.olga)

    assert "Send again" in olga.get(f"/mail/{kept.id}").text
    answer = olga.post(f"/mail/{kept.id}/attempts")

    assert (answer.status_code, answer.location) == (303, f"/mail/{kept.id}")
    (message,) = deliveries(engine)
    assert (message.outcome, message.attempts) == (Outcome.PENDING, 0)


def test_a_message_that_arrived_offers_no_second_time(browser, here, engine, kept):
    olga = browser(here.olga)

    assert "Send again" not in olga.get(f"/mail/{kept.id}").text
    answer = olga.post(f"/mail/{kept.id}/attempts", headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert deliveries(engine)[0].outcome is Outcome.KEPT


def test_all_that_was_given_up_goes_again_and_nothing_else(browser, here, engine, kept):
    post(engine, *(letter_to(here.mona, key=f"task-{number}") for number in (2, 3, 4)))
    first, second, bounced = deliveries(engine)[1:]
    for one in (first, second):
        change(engine, one, outcome=Outcome.DEAD, attempts=8, next_attempt_at=None)
    change(engine, bounced, outcome=Outcome.BOUNCED, next_attempt_at=None)
    olga = browser(here.olga)

    page = olga.get("/mail?outcome=dead").text
    answer = olga.post("/mail/attempts?outcome=dead", follow_redirects=True)

    assert "Send 2 again" in page
    assert "2 messages go again in a moment." in answer.text
    outcomes = [one.outcome for one in deliveries(engine)]
    assert outcomes == [Outcome.KEPT, Outcome.PENDING, Outcome.PENDING, Outcome.BOUNCED]
    assert deliveries(engine)[1].next_attempt_at == MONDAY_NINE


def test_what_went_to_a_channel_that_is_off_does_not_go_again(browser, here, engine):
    with db.transaction(engine) as session:
        off = make_endpoint(session, here.sam, disabled_at=MONDAY_NINE)
        facts: dict[str, Any] = {"channel": ChannelKind.CHAT, "endpoint_id": off.id}
        make_delivery(session, here.sam, outcome=Outcome.DEAD, **facts)

    answer = browser(here.olga).post("/mail/attempts?outcome=dead", follow_redirects=True)

    assert "0 messages go again in a moment." in answer.text
    assert [one.outcome for one in deliveries(engine)] == [Outcome.DEAD]


def test_nobody_sends_the_messages_of_another_workspace_again(browser, elsewhere, engine, kept):
    change(engine, kept, outcome=Outcome.DEAD)

    browser(elsewhere).post("/mail/attempts?outcome=dead")

    assert deliveries(engine)[0].outcome is Outcome.DEAD


def test_a_message_tells_its_story(browser, here, engine, kept):
    post(engine, letter_to(here.sam, key="task-2"))
    told = deliveries(engine)[1]
    change(engine, told, outcome=Outcome.MERGED, merged_into_id=kept.id, next_attempt_at=None)
    olga = browser(here.olga)

    carrier, member = olga.get(f"/mail/{kept.id}").text, olga.get(f"/mail/{told.id}").text

    assert "1 time</dd>" in carrier
    assert "Tells too" in carrier
    assert f'href="/mail/{told.id}"' in carrier
    assert "Told in" in member
    assert f'href="/mail/{kept.id}"' in member
    assert "told in another" in olga.get("/mail").text


def test_a_refusing_server_is_told_with_its_reason(browser, here, engine, kept):
    change(
        engine,
        kept,
        outcome=Outcome.HELD,
        reason="535 Authentication failed",
        next_attempt_at=MONDAY_NINE + timedelta(minutes=10),
    )

    page = browser(here.olga).get("/mail")

    assert "The mail server refuses us: “535 Authentication failed”. All mail waits" in page.text


def test_a_long_wait_is_told_and_a_short_one_is_not(browser, here, engine, clock):
    post(engine, letter_to(here.sam))
    soon = browser(here.olga).get("/mail").text

    clock.now = MONDAY_NINE + timedelta(minutes=6)
    later = browser(here.olga).get("/mail").text

    assert "has been waiting since" not in soon
    assert "has been waiting since" in later


def test_what_people_typed_stays_text_on_the_page(browser, here, engine, kept):
    change(engine, kept, subject="<script>alert(1)</script>", reason="550 <b>no</b>")

    for path in ("/mail", f"/mail/{kept.id}"):
        page = browser(here.olga).get(path).text
        assert "<script>alert" not in page
        assert "<b>no</b>" not in page


def test_the_page_writes_nothing(browser, here, engine, kept):
    for path in ("/mail", f"/mail/{kept.id}", f"/mail/{kept.id}/body"):
        browser(here.olga).get(path)

    with Session(engine) as session:
        assert session.get_one(Delivery, kept.id).model_dump() == kept.model_dump()
