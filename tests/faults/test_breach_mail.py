"""From a missed promise to the mail of both teams, with the real command, killed in between."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from alignment import db
from alignment.cli.database import config
from alignment.clock import system_clock
from alignment.leads import handoff
from alignment.leads.models import Lead
from alignment.notifications.models import Delivery, Heartbeat, Outcome
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import Breach
from alignment.sla.promises import standard_targets
from tests.factories import Cast, make_lead
from tests.faults.smtp_sink import Sink, Taken
from tests.run_folder import wait_until
from tests.serving import ALIGNMENT, PATIENCE

TWO_WEEKS = timedelta(days=14)


@pytest.fixture
def missed(engine: Engine, here: Cast) -> Lead:
    """A lead handed off two weeks ago that nobody has answered; nobody has noticed yet."""
    then = system_clock() - TWO_WEEKS
    command.stamp(config(engine), "head")
    with db.transaction(engine) as session:
        version = lifecycle.draft(
            session,
            NewAgreement(name="Light", marketing=here.marketing, sales=here.sales),
            NewVersion(
                targets=(
                    standard_targets.accept_or_return(hours=4),
                    standard_targets.answer_to_return(hours=8),
                )
            ),
            by=here.mona,
            now=then,
        )
        lifecycle.sign(session, version, by=here.mona, now=then)
        lifecycle.sign(session, version, by=here.sam, now=then)
        lead = make_lead(session, here, arrived_at=then)
        handoff.hand_off(session, lead, by=here.mona, now=then, owner=here.sam)
        forget_the_letters(session)
    return lead


def test_a_worker_killed_between_breach_and_mail_sends_it_once_after_its_restart(
    engine: Engine, sink: Sink, missed: Lead
) -> None:
    with worker(engine, mail_port=1) as first:
        wait_until(lambda: breaches(engine) == 1)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert sink.taken == []

    with worker(engine, mail_port=sink.port):
        wait_until(lambda: len(breach_mails(sink)) >= 2)
    forget_the_ticks(engine)
    with worker(engine, mail_port=sink.port):
        wait_until(lambda: has_ticked(engine))

    told = sorted(taken.recipients[0] for taken in breach_mails(sink))
    assert told == ["mona@acme.test", "sam@acme.test"]
    assert breaches(engine) == 1


def test_the_breach_notice_reaches_both_teams_with_text_html_and_headers(
    engine: Engine, sink: Sink, missed: Lead
) -> None:
    with worker(engine, mail_port=sink.port):
        wait_until(lambda: len(breach_mails(sink)) >= 2)

    mails = {taken.recipients[0]: taken.mail for taken in breach_mails(sink)}
    assert set(mails) == {"mona@acme.test", "sam@acme.test"}
    for mail in mails.values():
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["X-Auto-Response-Suppress"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/u/")
        assert mail["References"] == mail["In-Reply-To"]
        assert mail["Message-ID"].endswith("@localhost>")
        parts = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
        assert parts == ["text/plain", "text/html"]
        body = mail.get_body(("plain",))
        assert body is not None
        text = body.get_content()
        assert "Accept or return" in text
        assert f"http://127.0.0.1:8000/leads/{missed.id}" in text


def breach_mails(sink: Sink) -> list[Taken]:
    """Those of the lead's thread; on a working day Sam's digest comes besides, in none."""
    return [taken for taken in sink.taken if taken.mail["References"]]


@contextmanager
def worker(engine: Engine, *, mail_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The background process as an operator runs it, ended when the block ends."""
    data = Path(str(engine.url.database)).parent
    environment = os.environ | {
        "ALIGNMENT_DATA_DIR": str(data),
        "ALIGNMENT_DATABASE_URL": str(engine.url),
        "ALIGNMENT_MAIL_URL": f"smtp+plain://127.0.0.1:{mail_port}",
    }
    process = subprocess.Popen([ALIGNMENT, "worker"], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()  # the work in hand is finished
        process.wait(PATIENCE)


def forget_the_ticks(engine: Engine) -> None:
    with db.transaction(engine) as session:
        session.delete(session.get_one(Heartbeat, 1))


def has_ticked(engine: Engine) -> bool:
    """Whether a worker has begun to look for mail since the ticks were forgotten."""
    with db.read_only_session(engine) as session:
        return session.get(Heartbeat, 1) is not None


def breaches(engine: Engine) -> int:
    with db.read_only_session(engine) as session:
        return len(session.exec(select(Breach)).all())


def forget_the_letters(session: Session) -> None:
    """What the handoff itself wrote to people is not what these tests are about."""
    for delivery in session.exec(select(Delivery).where(col(Delivery.outcome) == Outcome.PENDING)):
        session.delete(delivery)
