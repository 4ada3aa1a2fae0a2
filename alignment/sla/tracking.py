"""Bring the stored clocks of leads in line with their histories.

A clock is pinned to the version and the opening hours it was started under, so that finished
results do not move when somebody edits an agreement or a holiday.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from alignment.leads.events import LeadChanged
from alignment.leads.models import LeadEvent
from alignment.sla import queries
from alignment.sla.book import Book, terms_of
from alignment.sla.history import Happened
from alignment.sla.keeping import Clock, keep, key_of
from alignment.sla.models import Timer
from alignment.sla.terms import Told


def read_again(session: Session, events: Sequence[LeadChanged]) -> None:
    """Something happened to these leads: read their clocks again."""
    for workspace_id, told in groupby(events, key=lambda event: event.workspace_id):
        group = list(told)
        lead_ids = {event.lead_id for event in group}
        read_leads(session, workspace_id, lead_ids, now=max(event.at for event in group))


def read_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int], *, now: datetime
) -> None:
    """Read every clock of these leads as of ``now``, start new ones and keep what changed."""
    # First of all: what others just told or kept of these leads is then seen by all that follows.
    queries.hold_leads(session, workspace_id, lead_ids)
    terms = terms_of(session, workspace_id, now=now)
    if not terms:
        return

    timers = queries.timers_of_leads(session, workspace_id, lead_ids)
    # What was read in silence stays as it was when the trial ended.
    ours = [x for x in timers if not x.is_shadow or (x.version_id, True) in terms]
    known = {key_of(timer): timer for timer in ours}
    found = [
        clock
        for lead_id, told in histories(session, workspace_id, lead_ids).items()
        for each in terms.values()
        for clock in each.clocks(lead_id, told, known, now=now)
    ]
    keep(session, workspace_id, found, known, now=now)


def read_timers(
    session: Session, workspace_id: int, timers: Sequence[Timer], *, now: datetime
) -> None:
    """Read these clocks alone as of ``now``; the caller holds their leads, nothing was told."""
    terms = terms_of(session, workspace_id, now=now)
    told = histories(session, workspace_id, {timer.lead_id for timer in timers})
    found = [
        clock for timer in timers for clock in read(terms, timer, told[timer.lead_id], now=now)
    ]
    keep(session, workspace_id, found, {key_of(timer): timer for timer in timers}, now=now)


def read(
    terms: Book, timer: Timer, told: Told, *, now: datetime, hours_id: int | None = None
) -> Sequence[Clock]:
    """One stored clock as it reads now, under other hours than its own if asked.

    None when nothing starts it any more, or when its trial is over.
    """
    version = terms.get((timer.version_id, timer.is_shadow))
    return version.clock(timer, told, now=now, hours_id=hours_id) if version else ()


def histories(session: Session, workspace_id: int, lead_ids: Collection[int]) -> Mapping[int, Told]:
    """What counts of the histories of these leads; nothing for one without any."""
    told: defaultdict[int, list[Happened]] = defaultdict(list)
    for line in queries.lines_of_leads(session, workspace_id, lead_ids):
        told[line.lead_id].append(happened(line))
    return told


def happened(line: LeadEvent | Row[Any]) -> Happened:
    """A line of the history as the stopwatch takes it."""
    return Happened(
        kind=line.kind,
        at=line.at,
        id=line.key,
        by_id=line.by_id,
        owner_id=line.owner_id,
        reason=line.reason,
        facts=line.facts,
        told=line.id,
    )
