"""A team's channel hears what its members are told, many things as one."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlmodel import select

from alignment import db
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import OutgoingMessage, Sent
from alignment.notifications.channels.in_app import InApp
from alignment.notifications.channels.message_text import message_parts as as_chats_say
from alignment.notifications.endpoints import lifecycle
from alignment.notifications.models import Endpoint, Outcome, Preference
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.sending.delivery_context import DeliveryContext
from tests.acceptance.notices import make_notice, make_notices
from tests.factories import MONDAY_NINE, make_cast, save
from tests.notifications.endpoint_factories import SECRET, make_endpoint, messages
from tests.postbox import deliveries, letter_to, post, send_due

A_MINUTE = timedelta(minutes=1)


@dataclass
class Posts:
    """A channel and its batch in one, that keeps what it is given."""

    got: list[OutgoingMessage] = field(default_factory=list)

    def open(self):
        return self

    def send(self, message):
        self.got.append(message)
        return Sent(outcome=Outcome.ACCEPTED, reason="Taken.")

    def close(self):
        """Nothing is kept open."""

    @property
    def titles(self):
        return [as_chats_say(message, longest=500).title for message in self.got]


def office_of(posts):
    return DeliveryContext(
        channels={ChannelKind.CHAT: posts, ChannelKind.EMAIL: InApp(), ChannelKind.INBOX: InApp()},
        base_url="https://alignment.acme.test",
        secret=SECRET,
    )


@pytest.fixture
def here(engine):
    """Acme, whose sales team has a channel."""
    with db.transaction(engine) as session:
        cast = make_cast(session)
        make_endpoint(session, cast.mona, team=cast.sales)
    return cast


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


def test_a_storm_is_one_post_that_says_what_is_whose(engine, here):
    posts = Posts()
    post(engine, *make_notices("lead_assigned", here.sam, 500))

    send_due(engine, office_of(posts))

    [message] = posts.got
    assert posts.titles == [
        "500 leads were given out: For Sam: Lead 1 is yours now (Fair)",
    ]
    assert "For Sam: Lead 15 is yours now" in message.text
    assert "And 485 more." in message.text
    assert "/inbox" not in message.text
    to_the_team = [x for x in deliveries(engine) if x.channel is ChannelKind.CHAT]
    assert Counter(x.outcome for x in to_the_team) == {Outcome.ACCEPTED: 1, Outcome.MERGED: 499}


def test_a_few_go_one_by_one_and_say_for_whom(engine, here):
    posts = Posts()
    post(
        engine,
        make_notice("lead_assigned", here.sam, 1),
        make_notice("timer_breached", here.sam, 2),
    )

    send_due(engine, office_of(posts))

    assert sorted(title[:20] for title in posts.titles) == [
        "For Sam: Lead 1 is y",
        "Lead 2: accept or re",
    ]


def test_what_is_nearly_due_is_told_together_after_a_minute(engine, here):
    posts = Posts()
    post(engine, *make_notices("timer_warned", here.sam, 3))

    send_due(engine, office_of(posts))
    send_due(engine, office_of(posts), now=MONDAY_NINE + A_MINUTE)

    assert [title[:26] for title in posts.titles] == ["3 promises are nearly due:"]


def test_each_channel_has_its_own_groups(engine, here):
    with db.transaction(engine) as session:
        make_endpoint(session, here.mona, team=here.marketing)
    posts = Posts()
    post(engine, *make_notices("timer_breached", here.sam, 7))
    post(engine, make_notice("timer_breached", here.mona, 8))

    send_due(engine, office_of(posts))

    assert sorted(title[:22] for title in posts.titles) == [
        "7 promises were missed",
        "Lead 8: accept or retu",
    ]


def test_what_is_above_the_limit_of_an_hour_waits_and_goes_as_one(engine, here):
    with db.transaction(engine) as session:
        save(
            session, Preference(workspace_id=here.id, max_per_person_hour=2, updated_at=MONDAY_NINE)
        )
    posts = Posts()
    for number, kind in enumerate(("timer_breached", "lead_assigned"), start=1):
        post(engine, make_notice(kind, here.sam, number))
    send_due(engine, office_of(posts))

    post(engine, *make_notices("lead_returned", here.sam, 3, first=3), now=MONDAY_NINE + A_MINUTE)
    send_due(engine, office_of(posts), now=MONDAY_NINE + A_MINUTE)
    held = len(posts.got)
    send_due(engine, office_of(posts), now=MONDAY_NINE + 60 * A_MINUTE)

    assert (held, len(posts.got)) == (2, 3)
    assert posts.titles[-1].startswith("3 leads came back to marketing")


def test_several_workers_tell_a_channel_everything_once(engine, here):
    posts = Posts()
    post(engine, *make_notices("timer_breached", here.sam, 40))

    with ThreadPoolExecutor(max_workers=3) as pool:
        list(pool.map(lambda _: send_due(engine, office_of(posts)), range(3)))
    send_due(engine, office_of(posts))

    to_the_team = [x for x in deliveries(engine) if x.channel is ChannelKind.CHAT]
    assert [title[:23] for title in posts.titles] == ["40 promises were missed"]
    assert Counter(x.outcome for x in to_the_team) == {Outcome.ACCEPTED: 1, Outcome.MERGED: 39}


def test_a_channel_switched_off_with_a_summary_on_its_way_gets_nothing_more(engine, here):
    posts = Posts()
    post(engine, *make_notices("timer_warned", here.sam, 3))
    with db.transaction(engine) as session:
        [endpoint] = session.exec(select(Endpoint)).all()
        lifecycle.switch_off(session, endpoint, by=here.mona, now=MONDAY_NINE)

    send_due(engine, office_of(posts), now=MONDAY_NINE + A_MINUTE)

    assert posts.got == []
