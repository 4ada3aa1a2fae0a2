"""Buttons pressed in Slack: signed by Slack, done as the person whose account it is, once."""

import hashlib
import hmac
import json
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlmodel import Session, select

from alignment import db
from alignment.app import create_app
from alignment.config import Settings
from alignment.leads import handoff
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.notifications.channels.slack import block_id_of
from alignment.notifications.endpoints import chat_accounts
from alignment.notifications.endpoints.chat_accounts import UnlinkedChatAccount
from tests.factories import MONDAY_NINE, make_lead
from tests.http.sink import WebSink
from tests.notifications.channels.messages import make_message

SECRET, SIGNING = "s" * 32, "the secret of the app"


@pytest.fixture
def slack():
    with WebSink() as running:
        yield running


@pytest.fixture
def app(engine, tmp_path, clock, slack):
    """The application of a company with a Slack app of its own."""
    settings = Settings(
        data_dir=tmp_path,
        database_url=str(engine.url),
        secret_key=SECRET,
        slack_signing_secret=SIGNING,
        outgoing_hosts=slack.host,
    )
    app = create_app(settings, clock=clock)
    app.config.update(TESTING=True, RATELIMIT_ENABLED=False)
    yield app
    app.extensions["alignment"]["engine"].dispose()


@pytest.fixture
def lead(engine, here):
    with db.transaction(engine) as session:
        lead = make_lead(session, here)
        handoff.hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        return lead


@pytest.fixture
def known(engine, here):
    """Sam is T1:U1 in Slack."""
    with db.transaction(engine) as session:
        account = UnlinkedChatAccount(workspace_id=here.id, account="T1:U1", name="sam.s")
        chat_accounts.connect(session, account, by=here.sam, now=MONDAY_NINE)


def button(lead, name, *, at="1.000001", **given):
    message = make_message(workspace_id=lead.workspace_id, subject_id=lead.id)
    block = block_id_of(message, secret=SECRET)
    return {"action_id": name, "block_id": block, "action_ts": at} | given


def asked(slack, *buttons, user="U1", **given):
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": user, "name": "sam.s"},
        "actions": list(buttons),
        "response_url": slack.url,
    } | given


def press(app, request, *, signed_at=MONDAY_NINE, secret=SIGNING, body=None):
    body = body or urlencode({"payload": json.dumps(request)})
    at = str(int(signed_at.timestamp()))
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = app.test_client().post("/slack/actions", data=body, headers=headers)
    answer.close()
    return answer


def said(slack):
    return [json.loads(posted.body)["text"] for posted in slack.taken]


def stage(engine, lead):
    with Session(engine) as session:
        return session.get_one(Lead, lead.id).stage


def happened(engine, lead):
    with Session(engine) as session:
        return [x.kind for x in session.exec(select(LeadEvent).where(LeadEvent.lead_id == lead.id))]


def test_accept_is_done_and_said_to_whoever_pressed(app, engine, slack, lead, known):
    answer = press(app, asked(slack, button(lead, "accept")))

    assert answer.status_code == 200
    assert stage(engine, lead) is Stage.ACCEPTED
    [sentence] = said(slack)
    assert sentence.startswith("You accepted Ada Byron. You can take it back")
    assert json.loads(slack.taken[0].body)["response_type"] == "ephemeral"


def test_a_call_is_written_down(app, engine, slack, lead, known):
    press(app, asked(slack, button(lead, "called")))

    assert "called" in happened(engine, lead)


def test_a_return_takes_the_reason_that_was_chosen(app, engine, slack, lead, known):
    option = {"selected_option": {"value": "no_need"}}

    press(app, asked(slack, button(lead, "return", **option)))

    assert stage(engine, lead) is Stage.RETURNED


def test_a_refusal_is_said_and_changes_nothing(app, engine, slack, lead, known):
    press(app, asked(slack, button(lead, "return", selected_option={"value": "because"})))

    assert said(slack) == ["Choose why the lead goes back."]
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_the_same_request_again_acts_no_more(app, engine, slack, lead, known):
    for _ in range(2):
        press(app, asked(slack, button(lead, "called")))

    assert happened(engine, lead).count("called") == 1
    assert said(slack)[1] == "This press was counted already."


def test_two_presses_that_arrive_in_the_other_order_both_count(app, engine, slack, lead, known):
    press(app, asked(slack, button(lead, "accept", at="1.000002")))
    press(app, asked(slack, button(lead, "called", at="1.000001")))

    assert stage(engine, lead) is Stage.ACCEPTED
    assert "called" in happened(engine, lead)
    assert "This press was counted already." not in said(slack)


def test_a_copy_of_an_earlier_press_acts_no_more(app, engine, slack, lead, known):
    for at in ("1.000001", "1.000002", "1.000001"):
        press(app, asked(slack, button(lead, "called", at=at)))

    assert said(slack)[2] == "This press was counted already."


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another secret"},
        {"signed_at": MONDAY_NINE - timedelta(minutes=5, seconds=1)},
        {"signed_at": MONDAY_NINE + timedelta(minutes=5, seconds=1)},
    ],
)
def test_what_slack_did_not_just_sign_is_refused(app, engine, slack, lead, known, wrong):
    answer = press(app, asked(slack, button(lead, "accept")), **wrong)

    assert answer.status_code == 401
    assert (stage(engine, lead), slack.taken) == (Stage.HANDED_OFF, [])


@pytest.mark.parametrize("stamp", ["", "now", "²", "9" * 30, "-5"])
def test_a_stamp_that_is_no_instant_is_refused(app, stamp):
    headers = {"X-Slack-Request-Timestamp": stamp.encode().decode("latin-1")}

    assert app.test_client().post("/slack/actions", headers=headers).status_code == 401


def test_without_a_slack_app_the_address_is_not_there(engine, tmp_path, clock):
    settings = Settings(data_dir=tmp_path, database_url=str(engine.url), secret_key=SECRET)
    app = create_app(settings, clock=clock)

    assert app.test_client().post("/slack/actions").status_code == 404
    app.extensions["alignment"]["engine"].dispose()


def test_a_link_that_was_pressed_needs_no_answer(app, slack, lead, known):
    assert press(app, asked(slack, button(lead, "open"))).status_code == 200
    assert press(app, asked(slack, type="view_closed")).status_code == 200
    assert slack.taken == []


@pytest.mark.parametrize("body", ["payload=nonsense", "payload=[]", "payload={}", "x=y"])
def test_what_cannot_be_read_is_refused(app, body):
    assert press(app, None, body=body).status_code == 400


@pytest.mark.parametrize("given", [{"block_id": "forged"}, {"action_id": "delete"}])
def test_a_button_that_we_did_not_make_does_nothing(app, engine, slack, lead, known, given):
    press(app, asked(slack, button(lead, "accept") | given))

    assert "too old" in said(slack)[0]
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_an_old_message_has_no_buttons_any_more(app, engine, clock, slack, lead, known):
    clock.now = MONDAY_NINE + timedelta(days=8)

    press(app, asked(slack, button(lead, "accept")), signed_at=clock.now)

    assert stage(engine, lead) is Stage.HANDED_OFF


def test_whom_slack_names_but_nobody_knows_is_asked_to_say_so(app, engine, slack, lead):
    press(app, asked(slack, button(lead, "accept")))

    assert "Say first who you are" in said(slack)[0]
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_a_person_connects_the_account_and_presses_again(app, engine, slack, lead, browser, here):
    app.config["WTF_CSRF_ENABLED"] = False
    press(app, asked(slack, button(lead, "accept")))
    found = re.search(r"/account/slack\?token=\S+", said(slack)[0])
    assert found is not None
    sam = browser(here.sam)

    assert "sam.s" in sam.get(found.group()).text
    assert sam.post(found.group()).status_code == 303
    press(app, asked(slack, button(lead, "accept", at="2.000000")))

    assert stage(engine, lead) is Stage.ACCEPTED
    assert "sam.s" in sam.get("/account/channels").text


def test_a_person_disconnects_again(app, engine, slack, lead, known, browser, here):
    app.config["WTF_CSRF_ENABLED"] = False

    browser(here.sam).post("/account/slack/disconnection")
    press(app, asked(slack, button(lead, "accept")))

    assert stage(engine, lead) is Stage.HANDED_OFF


def test_the_rights_are_those_of_the_page(app, engine, slack, lead, here):
    with db.transaction(engine) as session:
        account = UnlinkedChatAccount(workspace_id=here.id, account="T1:U1", name="mona")
        chat_accounts.connect(session, account, by=here.mona, now=MONDAY_NINE)

    press(app, asked(slack, button(lead, "accept")))

    assert "role does not allow" in said(slack)[0]
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_where_slack_does_not_listen_the_work_is_done_all_the_same(app, engine, lead, known, slack):
    answer = press(app, asked(slack, button(lead, "accept"), response_url="https://10.0.0.1/"))

    assert (answer.status_code, slack.taken) == (200, [])
    assert stage(engine, lead) is Stage.ACCEPTED
