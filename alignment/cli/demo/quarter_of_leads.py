"""A quarter of leads for the demo company, the same ones every time."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import cycle, groupby
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.cli.demo.company_setup import WEEKS, ZONE, Company
from alignment.cli.demo.invented_names import (
    FAIR,
    PRODUCTS,
    REGIONS,
    SOURCES,
    TITLES,
    Contact,
    Contacts,
)
from alignment.cli.demo.lead_histories import HistoryGenerator
from alignment.cli.demo.open_leads import scenes
from alignment.leads.bulk.upsert import LeadUpsert, upsert_leads
from alignment.leads.event_kinds import EventKind
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.intake import NewLead
from alignment.leads.models import LeadEvent

SEED = 1887
WEEKDAYS = 5
ON_A_WEEKDAY, ON_A_WEEKEND = (5, 10), (0, 3)
"""The fewest and the most leads that arrive on such a day."""
FAIR_AFTER, FAIR_LEADS = timedelta(days=37, hours=1), 38
"""The trade fair's file came in on a Wednesday of the sixth week."""
ARRIVED_BEFORE = timedelta(hours=3)
ONE_DAY = timedelta(days=1)


def take_in(session: Session, company: Company, *, now: datetime) -> dict[int, LeadUpsert]:
    """Write the quarter down, a week at a time, as it would have come in; by the leads' ids."""
    rows = sorted(_rows(company, now=now), key=_arrival)
    by_id: dict[int, LeadUpsert] = {}
    for _, week in groupby(rows, key=lambda row: (_arrival(row) - company.started_at).days // 7):
        weekly = list(week)
        at = min(_arrival(weekly[-1]), now)
        taken = upsert_leads(session, company.workspace_id, weekly, now=at)
        by_id |= {new_lead.lead_id: row for new_lead, row in zip(taken, weekly, strict=True)}
    # A batch is told at one instant; these lines were told as they happened.
    session.execute(
        update(LeadEvent)
        .where(col(LeadEvent.workspace_id) == company.workspace_id)
        .values(recorded_at=LeadEvent.at)
    )
    return by_id


def _rows(company: Company, *, now: datetime) -> Iterator[LeadUpsert]:
    rng = Random(SEED)
    contacts, reps = Contacts(rng), cycle(company.people_of_side(Side.SALES))
    for arrived_at, source in _arrivals(rng, company, now=now):
        history_rows = _story(rng, company, arrived_at, next(reps), now=now)
        yield _row(rng, contacts.draw(), source, arrived_at, history_rows)
    for history_rows in scenes(company, now=now):
        yield _row(
            rng, contacts.draw(), _source(rng), history_rows[0].at - ARRIVED_BEFORE, history_rows
        )


def _arrivals(rng: Random, company: Company, *, now: datetime) -> Iterator[tuple[datetime, str]]:
    fair_at = company.started_at + FAIR_AFTER
    for _ in range(FAIR_LEADS):
        yield fair_at, FAIR
    first = company.started_at.astimezone(ZoneInfo(ZONE)).date()
    for day in range((WEEKS + 1) * 7):
        on = first + day * ONE_DAY
        few, many = ON_A_WEEKDAY if on.weekday() < WEEKDAYS else ON_A_WEEKEND
        midnight = datetime.combine(on, time(), ZoneInfo(ZONE)).astimezone(UTC)
        for _ in range(rng.randint(few, many)):
            arrived_at = midnight + timedelta(seconds=int(rng.triangular(0, 86_400, 50_000)))
            source = _source(rng)
            if company.started_at <= arrived_at <= now:
                yield arrived_at, source


def _source(rng: Random) -> str:
    return rng.choices(list(SOURCES), list(SOURCES.values()))[0]


def _story(
    rng: Random, company: Company, arrived_at: datetime, rep: User, *, now: datetime
) -> tuple[NewLeadEvent, ...]:
    progress = (arrived_at - company.started_at) / timedelta(weeks=WEEKS)
    teller = HistoryGenerator(
        rng, company, arrived_at=arrived_at, rep=rep, progress=min(progress, 1)
    )
    return tuple(line for line in teller.lines() if line.at <= now)


def _row(
    rng: Random,
    contact: Contact,
    source: str,
    arrived_at: datetime,
    history_rows: tuple[NewLeadEvent, ...],
) -> LeadUpsert:
    new = NewLead(
        email=contact.email,
        name=contact.name,
        company=contact.company,
        title=rng.choice(TITLES),
        phone=f"+49 30 23125 {rng.randint(0, 999):03}",
        source=source,
        region=rng.choice(REGIONS),
        product=rng.choice(PRODUCTS),
        score=rng.randint(20, 100),
        **_worth(rng, history_rows),
    )
    return LeadUpsert(fields=new, arrived_at=arrived_at, events=history_rows)


def _worth(rng: Random, history_rows: tuple[NewLeadEvent, ...]) -> dict[str, Any]:
    """What the deal is worth, once there is one."""
    amount = rng.randint(15, 480) * 100 * 100
    is_deal = any(
        line.kind in (EventKind.OPPORTUNITY_OPENED, EventKind.WON) for line in history_rows
    )
    return {"amount_minor": amount} if is_deal else {}


def _arrival(row: LeadUpsert) -> datetime:
    return row.arrived_at or row.events[0].at
