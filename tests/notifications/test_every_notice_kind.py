"""Every kind of message, taken apart again as the mail server got it."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db, wiring
from alignment.accounts.authentication import credentials, sessions
from alignment.accounts.models import User, id_of
from alignment.accounts.people import invitations
from alignment.accounts.people.invitations import NewColleague
from alignment.accounts.roles import Role, Side
from alignment.app import create_app
from alignment.config import Settings
from alignment.leads import handoff
from alignment.leads.models import Lead
from alignment.notifications.notice_kinds import KINDS
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.sending import example_messages
from alignment.notifications.sending.dispatch import dispatch
from alignment.offboarding.deactivation import (
    Handover,
    LeadDestination,
    deactivate_and_hand_over,
)
from alignment.plans.models import Plan, Task
from alignment.sla.agreements import lifecycle
from alignment.sla.breaches.excuses.periods import Period, propose_period
from alignment.sla.models import Agreement, AgreementVersion, QuotaPeriod
from alignment.sla.promises import standard_targets
from alignment.sla.promises.quota_documents import quota_to_document
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_cast, make_lead, make_user, save
from tests.faults.smtp_sink import Sink, Taken
from tests.sla.light_agreement import clock, draft_light, sign_both
from tests.sla.promised_quotas import TEN_LEADS

SECRET, HOST = "s" * 32, "http://localhost:8000"
TO_AN_ADDRESS = frozenset({"invitation", "sign_in_link"})
ABOUT_MANY_THINGS = frozenset({"work_handed_over", "leads_queued"})
BY_VERBS = TO_AN_ADDRESS | {
    *("lead_assigned", "lead_returned", "excuse_asked", "work_handed_over", "signature_awaited"),
    "leads_queued",
}
"""These come from the acts that cause them; the others from the words of their example."""
LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\bNone\b|Undefined|\bTrue\b|\bFalse\b|<[a-z_.]+ object")
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class World:
    """One mail of every kind, and the application in which its links open."""

    app: Flask
    engine: Engine
    taken: Mapping[str, Taken]
    readers: Mapping[str, User]

    def browser_of(self, address: str) -> FlaskClient:
        """Signed in as the reader, where the reader has an account."""
        client = self.app.test_client()
        if address in self.readers:
            with db.transaction(self.engine) as session:
                reader = session.merge(self.readers[address])
                token = sessions.begin_session(session, reader, browser="Test", now=MONDAY_NINE)
            settings = self.app.extensions["alignment"]["settings"]
            client.set_cookie(sessions.session_cookie_name(settings), token)
        return client


@pytest.fixture(scope="module")
def world(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    shutil.copy(empty_file, folder / "alignment.db")
    engine = db.connect(f"sqlite:///{folder / 'alignment.db'}")
    wiring.connect()
    with Sink() as sink:
        settings = Settings(
            data_dir=folder,
            database_url=str(engine.url),
            secret_key=SECRET,
            base_url=HOST,
            mail_url=f"smtp+plain://127.0.0.1:{sink.port}",
            mail_from="Alignment <alignment@acme.test>",
        )
        readers = post_one_of_each(engine, settings)
        taken = {str(one.mail["Message-ID"])[1:].partition(".")[0]: one for one in sink.taken}
        assert len(sink.taken) == len(KINDS)
    app = create_app(settings, clock=lambda: MONDAY_NINE + 5 * A_MINUTE)
    app.config.update(TESTING=True, RATELIMIT_ENABLED=False)
    yield World(app=app, engine=engine, taken=taken, readers=readers)
    app.extensions["alignment"]["engine"].dispose()
    engine.dispose()


def post_one_of_each(engine: Engine, settings: Settings) -> Mapping[str, User]:
    """Some by the acts of people, the rest by their words, each in its own turn."""
    office, now = wiring.delivery_context(settings), MONDAY_NINE
    with db.transaction(engine) as session:
        cast = make_cast(session)
        lead, subjects = furnish(session, cast)
        readers = {one.email: one for one in (cast.sam, cast.mona, cast.olga)}
    dispatch(engine, office, clock=lambda: MONDAY_NINE + A_MINUTE)
    for name in KINDS.keys() - BY_VERBS:
        now += 6 * A_MINUTE  # so that nothing is told together with anything else
        with db.transaction(engine) as session:
            letter = letter_of(name, cast.sam, lead, subjects)
            assert enqueue(session, letter, now=now)
        dispatch(engine, office, clock=lambda at=now: at + 5 * A_MINUTE)  # type: ignore[misc]
    return readers


def furnish(session: Session, cast: Cast) -> tuple[Lead, Mapping[str, int]]:
    """A lead of Sam, one he returned, a plan with his task and one that Lou left to him, an excuse
    asked, an agreement that he has to sign, somebody invited.
    """
    targets = (
        standard_targets.accept_or_return(hours=4),
        standard_targets.answer_to_return(hours=8),
    )
    version = draft_light(session, cast, targets=targets, now=MONDAY_NINE)
    sign_both(session, cast, version, now=MONDAY_NINE)
    half_signed = draft_light(session, cast, targets=targets, now=MONDAY_NINE)
    lifecycle.sign(session, half_signed, by=cast.mona, now=MONDAY_NINE)
    lead = make_lead(session, cast)
    handoff.hand_off(session, lead, by=cast.mona, now=MONDAY_NINE, owner=cast.sam)
    refresh_leads(session, cast.id, [lead.id], now=MONDAY_NINE)
    timer = clock(session, lead, "accept_or_return")
    timer.warn_at, timer_id = MONDAY_NINE, timer.id  # its warning is told before noon, too
    unfit = make_lead(session, cast, "Bruno Dorn", company="Initech")
    handoff.hand_off(session, unfit, by=cast.mona, now=MONDAY_NINE, owner=cast.sam)
    why = handoff.ReturnReason.NO_FIT
    handoff.return_to_marketing(session, unfit, reason=why, by=cast.sam, now=MONDAY_NINE)
    colleague = NewColleague(
        email="ines@acme.test", name="Ines", team_id=cast.sales.id or 0, role=Role.MEMBER
    )
    invitations.invite(session, colleague, by=cast.olga, now=MONDAY_NINE)
    credentials.ask_for_link(session, cast.sam.email, secret=SECRET, now=MONDAY_NINE)
    period = Period(
        agreement=session.get_one(Agreement, version.agreement_id),
        owed_by=Side.SALES,
        from_at=MONDAY_NINE - timedelta(days=3),
        until_at=MONDAY_NINE - timedelta(days=2),
    )
    propose_period(session, period, reason="Outage", by=cast.mona, now=MONDAY_NINE)
    plan_id, task_id = plan_of_sam(session, cast)
    lou = make_user(session, cast.workspace, "Lou", team=cast.sales)
    save_task(session, cast, plan_id, lou)
    to_sam = Handover(successor_id=cast.sam.id)
    deactivate_and_hand_over(session, lou, to_sam, by=cast.olga, now=MONDAY_NINE)
    kit = make_user(session, cast.workspace, "Kit", team=cast.sales)
    cy = make_lead(session, cast, "Cy Twombly")
    handoff.hand_off(session, cy, by=cast.mona, now=MONDAY_NINE, owner=kit)
    to_queue = Handover(leads_to=LeadDestination.QUEUE)
    deactivate_and_hand_over(session, kit, to_queue, by=cast.olga, now=MONDAY_NINE)
    clocks = dict.fromkeys(
        (name for name in KINDS if "timer" in name or "breach" in name), timer_id
    )
    quota_periods = dict.fromkeys(("quota_behind", "quota_missed"), period_of(session, version))
    return lead, {**clocks, **quota_periods, "plan_mailed": plan_id, "task_news": task_id}


def period_of(session: Session, version: AgreementVersion) -> int:
    """March, over which marketing promises leads."""
    version.quotas = [quota_to_document(TEN_LEADS)]
    row = QuotaPeriod(
        workspace_id=version.workspace_id,
        agreement_id=version.agreement_id,
        version_id=version.id,
        quota_key=TEN_LEADS.key,
        owed_by=Side.MARKETING,
        first_on=date(2027, 3, 1),
        last_on=date(2027, 3, 31),
        starts_at=MONDAY_NINE,
        due_at=MONDAY_NINE + timedelta(days=30),
    )
    return save(session, row).id


def plan_of_sam(session: Session, cast: Cast) -> tuple[int, int]:
    plan = Plan(
        workspace_id=cast.id,
        name="Spring launch",
        owner_id=cast.mona.id,
        created_at=MONDAY_NINE,
    )
    save(session, plan)
    return id_of(plan), id_of(save_task(session, cast, id_of(plan), cast.sam))


def save_task(session: Session, cast: Cast, plan_id: int, owner: User) -> Task:
    task = Task(
        workspace_id=cast.id,
        plan_id=plan_id,
        title="Call ten guests",
        owner_id=id_of(owner),
        team_id=id_of(cast.sales),
        due_on=date(2027, 3, 1),
        created_at=MONDAY_NINE,
        owner_since=MONDAY_NINE,
    )
    return save(session, task)


def letter_of(name: str, sam: User, lead: Lead, subjects: Mapping[str, int]) -> Notice:
    words = example_messages.example_words(name, now=MONDAY_NINE)
    words |= {"link": f"/leads/{lead.id}"} if words.get("link") == "/leads" else {}
    words |= {"plan_id": subjects[name]} if name == "plan_mailed" else {}
    # On Monday morning the last working day's evening is that of Friday.
    words |= {"on": date(2027, 2, 26)} if name == "nightly_numbers" else {}
    return Notice(
        workspace_id=sam.workspace_id,
        key=f"{name}:{sam.id}",
        kind=name,
        recipient_id=sam.id,
        address=sam.email,
        subject_id=subjects.get(name, sam.id or 0),
        thread="" if KINDS[name].list in ("digest", "reports") else f"lead-{lead.id}",
        words=words,
    )


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def taken(world: World, kind: str) -> Taken:
    return world.taken[kind]


@pytest.fixture
def mail(taken: Taken) -> EmailMessage:
    return taken.mail


def test_it_goes_to_its_reader_and_to_nobody_else(taken, mail):
    (recipient,) = taken.recipients
    (address,) = mail["To"].addresses

    assert address.addr_spec == recipient
    assert mail["Cc"] is None
    assert mail["Bcc"] is None
    assert taken.sender == "alignment@acme.test"


def test_it_says_who_writes_and_that_a_machine_does(mail, kind):
    assert mail["From"] == "Alignment <alignment@acme.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert re.fullmatch(rf"<{kind}\.[0-9a-f]{{32}}@acme\.test>", mail["Message-ID"])
    assert mail["Date"].datetime >= MONDAY_NINE
    assert mail["MIME-Version"] == "1.0"


def test_every_header_stands_there_once(mail):
    names = [name.lower() for name, _ in mail.items()]

    assert len(names) == len(set(names))


def test_its_list_can_be_left_by_one_press_where_its_reader_has_an_account(mail, kind):
    if kind in TO_AN_ADDRESS:
        assert mail["List-Unsubscribe"] is None
        assert mail["List-Id"] is None
        return
    assert re.fullmatch(rf"<{KINDS[kind].list}\.\d+\.acme\.test>", mail["List-Id"])
    assert re.fullmatch(rf"<{HOST}/u/\S+>", mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_about_one_thing_is_threaded_and_what_is_about_many_is_not(mail, kind):
    assert mail["References"] == mail["In-Reply-To"]
    is_alone = kind in TO_AN_ADDRESS | ABOUT_MANY_THINGS or KINDS[kind].list in (
        "digest",
        "reports",
    )
    if is_alone:
        assert mail["References"] is None
    else:
        assert re.fullmatch(r"<(agreement|excuse|lead)-\d+\.\d+@acme\.test>", mail["References"])


def test_it_has_a_text_and_the_same_in_html(mail):
    text, html = text_of(mail), read_html(mail)

    assert [one.get_content_type() for one in leaves(mail)][:2] == ["text/plain", "text/html"]
    assert len(text.split()) > 10
    assert html.heading
    assert one_line(html.heading) == one_line(text.splitlines()[0])
    assert set(links_in(text)) >= {one for one in html.links if "/account/" not in one}


def test_no_word_of_the_machinery_is_left(mail):
    for words in (str(mail["Subject"]), text_of(mail), read_html(mail).words):
        assert not LEFT_OVER.search(words), words


def test_every_link_opens_for_its_reader_and_is_ours(world, mail):
    (address,) = mail["To"].addresses
    browser = world.browser_of(address.addr_spec)

    links = {*links_in(text_of(mail)), *read_html(mail).links}
    assert links
    for link in links:
        assert link.startswith(f"{HOST}/")
        answer = browser.get(link.removeprefix(HOST).partition("#")[0], follow_redirects=True)
        assert answer.status_code == 200, link


def test_every_picture_is_in_the_mail_and_says_what_it_shows(mail):
    html = read_html(mail)
    inside = {str(one["Content-ID"])[1:-1]: one for one in leaves(mail) if one["Content-ID"]}

    assert {source.removeprefix("cid:") for source, _ in html.pictures} == inside.keys()
    assert all(len(words) > 20 for _, words in html.pictures)
    for picture in inside.values():
        assert picture.get_content_type() == "image/png"
        assert picture.get_content_disposition() == "inline"
        assert picture.get_content().startswith(b"\x89PNG")


def test_nothing_is_fetched_from_anywhere_when_it_is_opened(mail):
    raw = html_of(mail)

    assert not re.search(r"url\(|<script|<link|@import|<iframe|<form|javascript:", raw)
    assert not re.search(r'\bsrc="(?!cid:)', raw)


class Reading(HTMLParser):
    """What a mail program shows of a letter."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[tuple[str, str]] = []
        self.words = self.heading = ""
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given["href"])
        if tag == "img":
            self.pictures.append((given["src"], given["alt"]))
        if tag not in ("img", "br", "meta"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._inside and "title" not in self._inside:
            self.words += data
        if "h1" in self._inside:
            self.heading += data


def read_html(mail: EmailMessage) -> Reading:
    reading = Reading()
    reading.feed(html_of(mail))
    return reading


def html_of(mail: EmailMessage) -> str:
    return content(mail, "html")


def text_of(mail: EmailMessage) -> str:
    return content(mail, "plain")


def content(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    text: str = part.get_content()
    return text


def leaves(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.walk() if not part.is_multipart()]


def links_in(text: str) -> list[str]:
    return re.findall(r"https?://\S+", text)


def one_line(text: str) -> str:
    return " ".join(text.split())
