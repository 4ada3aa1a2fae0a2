"""A message as channels get it, and a client that may speak to this machine."""

from typing import Any

from alignment.http.client import Client
from alignment.notifications.channels.base import OutgoingMessage
from tests.factories import MONDAY_NINE
from tests.http.sink import WebSink

TEXT = """Globex is yours now

Mona gave you this lead.
It came from: Webinar

Accept or return:
https://alignment.acme.test/leads/7

--
You get this because you own the lead.

Stop mail of this kind: https://alignment.acme.test/u/x
"""


def make_message(**given: Any) -> OutgoingMessage:
    facts: dict[str, Any] = {
        "id": "lead_assigned.0123abcd",
        "kind": "lead_assigned",
        "workspace_id": 1,
        "subject_id": 7,
        "thread": "lead-7",
        "name": "Sam",
        "address": "sam@acme.test",
        "subject": "Globex is yours now (Webinar)",
        "text": TEXT,
        "html": "<p>Globex is yours now</p>",
        "unsubscribe_url": None,
        "at": MONDAY_NINE,
        "link": "https://alignment.acme.test/leads/7",
    }
    return OutgoingMessage(**(facts | given))


def client_of(sink: WebSink) -> Client:
    return Client(own_hosts=frozenset({sink.host}))
