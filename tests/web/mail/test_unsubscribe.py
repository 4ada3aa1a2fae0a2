"""The link at the foot of a letter: opening it changes nothing, pressing its button does."""

from datetime import timedelta

import pytest

from alignment import db
from alignment.notifications.preferences.mutes import unsubscribe_path
from alignment.notifications.preferences.queries import who_muted
from tests.factories import MONDAY_NINE


@pytest.fixture
def link(app, here) -> str:
    secret = app.extensions["alignment"]["settings"].secret()
    return unsubscribe_path(
        here.id, here.sam.id, "task_reminder", secret=secret, sent_on=MONDAY_NINE.date()
    )


@pytest.fixture
def anybody(app):
    """A mail program: no cookie, no token, no name."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


def is_muted(engine, here) -> bool:
    with db.read_only_session(engine) as session:
        return here.sam.id in who_muted(session, here.id, ["list:digest"], [here.sam.id])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing(anybody, engine, here, link, method):
    answer = anybody.open(link, method=method)

    assert answer.status_code == 200
    assert not is_muted(engine, here)
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_says_what_would_stop(anybody, link):
    page = anybody.get(link).text

    assert "Mail of the list “The daily digest” will no longer go to you." in page
    assert "Stop this mail" in page


def test_a_mail_program_stops_that_mail_in_one_click(anybody, engine, here, link):
    answer = anybody.post(link, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert is_muted(engine, here)


def test_stopping_twice_is_still_a_yes(anybody, engine, here, link):
    anybody.post(link, data={"List-Unsubscribe": "One-Click"})

    assert anybody.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert is_muted(engine, here)


def test_who_pressed_by_mistake_hears_of_it_again(anybody, engine, here, link):
    stopped = anybody.post(link)

    assert "Send it to me again" in stopped.text
    anybody.post(link, data={"act": "hear_again"})

    assert not is_muted(engine, here)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_we_did_not_sign_finds_nothing(anybody, engine, here, link, method):
    answer = anybody.open(f"{link}x", method=method)

    assert answer.status_code == 410
    assert not is_muted(engine, here)


def test_all_mail_stops_and_comes_again_by_a_press(anybody, engine, here, link):
    stopped = anybody.post(link, data={"act": "stop_everything"})

    assert "No mail goes to you any more." in stopped.text
    with db.read_only_session(engine) as session:
        assert here.sam.id in who_muted(session, here.id, ["everything"], [here.sam.id])
    again = anybody.post(link, data={"act": "hear_again"})
    assert "Stop this mail?" in again.text


def test_a_link_that_has_ended_stops_nothing_and_says_what_to_do(
    anybody, engine, here, link, clock
):
    clock.now = MONDAY_NINE + timedelta(days=61)

    answer = anybody.post(link)

    assert answer.status_code == 410
    assert "This link has ended" in answer.text
    assert not is_muted(engine, here)
