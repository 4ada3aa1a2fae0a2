"""Recompute the stored timers of leads from their histories.

A timer is pinned to the version and opening hours it was started under, so that finished results
do not change when somebody edits an agreement or a holiday."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from alignment.leads.events import LeadChanged
from alignment.sla.models import Timer
from alignment.sla.timers import queries
from alignment.sla.timers.histories import load_histories
from alignment.sla.timers.storing import store_readings
from alignment.sla.versions.index import VersionIndex, load_version_index
from alignment.sla.versions.readings import TimerReading, key_of_timer
from alignment.sla.versions.terms import History


def refresh_changed_leads(session: Session, events: Sequence[LeadChanged]) -> None:
    """Something happened to these leads: read their clocks again."""
    for workspace_id, events_of_workspace in groupby(events, key=lambda event: event.workspace_id):
        group = list(events_of_workspace)
        lead_ids = {event.lead_id for event in group}
        refresh_leads(session, workspace_id, lead_ids, now=max(event.at for event in group))


def refresh_leads(
    session: Session, workspace_id: int, lead_ids: Collection[int], *, now: datetime
) -> None:
    """Read every clock of these leads as of ``now``, start new ones and keep what changed."""
    # First of all: what others just told or kept of these leads is then seen by all that follows.
    queries.lock_leads(session, workspace_id, lead_ids)
    terms = load_version_index(session, workspace_id, now=now)
    if not terms:
        return

    timers = queries.timers_of_leads(session, workspace_id, lead_ids)
    # What was read in silence stays as it was when the trial ended.
    refreshable = [x for x in timers if not x.is_shadow or (x.version_id, True) in terms]
    known = {key_of_timer(timer): timer for timer in refreshable}
    readings = [
        reading
        for lead_id, history in load_histories(session, workspace_id, lead_ids).items()
        for version_terms in terms.values()
        for reading in version_terms.read_lead(lead_id, history, known, now=now)
    ]
    store_readings(session, workspace_id, readings, known, now=now)


def refresh_timers(
    session: Session, workspace_id: int, timers: Sequence[Timer], *, now: datetime
) -> None:
    """Read these clocks alone as of ``now``; the caller holds their leads, nothing was told."""
    terms = load_version_index(session, workspace_id, now=now)
    histories_by_lead = load_histories(session, workspace_id, {timer.lead_id for timer in timers})
    readings = [
        reading
        for timer in timers
        for reading in read_timer(terms, timer, histories_by_lead[timer.lead_id], now=now)
    ]
    store_readings(
        session, workspace_id, readings, {key_of_timer(timer): timer for timer in timers}, now=now
    )


def read_timer(
    terms: VersionIndex,
    timer: Timer,
    history: History,
    *,
    now: datetime,
    hours_id: int | None = None,
) -> Sequence[TimerReading]:
    """One stored clock as it reads now, under other hours than its own if asked.

    None when nothing starts it any more, or when its trial is over.
    """
    version = terms.get((timer.version_id, timer.is_shadow))
    return version.read_timer(timer, history, now=now, hours_id=hours_id) if version else ()
