"""How messages go: counted by kind and channel, with what does not work."""

from datetime import timedelta

from alignment import db
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.kept_mail import KeptMail
from alignment.notifications.models import Downtime, Endpoint
from tests.factories import MONDAY_NINE
from tests.postbox import letter_to, office_for, post, send_due

AN_HOUR = timedelta(hours=1)


def save(engine, *rows):
    with db.transaction(engine) as session:
        session.add_all(rows)


def chat_of(person, **columns):
    return Endpoint(
        workspace_id=person.workspace_id,
        channel=ChannelKind.CHAT,
        user_id=person.id,
        label=f"{person.name} in Slack",
        encrypted="",
        added_by_id=person.id,
        created_at=MONDAY_NINE,
        **columns,
    )


def test_outcomes_are_counted_and_lead_to_their_messages(browser, here, engine):
    post(engine, letter_to(here.sam), letter_to(here.mona, key="task-2"))
    send_due(engine, office_for(KeptMail()))

    page = browser(here.olga).get("/mail/state").text

    assert '<a href="/mail?outcome=kept&amp;kind=plain">2</a>' in page
    assert '<a href="/mail?outcome=kept&amp;channel=email">2</a>' in page
    assert "Nothing waits." in page


def test_only_a_week_is_counted(browser, here, engine, clock):
    post(engine, letter_to(here.sam))
    send_due(engine, office_for(KeptMail()))

    clock.now = MONDAY_NINE + timedelta(days=8)

    assert "No message was written." in browser(here.olga).get("/mail/state").text


def test_channels_that_fail_or_are_switched_off_are_told_with_their_reason(browser, here, engine):
    save(
        engine,
        chat_of(here.sam, failing_since=MONDAY_NINE),
        chat_of(here.mona, disabled_at=MONDAY_NINE, disabled_reason="It answered 410."),
        chat_of(here.olga),
    )

    page = browser(here.olga).get("/mail/state").text

    assert "Sam in Slack" in page
    assert "fails" in page
    assert "It answered 410." in page
    assert "Olga in Slack" not in page


def test_when_no_scheduler_ran_is_told_for_a_month(browser, here, engine):
    long_ago = MONDAY_NINE - timedelta(days=40)
    save(
        engine,
        Downtime(from_at=MONDAY_NINE - 3 * AN_HOUR, until_at=MONDAY_NINE - AN_HOUR),
        Downtime(from_at=long_ago, until_at=long_ago + AN_HOUR),
    )

    page = browser(here.olga).get("/mail/state").text

    assert '<time datetime="2027-03-01T05:00:00Z">' in page
    assert "2027-01-20" not in page


def test_another_workspace_sees_none_of_it(browser, here, elsewhere, engine):
    post(engine, letter_to(here.sam))
    save(engine, chat_of(here.sam, failing_since=MONDAY_NINE))

    page = browser(elsewhere).get("/mail/state").text

    assert "No message was written." in page
    assert "Nothing waits." in page
    assert "Every channel works." in page
