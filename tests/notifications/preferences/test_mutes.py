"""What a person does not want to hear: a kind, a list, everything, a lead or a plan."""

from datetime import timedelta

import pytest

from alignment.accounts.authentication.tokens import sign_payload
from alignment.errors import Refused
from alignment.notifications.models import Delivery
from alignment.notifications.preferences.mutes import (
    ALL_KINDS,
    UNSUBSCRIBE_PURPOSE,
    list_name_of,
    mute,
    mute_names_of,
    mute_reason,
    mute_thread,
    read_unsubscribe_link,
    unmute,
    unsubscribe_path,
)
from alignment.notifications.preferences.queries import mutes_of
from tests.factories import MONDAY_NINE

SECRET = "s" * 32


def token_for(person, kind="daily_digest", secret=SECRET):
    path = unsubscribe_path(
        person.workspace_id, person.id, kind, secret=secret, sent_on=MONDAY_NINE.date()
    )
    return path.removeprefix("/u/")


def message(acme, kind="timer_breached", thread="lead-7"):
    return Delivery(
        workspace_id=acme.id,
        key=f"{kind}:7",
        kind=kind,
        address="sam@acme.example",
        subject_id=7,
        words={},
        thread=thread,
        created_at=MONDAY_NINE,
        due_at=MONDAY_NINE,
        message_id="7",
    )


def test_a_link_names_its_person_and_its_kind(session, acme):
    found = read_unsubscribe_link(session, token_for(acme.sam), secret=SECRET, now=MONDAY_NINE)

    assert found == (acme.sam, "daily_digest")


def test_a_link_that_we_did_not_sign_names_nobody(session, acme):
    forged = token_for(acme.sam, secret="x" * 32)

    assert read_unsubscribe_link(session, forged, secret=SECRET, now=MONDAY_NINE) is None
    assert read_unsubscribe_link(session, "nonsense", secret=SECRET, now=MONDAY_NINE) is None


def test_a_link_ends_sixty_days_after_its_message(session, acme):
    token, last = token_for(acme.sam), MONDAY_NINE + timedelta(days=60)

    assert read_unsubscribe_link(session, token, secret=SECRET, now=last) is not None
    later = last + timedelta(days=1)
    assert read_unsubscribe_link(session, token, secret=SECRET, now=later) is None


def test_a_link_that_was_signed_without_an_end_has_ended(session, acme):
    facts = {"workspace": acme.id, "user": acme.sam.id, "kind": "daily_digest"}
    token = sign_payload(facts, purpose=UNSUBSCRIBE_PURPOSE, secret=SECRET)

    assert read_unsubscribe_link(session, token, secret=SECRET, now=MONDAY_NINE) is None


def test_stopping_twice_is_stopping_once(session, acme):
    mute(session, acme.sam, "daily_digest", now=MONDAY_NINE)
    mute(session, acme.sam, "daily_digest", now=MONDAY_NINE)

    assert [row.kind for row in mutes_of(session, acme.sam)] == ["daily_digest"]


def test_one_kind_stopped_leaves_the_others_and_other_people(session, acme):
    mute(session, acme.sam, "timer_warned", now=MONDAY_NINE)

    assert mute_reason(session, message(acme, "timer_warned"), acme.sam) is not None
    assert mute_reason(session, message(acme, "timer_breached"), acme.sam) is None
    assert mute_reason(session, message(acme, "timer_warned"), acme.mona) is None


@pytest.mark.parametrize("name", ["list:alerts", ALL_KINDS])
def test_a_list_stopped_stops_every_kind_of_it(session, acme, name):
    mute(session, acme.sam, name, now=MONDAY_NINE)

    reason = mute_reason(session, message(acme), acme.sam)

    assert reason == "Sam stopped mail of this kind."


def test_a_muted_lead_is_told_no_more_and_others_are(session, acme):
    mute_thread(session, acme.sam, "lead-7", now=MONDAY_NINE)

    assert mute_reason(session, message(acme, thread="lead-7"), acme.sam) == "Sam muted this lead."
    assert mute_reason(session, message(acme, thread="lead-71"), acme.sam) is None


@pytest.mark.parametrize("thread", ["", "task-7", "lead-", "lead-0", "lead-7 ", "everything"])
def test_only_a_lead_or_a_plan_can_be_muted(session, acme, thread):
    with pytest.raises(Refused):
        mute_thread(session, acme.sam, thread, now=MONDAY_NINE)


def test_what_was_stopped_can_be_heard_again(session, acme):
    mute(session, acme.sam, "timer_breached", now=MONDAY_NINE)
    mute_thread(session, acme.sam, "lead-7", now=MONDAY_NINE)

    unmute(session, acme.sam, "timer_breached")
    session.flush()

    assert [row.thread for row in mutes_of(session, acme.sam)] == ["lead-7"]


def test_old_mail_about_tasks_means_the_digest_that_took_its_place(session, acme):
    mute(session, acme.sam, "task_reminder", now=MONDAY_NINE)

    assert list_name_of("task_reminder") == "list:digest"
    assert "task_reminder" in mute_names_of("daily_digest")
    assert mute_reason(session, message(acme, "daily_digest"), acme.sam) is not None
