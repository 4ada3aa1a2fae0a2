"""The page of channels: mine, and those of the teams."""

import re

import pytest

from alignment import db
from alignment.accounts.roles import Role
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.models import Outcome, Preference
from tests.factories import MONDAY_NINE, make_user, save
from tests.notifications.endpoint_factories import make_delivery, make_endpoint, messages

PAGE = "/account/channels"
HTMX = {"HX-Request": "true"}
SLACK = {"form": "slack", "label": "#sales", "address": "https://hooks.slack.com/services/T/B/x"}
WEBHOOK = {"form": "webhook", "label": "Warehouse", "address": "https://hooks.acme.test/in"}
BROWSER = {"address": "https://push.acme.test/1", "p256dh": "B" * 87, "auth": "a" * 22}


@pytest.fixture
def mine(engine, here):
    """Sam's own channel in Slack."""
    with db.transaction(engine) as session:
        return make_endpoint(session, here.sam)


@pytest.fixture
def teams(engine, here):
    """The channel of sales, a webhook that Mona added."""
    with db.transaction(engine) as session:
        facts = {"url": WEBHOOK["address"], "secret": "whsec_c2VjcmV0"}
        return make_endpoint(
            session,
            here.mona,
            team=here.sales,
            channel=ChannelKind.WEBHOOK,
            label="Warehouse",
            facts=facts,
        )


def test_a_chat_is_added_and_its_address_never_shown_again(browser, here):
    sam = browser(here.sam)

    assert sam.post(PAGE, data=SLACK).status_code == 303

    page = sam.get(PAGE).text
    assert "#sales" in page
    assert "hooks.slack.com/services" not in page


def test_the_secret_of_a_webhook_is_shown_once(browser, here):
    sam = browser(here.sam)

    answer = sam.post(PAGE, data=WEBHOOK)

    [secret] = re.findall(r"whsec_[\w+/=]+", answer.text)
    assert answer.status_code == 201
    assert secret not in sam.get(PAGE).text


def test_a_secret_is_replaced(browser, here, teams):
    answer = browser(here.olga).post(f"{PAGE}/{teams.id}/secret")

    assert re.search(r"whsec_[\w+/=]+", answer.text)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"address": "https://127.0.0.1/"}, "Give a public https address."),
        ({"address": ""}, "Fill this in."),
        ({"label": ""}, "Fill this in."),
        ({"form": "other"}, "is not understood"),
        ({"form": "carrier pigeon"}, "Choose one from the list."),
    ],
)
def test_a_form_that_cannot_be_used_says_why_and_keeps_what_was_typed(
    browser, here, wrong, sentence
):
    answer = browser(here.sam).post(PAGE, data=WEBHOOK | wrong)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Warehouse"' in answer.text or "label" in wrong


def test_owners_add_channels_for_teams_and_members_do_not(browser, here):
    wish = SLACK | {"team_id": here.sales.id, "kinds": ["lead_assigned"]}

    assert browser(here.sam).post(PAGE, data=wish).status_code == 403
    assert browser(here.olga).post(PAGE, data=wish).status_code == 303

    page = browser(here.sam).get(PAGE).text
    assert "Hears: A lead is yours now" in page
    assert "Send a test" not in page


def test_a_manager_sets_up_channels_of_the_own_teams_only(browser, here, teams):
    wish = SLACK | {"team_id": here.sales.id}
    mona = browser(here.mona)

    answer = mona.post(PAGE, data=wish)

    assert answer.status_code == 403
    assert "Only managers of Sales and owners set up its channels." in answer.text
    assert mona.post(f"{PAGE}/{teams.id}/removal").status_code == 403
    assert f'<option value="{here.sales.id}"' not in mona.get(PAGE).text
    assert mona.post(PAGE, data=wish | {"team_id": here.marketing.id}).status_code == 303


def test_the_members_hear_that_their_team_has_a_new_channel(browser, here, engine):
    browser(here.olga).post(PAGE, data=WEBHOOK | {"team_id": here.sales.id})

    with db.read_only_session(engine) as session:
        [told] = messages(session, kind="channel_added")
    assert told.recipient_id == here.sam.id
    assert (told.words["by"], told.words["team"]) == ("Olga", "Sales")


def test_a_team_of_another_workspace_is_not_here(browser, here, elsewhere):
    wish = SLACK | {"team_id": here.sales.id}

    assert browser(elsewhere).post(PAGE, data=wish).status_code == 404


def test_a_channel_says_what_comes_there(browser, here, engine, mine):
    sam = browser(here.sam)
    assert "No message comes here yet." in sam.get(PAGE).text

    with db.transaction(engine) as session:
        choice = {"lead_assigned": ["email", "chat"]}
        facts = {"workspace_id": here.id, "user_id": here.sam.id, "updated_at": MONDAY_NINE}
        save(session, Preference(channels=choice, **facts))

    assert "Hears: A lead is yours now" in sam.get(PAGE).text


def test_a_test_is_on_its_way_until_it_was_tried(browser, here, engine, mine):
    sam = browser(here.sam)

    row = sam.post(f"{PAGE}/{mine.id}/test", headers=HTMX).text
    assert "The test is on its way." in row
    assert 'hx-trigger="every 3s"' in row

    with db.transaction(engine) as session:
        [test] = messages(session, kind="channel_test")
        test.attempts, test.outcome, test.settled_at = 1, Outcome.ACCEPTED, MONDAY_NINE
    row = sam.get(f"{PAGE}/{mine.id}", headers=HTMX).text
    assert "The last test worked" in row
    assert "every 3s" not in row


def test_a_test_that_did_not_work_says_so_without_a_word_of_the_network(
    browser, here, engine, mine
):
    sam = browser(here.sam)
    sam.post(f"{PAGE}/{mine.id}/test")
    with db.transaction(engine) as session:
        [test] = messages(session, kind="channel_test")
        test.attempts, test.outcome = 1, Outcome.RETRY
        test.reason = "No answer came from this address."

    page = sam.get(PAGE).text

    assert "The last test did not work" in page
    assert "No answer came from this address." in page


def test_without_htmx_every_button_comes_back_to_its_row(browser, here, mine):
    sam = browser(here.sam)

    for act in ("test", "disabling", "enabling"):
        assert sam.post(f"{PAGE}/{mine.id}/{act}").location == f"{PAGE}#endpoint-{mine.id}"


def test_a_channel_is_switched_off_and_on(browser, here, mine):
    sam = browser(here.sam)

    off = sam.post(f"{PAGE}/{mine.id}/disabling", headers=HTMX).text
    assert "switched off" in off
    assert "Sam switched it off." in off

    on = sam.post(f"{PAGE}/{mine.id}/enabling", headers=HTMX).text
    assert "switched off" not in on


def test_what_did_not_go_through_is_listed(browser, here, engine, mine):
    with db.transaction(engine) as session:
        make_delivery(
            session,
            here.sam,
            channel=ChannelKind.CHAT,
            endpoint_id=mine.id,
            outcome=Outcome.DEAD,
            subject="Globex is yours now",
            reason="It answered 500.",
        )

    page = browser(here.sam).get(PAGE).text

    assert "What did not go through" in page
    assert "It answered 500." in page


def test_a_removed_channel_is_gone(browser, here, mine):
    sam = browser(here.sam)

    assert sam.post(f"{PAGE}/{mine.id}/removal").location == PAGE

    assert f"endpoint-{mine.id}" not in sam.get(PAGE).text


def test_another_secret_says_what_to_do_and_breaks_nothing(browser, here, engine):
    with db.transaction(engine) as session:
        make_endpoint(session, here.sam, encrypted="sealed with another secret")

    page = browser(here.sam).get(PAGE)

    assert page.status_code == 200
    assert "Remove this channel and add it again." in page.text


@pytest.mark.parametrize("act", ["test", "disabling", "enabling", "secret", "removal"])
def test_nobody_touches_the_channel_of_another(browser, here, elsewhere, mine, teams, act):
    assert browser(here.olga).post(f"{PAGE}/{mine.id}/{act}").status_code == 404
    assert browser(elsewhere).post(f"{PAGE}/{teams.id}/{act}").status_code == 404
    assert browser(here.sam).post(f"{PAGE}/{teams.id}/{act}").status_code == 403


def test_a_viewer_has_channels_too(browser, here, engine):
    with db.transaction(engine) as session:
        vera = make_user(session, here.workspace, "Vera", role=Role.VIEWER)

    assert browser(vera).post(PAGE, data=SLACK).status_code == 303


def test_a_browser_is_added_by_what_it_gives(browser, here):
    sam = browser(here.sam)

    assert sam.post(f"{PAGE}/browsers", data=BROWSER).status_code == 303
    assert sam.post(f"{PAGE}/browsers", data=BROWSER | {"auth": ""}).status_code == 303

    assert sam.get(PAGE).text.count('class="hint">Browser<') == 1
