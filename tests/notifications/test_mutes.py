"""The link at the foot of a letter stops that kind of mail, for that person, and nothing else."""

from alignment.notifications.mutes import hear_again, mute, unsubscribe_path, whose
from alignment.notifications.queries import mute_of
from tests.factories import MONDAY_NINE

SECRET = "s" * 32


def token_for(person, kind="task_reminder", secret=SECRET):
    path = unsubscribe_path(person.workspace_id, person.id, kind, secret=secret)
    return path.removeprefix("/u/")


def test_a_link_names_its_person_and_its_kind(session, acme):
    found = whose(session, token_for(acme.sam), secret=SECRET)

    assert found == (acme.sam, "task_reminder")


def test_a_link_that_we_did_not_sign_names_nobody(session, acme):
    forged = token_for(acme.sam, secret="x" * 32)

    assert whose(session, forged, secret=SECRET) is None
    assert whose(session, "nonsense", secret=SECRET) is None


def test_stopping_twice_is_stopping_once(session, acme):
    mute(session, acme.sam, "task_reminder", now=MONDAY_NINE)
    session.flush()
    mute(session, acme.sam, "task_reminder", now=MONDAY_NINE)
    session.flush()

    assert mute_of(session, acme.sam, "task_reminder") is not None


def test_one_kind_stopped_leaves_the_others(session, acme):
    mute(session, acme.sam, "task_reminder", now=MONDAY_NINE)
    session.flush()

    assert mute_of(session, acme.sam, "timer_breached") is None
    assert mute_of(session, acme.mona, "task_reminder") is None


def test_stopped_mail_can_be_heard_again(session, acme):
    mute(session, acme.sam, "task_reminder", now=MONDAY_NINE)
    session.flush()

    hear_again(session, acme.sam, "task_reminder")
    session.flush()

    assert mute_of(session, acme.sam, "task_reminder") is None
