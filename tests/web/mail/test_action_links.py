"""Acting from a mail: with a session, a remembered browser or the code, and never by looking."""

import re
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from alignment import db
from alignment.accounts.authentication import trusted_devices
from alignment.accounts.authentication.passwords import hash_password
from alignment.accounts.authentication.tokens import new_token
from alignment.accounts.models import User
from alignment.accounts.roles import Role
from alignment.leads import handoff, routing
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.notifications.actions.confirmation_codes import code_for
from alignment.notifications.digests import daily
from alignment.notifications.models import Delivery, MailAction, Preference, Snooze
from alignment.plans.models import Plan, Task
from alignment.sla.timers.refresh import refresh_leads
from alignment.sla.timers.sweep import sweep_due_timers
from alignment.wiring import DIGEST_SOURCES
from tests.factories import MONDAY_NINE, make_lead, make_user, save
from tests.sla.light_agreement import breaches, in_force
from tests.web.sent_mail import buttons_in, code_in, link_in, mail_out

SOON = MONDAY_NINE + timedelta(minutes=2)
PASSWORD = "correct horse battery"


@pytest.fixture
def lead(engine, here):
    """Handed off to Sam by Mona at nine."""
    with db.transaction(engine) as session:
        lead = make_lead(session, here)
        handoff.hand_off(session, lead, by=here.mona, now=MONDAY_NINE, owner=here.sam)
        return lead


@pytest.fixture
def mail(engine, lead, clock):
    """What Sam gets two minutes later."""
    clock.now = SOON
    (mail,) = mail_out(engine, now=SOON)
    return mail


@pytest.fixture
def anybody(app):
    """A browser that knows nobody; CSRF tokens are asked for, as in real life."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


def row(engine, table, number):
    with Session(engine) as session:
        return session.get_one(table, number)


def stage(engine, lead):
    return row(engine, Lead, lead.id).stage


def wrong_code(mail):
    return f"{(int(code_in(mail)) + 1) % 10_000:04d}"


def undo_in(page):
    return re.findall(r'name="undo" value="([^"]+)"', page.text)[0]


def test_the_new_owner_gets_buttons_and_a_code(mail):
    assert buttons_in(mail) == ["Accept", "I called", "Return …", "Snooze"]
    assert re.fullmatch(r"\d{4}", code_in(mail))
    assert f'href="http://127.0.0.1:8000{link_in(mail)}#accept"' in mail.html


def test_our_own_copy_of_the_mail_lets_nobody_act(engine, mail):
    with Session(engine) as session:
        copy = session.exec(select(Delivery)).one()

    assert "/hidden" in copy.text
    assert "/a/" not in copy.text + copy.html
    assert code_in(mail) not in copy.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_shows_the_lead_and_does_nothing(anybody, engine, lead, mail, method):
    answer = anybody.open(link_in(mail), method=method)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_the_code_accepts_the_lead_from_any_browser(anybody, engine, lead, mail):
    answer = anybody.post(link_in(mail), data={"act": "accept", "code": code_in(mail)})

    assert "You accepted Ada Byron." in answer.text
    assert stage(engine, lead) is Stage.ACCEPTED


def test_without_code_and_session_nothing_happens(anybody, engine, lead, mail):
    answer = anybody.post(link_in(mail), data={"act": "accept", "code": ""})

    assert answer.status_code == 422
    assert "Type the four digits that stand in the mail" in answer.text
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_five_wrong_codes_close_it_for_the_right_one(anybody, engine, lead, mail):
    for _ in range(5):
        wrong = anybody.post(link_in(mail), data={"act": "accept", "code": wrong_code(mail)})
    late = anybody.post(link_in(mail), data={"act": "accept", "code": code_in(mail)})

    assert wrong.status_code == late.status_code == 422
    assert "is closed" in late.text
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_four_wrong_codes_leave_one_try(anybody, engine, lead, mail):
    for _ in range(4):
        anybody.post(link_in(mail), data={"act": "accept", "code": wrong_code(mail)})
    anybody.post(link_in(mail), data={"act": "accept", "code": code_in(mail)})

    assert stage(engine, lead) is Stage.ACCEPTED


def test_a_workspace_may_forbid_codes(anybody, engine, here, lead, clock):
    with db.transaction(engine) as session:
        session.add(Preference(workspace_id=here.id, allows_codes=False, updated_at=MONDAY_NINE))
    clock.now = SOON
    (mail,) = mail_out(engine, now=SOON)
    with Session(engine) as session:
        delivery = session.exec(select(Delivery)).one()

    assert "Type this code" not in mail.text
    code = code_for(delivery.id, here.sam, secret="s" * 32)
    anybody.post(link_in(mail), data={"act": "accept", "code": code})
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_a_signed_in_person_acts_by_one_press(browser, engine, here, lead, mail):
    sam = browser(here.sam)

    page = sam.get(link_in(mail))
    answer = sam.post(link_in(mail), data={"act": "accept"})

    assert "Code in the mail" not in page.text
    assert "You accepted Ada Byron." in answer.text


def test_somebody_else_who_is_signed_in_does_not_act_as_the_reader(
    browser, engine, here, lead, mail
):
    answer = browser(here.olga).post(link_in(mail), data={"act": "accept"})

    assert answer.status_code == 422
    assert "You are signed in as Olga; this mail went to Sam." in answer.text
    assert stage(engine, lead) is Stage.HANDED_OFF


def remembered(app, engine, person, now=MONDAY_NINE):
    with db.transaction(engine) as session:
        token = trusted_devices.trust_browser(session, person, browser="Test", now=now)
    client = app.test_client()
    client.set_cookie("device", token)
    return client


def test_a_remembered_browser_acts_by_one_press(app, engine, here, lead, mail):
    answer = remembered(app, engine, here.sam).post(
        link_in(mail), data={"act": "return", "choice": "no_budget"}
    )

    assert "Ada Byron is back with marketing." in answer.text
    assert stage(engine, lead) is Stage.RETURNED


def test_a_browser_is_remembered_for_ninety_days(app, engine, here, lead, mail, clock):
    old = remembered(app, engine, here.sam, now=SOON - timedelta(days=90))

    assert old.post(link_in(mail), data={"act": "accept"}).status_code == 422


def test_a_code_is_not_enough_to_return_a_lead(anybody, engine, lead, mail):
    answer = anybody.post(
        link_in(mail), data={"act": "return", "choice": "no_fit", "code": code_in(mail)}
    )

    assert answer.status_code == 422
    assert "Sign in to do this." in answer.text
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_what_was_done_is_taken_back_within_ten_minutes(anybody, engine, lead, mail, clock):
    done = anybody.post(link_in(mail), data={"act": "accept", "code": code_in(mail)})
    clock.now = SOON + timedelta(minutes=10)

    answer = anybody.post(link_in(mail), data={"undo": undo_in(done)})

    assert "Taken back" in answer.text
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_who_may_no_longer_work_on_leads_takes_nothing_back(anybody, engine, here, lead, mail):
    done = anybody.post(link_in(mail), data={"act": "accept", "code": code_in(mail)})
    with db.transaction(engine) as session:
        session.get_one(User, here.sam.id).role = Role.VIEWER

    answer = anybody.post(link_in(mail), data={"undo": undo_in(done)})

    assert answer.status_code == 403
    assert stage(engine, lead) is Stage.ACCEPTED


def test_after_ten_minutes_it_stays(anybody, engine, lead, mail, clock):
    done = anybody.post(link_in(mail), data={"act": "accept", "code": code_in(mail)})
    clock.now = SOON + timedelta(minutes=11)

    answer = anybody.post(link_in(mail), data={"undo": undo_in(done)})

    assert answer.status_code == 422
    assert "Ten minutes have passed" in answer.text
    assert stage(engine, lead) is Stage.ACCEPTED


def test_what_is_done_already_is_said_with_name_and_time(anybody, mail):
    anybody.post(link_in(mail), data={"act": "accept", "code": code_in(mail)})

    page = anybody.get(link_in(mail))

    assert "Sam accepted" in page.text
    assert ">Accept<" not in page.text


def test_a_call_is_written_down(anybody, engine, lead, mail):
    anybody.post(link_in(mail), data={"act": "called", "code": code_in(mail)})

    with Session(engine) as session:
        assert "called" in [line.kind for line in session.exec(select(LeadEvent))]
        assert session.exec(select(MailAction)).one().last_action == "called"


def test_a_lead_is_put_off_by_the_code(anybody, engine, lead, mail):
    answer = anybody.post(link_in(mail), data={"act": "snooze:a_day", "code": code_in(mail)})

    assert "You hear nothing of it until Tue 2 Mar 2027" in answer.text
    with Session(engine) as session:
        assert session.exec(select(Snooze)).one().thread == f"lead-{lead.id}"


def test_after_reassignment_the_link_says_so_and_does_nothing(anybody, engine, here, lead, mail):
    with db.transaction(engine) as session:
        tom = make_user(session, here.workspace, "Tom", team=here.sales)
        own = session.get_one(Lead, lead.id)
        routing.assign(session, own, owner=tom, by=here.sam, now=SOON)

    page = anybody.get(link_in(mail))
    answer = anybody.post(link_in(mail), data={"act": "accept", "code": code_in(mail)})

    assert "This went to somebody else" in page.text
    assert "Sam assigned" in page.text
    assert answer.status_code == 422
    assert stage(engine, lead) is Stage.HANDED_OFF


@pytest.mark.parametrize("column", ["security_stamp", "is_active"])
def test_a_new_password_or_leaving_voids_the_link(anybody, engine, here, lead, mail, column):
    with db.transaction(engine) as session:
        sam = session.get_one(User, here.sam.id)
        setattr(sam, column, new_token() if column == "security_stamp" else False)

    answer = anybody.get(link_in(mail))

    assert answer.status_code == 410
    assert "Ada Byron" not in answer.text


def test_after_seven_days_the_link_is_over(anybody, mail, clock):
    clock.now = SOON + timedelta(days=7, seconds=1)

    assert anybody.get(link_in(mail)).status_code == 410


def test_a_link_that_we_did_not_sign_is_over(anybody, mail):
    assert anybody.get(f"{link_in(mail)}x").status_code == 410
    assert anybody.post("/a/nothing", data={"act": "accept", "code": "1234"}).status_code == 410


def test_another_site_presses_no_button(app, engine, here, lead, mail, browser):
    app.config["WTF_CSRF_ENABLED"] = True
    sam = browser(here.sam)

    answer = sam.post(
        link_in(mail), data={"act": "accept"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_signing_in_comes_back_to_the_link(anybody, app, engine, here, lead, mail):
    with db.transaction(engine) as session:
        session.get_one(User, here.sam.id).password_hash = hash_password(PASSWORD)
    app.config["WTF_CSRF_ENABLED"] = False

    wish = re.findall(r'href="(/sign-in\?next=[^"]+)"', anybody.get(link_in(mail)).text)[0]
    form = {"email": "sam@acme.test", "password": PASSWORD, "remember": "yes"}
    answer = anybody.post("/sign-in", data=form | {"next": link_in(mail)})

    assert "/a/" in wish
    assert answer.location == link_in(mail)
    assert anybody.get_cookie("device") is not None


@pytest.fixture
def breach_mails(engine, here, lead, clock):
    """Both teams hear at half past one that Sam's promise was missed at one."""
    clock.now = MONDAY_NINE + timedelta(hours=4, minutes=30)
    with db.transaction(engine) as session:
        in_force(session, here)
        refresh_leads(session, here.id, [lead.id], now=MONDAY_NINE + timedelta(minutes=1))
    sweep_due_timers(engine, now=clock.now)
    mails = mail_out(engine, now=clock.now + timedelta(minutes=2))
    clock.now += timedelta(minutes=3)
    return {mail.name: mail for mail in mails if mail.kind == "timer_breached"}


def test_the_other_team_excuses_a_missed_promise_from_the_mail(browser, engine, here, breach_mails):
    mona = breach_mails["Mona"]

    answer = browser(here.mona).post(
        link_in(mona), data={"act": "excuse", "choice": "Our form was down"}
    )

    assert "Excuse …" in buttons_in(mona)
    assert "Accept" not in buttons_in(mona)
    assert "It is excused." in answer.text
    with Session(engine) as session:
        assert breaches(session)[0].is_excused


@pytest.fixture
def task(engine, here):
    with db.transaction(engine) as session:
        in_acme = {"workspace_id": here.id, "created_at": MONDAY_NINE}
        plan = save(session, Plan(name="Spring", owner_id=here.mona.id, **in_acme))
        task = Task(
            plan_id=plan.id,
            title="Send one-pager",
            owner_id=here.sam.id,
            team_id=here.sales.id,
            due_on=date(2027, 3, 1),
            owner_since=MONDAY_NINE,
            **in_acme,
        )
        return save(session, task)


@pytest.fixture
def digest(engine, task, clock):
    daily.make_due(engine, DIGEST_SOURCES, now=MONDAY_NINE)
    clock.now = SOON
    mails = mail_out(engine, now=SOON)
    return next(mail for mail in mails if mail.name == "Sam")


def test_a_task_is_done_from_the_digest(anybody, engine, task, digest):
    answer = anybody.post(link_in(digest), data={"act": "done", "code": code_in(digest)})

    assert buttons_in(digest) == ["Done", "New date …", "Snooze"]
    assert "“Send one-pager” is done." in answer.text
    assert row(engine, Task, task.id).done_by_id == task.owner_id

    anybody.post(link_in(digest), data={"undo": undo_in(answer)})
    assert row(engine, Task, task.id).done_at is None


def test_a_new_date_needs_the_person_and_can_be_taken_back(
    anybody, browser, engine, here, task, digest
):
    wish = {"act": "move", "choice": "2027-03-05"}

    refused = anybody.post(link_in(digest), data=wish | {"code": code_in(digest)})
    done = browser(here.sam).post(link_in(digest), data=wish)

    assert refused.status_code == 422
    assert row(engine, Task, task.id).due_on == date(2027, 3, 5)
    browser(here.sam).post(link_in(digest), data={"undo": undo_in(done)})
    assert row(engine, Task, task.id).due_on == date(2027, 3, 1)


def test_a_date_that_is_none_is_asked_for_again(browser, engine, here, task, digest):
    answer = browser(here.sam).post(link_in(digest), data={"act": "move", "choice": "tomorrow"})

    assert answer.status_code == 422
    assert "Enter a date" in answer.text
