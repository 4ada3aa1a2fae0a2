"""How a message reads in the inbox, and that it was seen."""

from datetime import timedelta
from typing import Any

from alignment.notifications.inbox import queries, reading
from alignment.notifications.models import Outcome
from tests.factories import MONDAY_NINE
from tests.notifications.endpoint_factories import make_delivery

NOW = MONDAY_NINE + timedelta(hours=1)
LEAD: dict[str, Any] = {
    "kind": "lead_assigned",
    "words": {
        "lead": "Ada Byron",
        "company": "Globex",
        "source": "Webinar",
        "by": "Mona",
        "link": "/leads/7",
    },
}


def entries(session, person):
    return reading.page(session, person, skip=0, base_url="https://alignment.acme.test", now=NOW)


def test_a_message_that_was_not_sent_yet_reads_as_it_will(session, acme):
    make_delivery(session, acme.sam, **LEAD)

    [entry] = entries(session, acme.sam)
    assert entry.parts.title == "Globex is yours now (Webinar)"
    assert "Mona" in entry.parts.body
    assert "https://alignment.acme.test/leads/7" not in entry.parts.body
    assert entry.parts.why == "You get this because you own the lead."
    assert (entry.kind, entry.link) == ("A lead is yours now", "/leads/7")


def test_a_message_that_was_sent_reads_as_it_arrived(session, acme):
    make_delivery(session, acme.sam, subject="As sent", text="Title\n\nBody\n\n--\nWhy", **LEAD)

    [entry] = entries(session, acme.sam)
    assert (entry.parts.title, entry.parts.body, entry.parts.why) == ("As sent", "Body", "Why")


def test_a_message_that_cannot_be_written_is_named_by_its_kind(session, acme):
    make_delivery(session, acme.sam, kind="lead_assigned", words={})

    [entry] = entries(session, acme.sam)
    assert entry.parts.title == "A lead is yours now"


def test_what_was_told_together_is_listed_with_its_links(session, acme):
    carrier = make_delivery(session, acme.sam, **LEAD)
    make_delivery(session, acme.sam, merged_into_id=carrier.id, outcome=Outcome.MERGED, **LEAD)

    [entry] = entries(session, acme.sam)
    [inside] = entry.merged
    assert (inside.title, inside.link) == ("A lead is yours now: Globex", "/leads/7")


def test_what_was_seen_is_counted_no_more_nor_what_it_told(session, acme):
    carrier = make_delivery(session, acme.sam)
    inside = make_delivery(session, acme.sam, merged_into_id=carrier.id, outcome=Outcome.MERGED)
    make_delivery(session, acme.sam)

    reading.mark_read(session, carrier, now=NOW)
    session.flush()

    session.refresh(inside)
    assert (carrier.read_at, inside.read_at) == (NOW, NOW)
    assert queries.unread(session, acme.sam, now=NOW) == 1


def test_seen_again_keeps_the_first_instant(session, acme):
    message = make_delivery(session, acme.sam)

    reading.mark_read(session, message, now=MONDAY_NINE)
    reading.mark_read(session, message, now=NOW)

    assert message.read_at == MONDAY_NINE


def test_all_is_seen_by_its_reader_alone(session, acme):
    make_delivery(session, acme.sam)
    make_delivery(session, acme.sam)
    make_delivery(session, acme.mona)

    reading.mark_all_read(session, acme.sam, now=NOW)

    assert queries.unread(session, acme.sam, now=NOW) == 0
    assert queries.unread(session, acme.mona, now=NOW) == 1
