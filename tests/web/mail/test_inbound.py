"""Answers to our mails, handed over by a gateway or by the mail server's pipe."""

from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from sqlmodel import Session, select

from alignment import db
from alignment.accounts.roles import Role
from alignment.app import create_app
from alignment.config import Settings
from alignment.leads import handoff
from alignment.leads.actions import comment
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.notifications.actions.definitions import Press
from alignment.notifications.actions.secret_texts import has_secrets
from alignment.notifications.channels.mime import compose, sender_of
from alignment.notifications.digests import daily
from alignment.notifications.models import Delivery, Outcome, Snooze
from alignment.notifications.replies.mail_parsing import CUT_LINE
from alignment.plans.models import Plan, Task
from alignment.wiring import DIGEST_SOURCES
from tests.factories import MONDAY_NINE, make_lead, make_user, save
from tests.notifications.replies.test_mail_parsing import DSN
from tests.web.lead_scenarios import saved
from tests.web.sent_mail import link_in, mail_out

DOMAIN, GATEWAY = "reply.acme.test", "g" * 32
SOON = MONDAY_NINE + timedelta(minutes=2)


@pytest.fixture
def app(engine, tmp_path, clock):
    settings = Settings(
        data_dir=tmp_path,
        database_url=str(engine.url),
        secret_key="s" * 32,
        reply_domain=DOMAIN,
        inbound_secret=GATEWAY,
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
def mail(engine, lead, clock):
    """What Sam gets: it can be answered."""
    clock.now = SOON
    (mail,) = mail_out(engine, now=SOON, reply_domain=DOMAIN)
    return mail


def answer_to(mail, words, *, sender="Sam <sam@acme.test>", headers=""):
    lines = (f"From: {sender}", f"To: {mail.reply_to.upper()}", headers, "", words)
    return (
        "\r\n".join(line for line in lines if line or line == "")
        .replace("\r\n\r\n\r\n", "\r\n\r\n")
        .encode()
    )


def hand_over(app, content, *, secret=GATEWAY, query=""):
    return app.test_client().post(
        f"/inbound-mail{query}", data=content, headers={"Authorization": f"Bearer {secret}"}
    )


def lines(engine):
    with Session(engine) as session:
        return [(line.kind, line.note) for line in session.exec(select(LeadEvent))]


def stage(engine, lead):
    with Session(engine) as session:
        return session.get_one(Lead, lead.id).stage


def test_the_mail_says_where_its_answers_go(mail):
    content = compose(mail, sender=sender_of("Alignment <alignment@acme.test>"))
    sent = message_from_bytes(content, policy=policy.default)

    assert sent["Reply-To"] == mail.reply_to == mail.return_path
    assert mail.reply_to.endswith("@reply.acme.test")
    assert len(mail.reply_to.partition("@")[0]) <= 64


def test_called_writes_the_call_down(app, engine, mail):
    answer = hand_over(app, answer_to(mail, "Called.\n\n> the mail below"))

    assert (answer.status_code, answer.text) == (200, "Your call to Ada Byron is written down.\n")
    assert ("called", "") in lines(engine)


def test_accept_accepts(app, engine, lead, mail):
    hand_over(app, answer_to(mail, "accept"))

    assert stage(engine, lead) is Stage.ACCEPTED


def test_tomorrow_puts_it_off(app, engine, lead, mail):
    hand_over(app, answer_to(mail, "Tomorrow"))

    with Session(engine) as session:
        assert session.exec(select(Snooze)).one().thread == f"lead-{lead.id}"


def test_everything_else_is_kept_as_a_comment(app, engine, lead, mail):
    hand_over(app, answer_to(mail, "They called me\nand want a demo done by May"))

    assert ("commented", "They called me\nand want a demo done by May") in lines(engine)
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_a_comment_is_read_in_the_history_of_the_lead(app, browser, here, lead, mail):
    hand_over(app, answer_to(mail, "They want a demo"))

    page = browser(here.mona).get(f"/leads/{lead.id}").text

    assert "Sam wrote a comment" in page
    assert "They want a demo" in page


@pytest.mark.parametrize("sender", ["mona@acme.test", "sam@evil.test", "sam@acme.test, x@a.test"])
def test_only_whom_it_went_to_can_answer_and_a_stranger_is_told_nothing(
    app, engine, lead, mail, sender
):
    before = lines(engine)

    answer = hand_over(app, answer_to(mail, "accept", sender=sender))

    assert (answer.status_code, answer.text) == (200, "Nothing is done.\n")
    assert lines(engine) == before


def test_a_made_up_address_is_of_no_message(app, engine, lead, mail):
    content = answer_to(mail, "accept").replace(b"REPLY+1-", b"REPLY+2-")

    assert hand_over(app, content).text == "Nothing is done.\n"
    assert stage(engine, lead) is Stage.HANDED_OFF


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "Precedence: bulk"])
def test_a_holiday_note_does_nothing_and_gets_no_answer(app, engine, mail, header):
    before, messages = lines(engine), len(letters(engine))

    answer = hand_over(app, answer_to(mail, "I am away", headers=header))

    assert answer.status_code == 200
    assert lines(engine) == before
    assert len(letters(engine)) == messages


def letters(engine) -> list[Delivery]:
    with Session(engine) as session:
        return list(session.exec(select(Delivery)))


def test_a_report_of_failure_marks_the_message_as_bounced(app, engine, mail):
    report = DSN.replace(b"reply+1-00@reply.acme.test", mail.return_path.encode())

    hand_over(app, report, query="?sender=")

    (delivery,) = letters(engine)
    assert delivery.outcome is Outcome.BOUNCED
    assert "could not deliver" in delivery.reason


def test_what_is_over_is_refused_with_the_reason(app, engine, here, lead, mail):
    with db.transaction(engine) as session:
        handoff.accept(session, session.get_one(Lead, lead.id), by=here.sam, now=SOON)

    answer = hand_over(app, answer_to(mail, "accept"))

    assert answer.status_code == 422
    assert "accepted, not waiting for an answer" in answer.text


def test_a_mail_without_words_is_refused(app, mail):
    assert hand_over(app, answer_to(mail, "> only a quote")).status_code == 422


def test_a_mail_beyond_a_megabyte_is_refused_unread(app, mail):
    assert hand_over(app, answer_to(mail, "x" * 1_100_000)).status_code == 413


def test_without_the_secret_nothing_is_taken(app, engine, lead, mail):
    assert hand_over(app, answer_to(mail, "accept"), secret="wrong").status_code == 401
    assert stage(engine, lead) is Stage.HANDED_OFF


def test_it_is_off_unless_it_is_set_up(engine, tmp_path, clock):
    settings = Settings(data_dir=tmp_path, database_url=str(engine.url), secret_key="s" * 32)
    app = create_app(settings, clock=clock)

    assert hand_over(app, b"").status_code == 404
    app.extensions["alignment"]["engine"].dispose()


def piped(app, content, *arguments):
    """As the mail server runs the command, with the mail on its input."""
    return app.test_cli_runner().invoke(args=["inbound-mail", *arguments], input=content)


def test_the_command_reads_a_mail_from_its_input(app, engine, lead, mail):
    ended = piped(app, answer_to(mail, "accept"), "--from", "sam@acme.test")

    assert (ended.exit_code, ended.output) == (0, "You accepted Ada Byron.\n")
    assert stage(engine, lead) is Stage.ACCEPTED


def test_the_command_lets_the_mail_server_tell_the_writer(app, mail):
    assert piped(app, answer_to(mail, "> only a quote")).exit_code == 65
    assert piped(app, b"x" * 1_100_000).exit_code == 65


def test_the_command_tells_a_stranger_nothing(app, mail):
    assert piped(app, answer_to(mail, "accept", sender="eve@evil.test")).exit_code == 0


HEADS = {
    "French": "De : Alignment <alignment@acme.test>\r\nEnvoyé : 1 mars 2027\r\nObjet : Ada",
    "Danish": "Fra: Alignment <alignment@acme.test>\r\nSendt: 1. marts 2027 09:02\r\nEmne: Ada",
    "Spanish": "De: Alignment <alignment@acme.test>\r\nEnviado: 1 de marzo de 2027\r\nAsunto: Ada",
    "Dutch": "Van: Alignment <alignment@acme.test>\r\nVerzonden: 1 maart 2027\r\nOnderwerp: Ada",
    "Italian": "Da: Alignment <alignment@acme.test>\r\nInviato: 1 marzo 2027\r\nOggetto: Ada",
    "Finnish": "",
}
PLAIN = "Content-Type: text/plain; charset=utf-8"


def comments(engine):
    return [note for kind, note in lines(engine) if kind == "commented"]


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_of_an_answer_above_an_unmarked_quote_only_the_answer_is_kept(app, engine, mail, head):
    words = f"Spoke to them, call again in May.\r\n\r\n{head}\r\n\r\n{mail.text}"

    hand_over(app, answer_to(mail, words, headers=PLAIN))

    assert comments(engine) == ["Spoke to them, call again in May."]


def test_of_an_answer_in_html_alone_only_the_answer_is_kept(app, engine, mail):
    words = f"<p>Call again in May.</p>{mail.html}"

    hand_over(app, answer_to(mail, words, headers="Content-Type: text/html; charset=utf-8"))

    assert comments(engine) == ["Call again in May."]


def test_a_quote_that_lost_its_cut_line_ends_at_the_first_link_of_ours(app, engine, mail):
    quote = mail.text.replace(CUT_LINE, "")

    hand_over(app, answer_to(mail, f"Call again in May.\r\n{quote}", headers=PLAIN))

    (comment,) = comments(engine)
    assert comment.startswith("Call again in May.")
    assert not has_secrets(comment)


def test_a_colleague_who_only_reads_finds_no_way_to_act_in_the_history(
    app, engine, here, lead, mail, browser
):
    reads = saved(
        engine,
        lambda s: make_user(s, here.workspace, "Reads", role=Role.VIEWER, team=here.marketing),
    )
    hand_over(app, answer_to(mail, f"Call again in May.\r\n\r\n{mail.text}", headers=PLAIN))

    page = browser(reads).get(f"/leads/{lead.id}").text

    assert "Call again in May." in page
    assert not has_secrets(page)


def test_a_link_of_a_mail_that_is_pasted_into_a_note_is_not_stored(app, engine, here, lead, mail):
    press = Press(by=here.sam, subject_id=lead.id, now=SOON, input=f"See {link_in(mail)} today")

    with db.transaction(engine) as session:
        comment(session, press)

    assert comments(engine) == ["See /hidden today"]


def test_a_mail_that_can_be_answered_begins_with_the_line_to_answer_above(mail, engine):
    assert mail.text.splitlines()[0] == CUT_LINE
    assert CUT_LINE in mail.html


@pytest.fixture
def digest(engine, here, clock):
    """Sam's digest of one task."""
    with db.transaction(engine) as session:
        in_acme = {"workspace_id": here.id, "created_at": MONDAY_NINE}
        plan = save(session, Plan(name="Spring", owner_id=here.mona.id, **in_acme))
        task = Task(
            plan_id=plan.id,
            title="One-pager",
            owner_id=here.sam.id,
            team_id=here.sales.id,
            due_on=date(2027, 3, 1),
            owner_since=MONDAY_NINE,
            **in_acme,
        )
        save(session, task)
    daily.make_due(engine, DIGEST_SOURCES, now=MONDAY_NINE)
    clock.now = SOON
    return next(x for x in mail_out(engine, now=SOON, reply_domain=DOMAIN) if x.name == "Sam")


def the_task(engine):
    with Session(engine) as session:
        return session.exec(select(Task)).one()


def test_done_does_the_one_task_of_a_digest(app, engine, digest):
    assert hand_over(app, answer_to(digest, "Done")).text == "“One-pager” is done.\n"
    assert the_task(engine).is_done


def test_a_comment_on_a_task_stands_in_its_note(app, engine, digest):
    hand_over(app, answer_to(digest, "Waits for the picture"))

    assert the_task(engine).note == "Sam, Mon 1 Mar 2027: Waits for the picture"


def test_of_an_answer_above_a_digest_only_the_answer_is_kept(app, engine, digest):
    hand_over(app, answer_to(digest, f"Waits for the picture\r\n\r\n{digest.text}", headers=PLAIN))

    assert the_task(engine).note == "Sam, Mon 1 Mar 2027: Waits for the picture"
