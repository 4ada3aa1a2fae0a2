"""A team's channel hears what its members are told."""

from alignment.notifications.outbox import enqueue_many
from tests.factories import MONDAY_NINE
from tests.notifications.channel_stories import make_endpoint, messages
from tests.postbox import letter_to


def tell(session, *people, cause="breach-1", kind="timer_breached"):
    letters = [letter_to(one, key=f"{cause}:{one.id}", kind=kind) for one in people]
    enqueue_many(session, letters, now=MONDAY_NINE)


def told(session, endpoint):
    return [row.address for row in messages(session, endpoint_id=endpoint.id)]


def test_a_cause_is_told_once_however_many_members_hear_it(session, acme):
    endpoint = make_endpoint(session, acme.mona, team=acme.sales)
    other = make_endpoint(session, acme.mona, team=acme.marketing)

    tell(session, acme.sam, acme.mona)
    tell(session, acme.sam, acme.mona)

    assert (told(session, endpoint), told(session, other)) == (["Sam"], ["Mona"])


def test_it_speaks_to_nobody_in_person(session, acme):
    endpoint = make_endpoint(session, acme.mona, team=acme.sales)

    tell(session, acme.sam)

    [row] = messages(session, endpoint_id=endpoint.id)
    assert (row.recipient_id, row.key) == (None, f"breach-1:team:chat:{endpoint.id}")


def test_only_the_kinds_that_were_chosen_are_heard(session, acme):
    endpoint = make_endpoint(session, acme.mona, team=acme.sales, kinds=["lead_assigned"])

    tell(session, acme.sam)
    tell(session, acme.sam, cause="lead-7", kind="lead_assigned")

    [row] = messages(session, endpoint_id=endpoint.id)
    assert row.kind == "lead_assigned"


def test_a_channel_that_is_switched_off_hears_nothing(session, acme):
    endpoint = make_endpoint(session, acme.mona, team=acme.sales, disabled_at=MONDAY_NINE)

    tell(session, acme.sam)

    assert told(session, endpoint) == []


def test_what_is_a_persons_own_stays_with_the_person(session, acme):
    endpoint = make_endpoint(session, acme.mona, team=acme.sales)

    tell(session, acme.sam, kind="channel_disabled")
    tell(session, acme.sam, cause="digest", kind="daily_digest")

    assert told(session, endpoint) == []


def test_the_letters_to_people_are_the_same_with_and_without(session, acme):
    make_endpoint(session, acme.mona, team=acme.sales)

    assert enqueue_many(session, [letter_to(acme.sam, kind="timer_breached")], now=MONDAY_NINE) == 1
    assert [row.recipient_id for row in messages(session)].count(acme.sam.id) == 1
