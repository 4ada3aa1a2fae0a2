"""One rule for page, mail, chat and reply: who may act on a lead, and whose call keeps a promise.

Anyone of the team that owes it may take an unreachable lead over, and a call by any of them counts.
A call by anybody else is written down and stops no clock.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlmodel import Session, col, select

from alignment import db
from alignment.accounts.models import Membership, User
from alignment.accounts.roles import Role
from alignment.app import create_app
from alignment.config import Settings
from alignment.leads import disposition, handoff
from alignment.leads.disposition import Disposition
from alignment.leads.event_kinds import EventKind
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage
from alignment.notifications.channels.slack import block_id_of
from alignment.notifications.endpoints import chat_accounts
from alignment.notifications.endpoints.chat_accounts import UnlinkedChatAccount
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, make_lead, make_user
from tests.http.sink import WebSink
from tests.notifications.channels.messages import make_message
from tests.postbox import letter_to, post
from tests.sla.light_agreement import clock as clock_of
from tests.sla.light_agreement import in_force
from tests.web.sent_mail import buttons_in, link_in, mail_out

SECRET, SIGNING, GATEWAY, DOMAIN = "s" * 32, "the secret of the app", "g" * 32, "reply.acme.test"
SOON = MONDAY_NINE + timedelta(minutes=30)
SURFACES = ("page", "mail", "chat", "reply")


@pytest.fixture
def slack():
    with WebSink() as running:
        yield running


@pytest.fixture
def app(engine, tmp_path, clock, slack):
    """An application that hears all four: browsers, links in mails, Slack, and answers by mail."""
    settings = Settings(
        data_dir=tmp_path,
        database_url=str(engine.url),
        secret_key=SECRET,
        slack_signing_secret=SIGNING,
        outgoing_hosts=slack.host,
        reply_domain=DOMAIN,
        inbound_secret=GATEWAY,
    )
    app = create_app(settings, clock=clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    yield app
    app.extensions["alignment"]["engine"].dispose()


@pytest.fixture
def rita(engine, here):
    """A colleague of Sam's."""
    with db.transaction(engine) as session:
        return make_user(session, here.workspace, "Rita", team=here.sales)


@pytest.fixture
def vera(engine, here):
    """Somebody of sales who only reads."""
    with db.transaction(engine) as session:
        return make_user(session, here.workspace, "Vera", role=Role.VIEWER, team=here.sales)


@pytest.fixture
def lead(engine, here, clock):
    """Sam's, promised to be touched within eight hours; nobody has reached it yet."""
    with db.transaction(engine) as session:
        in_force(session, here)
        lead = make_lead(session, here)
        handoff.hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        at = MONDAY_NINE + timedelta(minutes=5)
        handoff.accept(session, lead, by=here.sam, now=at)
    clock.now = SOON
    return lead


@pytest.fixture
def unreachable(engine, here, lead):
    """Sam has given up trying to reach it."""
    with db.transaction(engine) as session:
        at = MONDAY_NINE + timedelta(minutes=10)
        own = session.get_one(Lead, lead.id)
        disposition.decide(session, own, outcome=Disposition.UNREACHABLE, by=here.sam, now=at)
    return lead


Say = Callable[[str, str, User, Lead], str]


@pytest.fixture
def say(app, engine, slack, browser) -> Say:
    """Say "called" or "take_over" of a lead, on one of the four surfaces; what is answered."""

    def on_page(verb, by, lead):
        page = browser(by)
        if verb == "called":
            form = {"how": "called", "note": "", "at": ""}
            return page.post(f"/leads/{lead.id}/touches", data=form, follow_redirects=True).text
        form = {"owner_id": str(by.id), "note": ""}
        return page.post(f"/leads/{lead.id}/owner", data=form, follow_redirects=True).text

    def on_mail(verb, by, lead):
        link = link_in(mail_about(engine, by, lead))
        return browser(by).post(link, data={"act": verb}).text

    def on_chat(verb, by, lead):
        return pressed_in_slack(app, engine, slack, verb, by, lead)

    def on_reply(verb, by, lead):
        mail = mail_about(engine, by, lead)
        words = verb.replace("_", " ")
        content = f"From: {by.email}\r\nTo: {mail.reply_to}\r\n\r\n{words}".encode()
        bearer = {"Authorization": f"Bearer {GATEWAY}"}
        return app.test_client().post("/inbound-mail", data=content, headers=bearer).text

    surfaces = {"page": on_page, "mail": on_mail, "chat": on_chat, "reply": on_reply}
    return lambda surface, verb, by, lead: surfaces[surface](verb, by, lead)


def mail_about(engine, reader, lead):
    """The mail that tells this person of the lead."""
    words = {"lead": lead.name, "company": "Globex", "link": f"/leads/{lead.id}", "by": "Mona"}
    words |= {"source": "", "stage": "handed_off"}
    told = letter_to(
        reader, key=f"told-{reader.id}", kind="lead_assigned", subject_id=lead.id, words=words
    )
    post(engine, told, now=SOON)
    # The pause before a mail leaves lets several join into one.
    later = SOON + timedelta(minutes=2)
    mails = mail_out(engine, now=later, asks_again=False, reply_domain=DOMAIN)
    return next(mail for mail in mails if mail.name == reader.name)


def pressed_in_slack(app, engine, slack, verb, by, lead):
    with db.transaction(engine) as session:
        account = UnlinkedChatAccount(
            workspace_id=by.workspace_id, account=f"T1:{by.name}", name=by.name
        )
        chat_accounts.connect(session, account, by=session.get_one(User, by.id), now=SOON)
    message = make_message(workspace_id=lead.workspace_id, subject_id=lead.id)
    block = block_id_of(message, secret=SECRET)
    button = {"action_id": verb, "block_id": block, "action_ts": f"1.{by.id:06d}"}
    asked = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": by.name, "name": by.name},
        "actions": [button],
        "response_url": slack.url,
    }
    body, at = urlencode({"payload": json.dumps(asked)}), str(int(SOON.timestamp()))
    digest = hmac.new(SIGNING.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    app.test_client().post("/slack/actions", data=body, headers=headers).close()
    return json.loads(slack.taken[-1].body)["text"]


def owner_of(engine, lead):
    with Session(engine) as session:
        return session.get_one(Lead, lead.id).owner_id


def stage_of(engine, lead):
    with Session(engine) as session:
        return session.get_one(Lead, lead.id).stage


def calls(engine, lead):
    with Session(engine) as session:
        wanted = select(LeadEvent).where(LeadEvent.lead_id == lead.id)
        lines = session.exec(wanted.order_by(col(LeadEvent.id)))
        return [line.by_id for line in lines if line.kind is EventKind.CALLED]


def touched_at(engine, lead):
    """When sales first touched it, as every figure reads it."""
    with Session(engine) as session:
        return session.exec(select(Handoff).where(Handoff.lead_id == lead.id)).one().touched_at


def first_touch(engine, lead):
    with Session(engine) as session:
        return clock_of(session, session.get_one(Lead, lead.id), "first_touch").state


def outsiders(here):
    return {"Olga": here.olga, "Mona": here.mona}


@pytest.mark.parametrize("surface", SURFACES)
def test_a_colleague_takes_an_unreachable_lead_over(engine, unreachable, rita, say, surface):
    say(surface, "take_over", rita, unreachable)

    assert owner_of(engine, unreachable) == rita.id
    assert stage_of(engine, unreachable) is Stage.UNREACHABLE


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("who", ["Olga", "Mona"])
def test_nobody_but_the_team_that_owes_it_takes_a_lead_over(
    engine, here, unreachable, say, surface, who
):
    say(surface, "take_over", outsiders(here)[who], unreachable)

    assert owner_of(engine, unreachable) == here.sam.id


@pytest.mark.parametrize("surface", SURFACES)
def test_a_call_by_a_colleague_keeps_the_promise(engine, unreachable, rita, say, surface):
    say(surface, "called", rita, unreachable)

    assert calls(engine, unreachable) == [rita.id]
    assert first_touch(engine, unreachable) is TimerState.MET
    assert touched_at(engine, unreachable) is not None


@pytest.mark.parametrize("surface", SURFACES)
def test_a_call_by_the_owner_keeps_the_promise(engine, here, lead, say, surface):
    say(surface, "called", here.sam, lead)

    assert first_touch(engine, lead) is TimerState.MET


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("who", ["Olga", "Mona"])
def test_a_call_by_anybody_else_is_written_down_and_stops_no_clock(
    engine, here, lead, say, surface, who
):
    caller = outsiders(here)[who]

    say(surface, "called", caller, lead)

    assert calls(engine, lead) == [caller.id]
    assert first_touch(engine, lead) is TimerState.RUNNING
    assert touched_at(engine, lead) is None


@pytest.mark.parametrize("surface", ["mail", "chat", "reply"])
def test_whose_call_keeps_nothing_is_told_so(here, lead, say, surface):
    said = say(surface, "called", here.olga, lead)

    assert "Your call to Ada Byron is written down." in said
    assert "It stops no clock: you are not in Sales." in said


def test_the_page_says_that_a_call_stops_no_clock(here, lead, say):
    page = say("page", "called", here.olga, lead)

    assert "stops no clock: not by the team that owes it" in page


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("verb", ["called", "take_over"])
def test_who_only_reads_says_nothing_anywhere(engine, here, lead, vera, say, surface, verb):
    say(surface, verb, vera, lead)

    assert calls(engine, lead) == []
    assert owner_of(engine, lead) == here.sam.id


@pytest.mark.parametrize("surface", SURFACES)
def test_a_lead_that_is_with_marketing_is_refused_for_one_reason(
    engine, here, lead, rita, say, surface
):
    with db.transaction(engine) as session:
        own = session.get_one(Lead, lead.id)
        reason = handoff.ReturnReason.NO_NEED
        handoff.return_to_marketing(session, own, reason=reason, by=here.sam, now=SOON)

    said = say(surface, "take_over", rita, lead)

    assert "Ada Byron is returned and not with sales now." in said
    assert owner_of(engine, lead) == here.sam.id


def test_the_buttons_of_a_colleague_are_those_of_the_page(engine, browser, unreachable, rita):
    mail = buttons_in(mail_about(engine, rita, unreachable))
    page = browser(rita).get(f"/leads/{unreachable.id}").text

    assert mail == ["I called", "Take over", "Snooze"]
    for label in ("I called", "Take over"):
        assert f">{label}<" in page


def test_who_keeps_no_promise_by_a_call_is_offered_none(engine, browser, here, lead):
    mail = buttons_in(mail_about(engine, here.mona, lead))
    page = browser(here.mona).get(f"/leads/{lead.id}").text

    assert mail == ["Snooze"]
    assert ">I called<" not in page


def test_leaving_the_team_later_changes_no_promise_that_was_kept(
    engine, here, unreachable, rita, say
):
    say("page", "called", rita, unreachable)
    with db.transaction(engine) as session:
        session.delete(session.exec(select(Membership).where(Membership.user_id == rita.id)).one())
    with db.transaction(engine) as session:
        refresh_leads(session, here.id, [unreachable.id], now=SOON + timedelta(hours=1))

    assert first_touch(engine, unreachable) is TimerState.MET
