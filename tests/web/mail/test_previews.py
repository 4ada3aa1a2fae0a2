"""Every letter can be read before the first real one goes: light, dark, wide, narrow, in a chat."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from alignment import db
from alignment.leads import handoff
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.models import Delivery
from alignment.notifications.sending import example_messages
from tests.factories import MONDAY_NINE, make_lead
from tests.postbox import deliveries, letter_to, office_for, post, send_due


@pytest.mark.parametrize("name", sorted(example_messages.TITLES))
def test_every_letter_has_an_example(browser, here, name):
    olga = browser(here.olga)

    page, body = olga.get(f"/mail/letters/{name}"), olga.get(f"/mail/letters/{name}/body")

    assert page.status_code == 200
    assert "this is an example" in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.text.count("<iframe") == 4
    assert "default-src 'none'" in body.headers["Content-Security-Policy"]
    assert "cid:" not in body.text


def test_the_list_leads_to_every_letter(browser, here):
    page = browser(here.olga).get("/mail/letters").text

    for name in example_messages.TITLES:
        assert f'href="/mail/letters/{name}"' in page


def test_an_example_is_written_for_who_looks_and_its_links_open_nothing(browser, here):
    page = browser(here.olga).get("/mail/letters/timer_breached").text

    assert 'sandbox=""' in page
    assert '"kind": "timer_breached"' in page.replace("&#34;", '"')
    assert '"type": "AdaptiveCard"' in page.replace("&#34;", '"')


def test_what_goes_to_a_chat_has_no_code_of_a_mail(browser, here):
    page = browser(here.olga).get("/mail/letters/timer_breached").text

    by_mail, elsewhere = page.split("In a chat")

    assert "Type this code" in by_mail
    assert "Type this code" not in elsewhere


def test_the_newest_real_one_stands_in_place_of_the_example(browser, here, engine):
    for name in ("Globex", "Initech"):
        post(engine, letter_to(here.sam, key=name, words={"about": name}))
        send_due(engine, office_for(KeptMail()))

    page = browser(here.olga).get("/mail/letters/plain").text

    assert "This is the newest one" in page
    assert "Initech" in page
    assert "Globex" not in page
    assert f'href="/mail/{deliveries(engine)[1].id}"' in page


def test_nobody_reads_the_real_ones_of_another_workspace(browser, here, elsewhere, engine):
    post(engine, letter_to(here.sam, words={"about": "Initech"}))
    send_due(engine, office_for(KeptMail()))

    for path in ("/mail/letters/plain", "/mail/letters/plain/body"):
        assert "Initech" not in browser(elsewhere).get(path).text


@pytest.mark.parametrize(("scheme", "rule"), [("light", "not all"), ("dark", "all")])
def test_a_letter_shows_itself_as_by_day_and_by_night(browser, here, scheme, rule):
    body = browser(here.olga).get(f"/mail/letters/plain/body?scheme={scheme}").text

    assert f"@media {rule} {{" in body
    assert f'name="color-scheme" content="{scheme}"' in body
    assert "prefers-color-scheme" not in body


def test_a_letter_that_nobody_knows_is_not_here(browser, here):
    assert browser(here.olga).get("/mail/letters/nonsense").status_code == 404


def test_an_example_says_what_the_real_message_says(engine, here):
    with db.transaction(engine) as session:
        lead = make_lead(session, here)
        handoff.hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        why, later = handoff.ReturnReason.NO_FIT, MONDAY_NINE + timedelta(hours=1)
        handoff.return_to_marketing(session, lead, reason=why, by=here.sam, now=later)

    with Session(engine) as session:
        real = {row.kind: row.words for row in session.exec(select(Delivery))}
    assert set(real) == {"lead_assigned", "lead_returned"}
    for kind, words in real.items():
        assert example_messages.example_words(kind, now=MONDAY_NINE).keys() == words.keys()
