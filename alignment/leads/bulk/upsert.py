"""Create or update many leads, each with events of its history, in one batch of a few hundred rows.

The same meaning as ``intake``, ``history`` and ``handoff``, without their checks of who may do what
now, since the rows tell of the past. Listeners are called once for the batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.leads.bulk import inserts
from alignment.leads.bulk.changes import (
    RowChange,
    fact_change_events,
    publish_imported,
    with_facts,
)
from alignment.leads.bulk.known_leads import KnownLeads
from alignment.leads.bulk.sources import SourceIds
from alignment.leads.event_kinds import HANDOFF_KINDS, EventKind
from alignment.leads.history.facts import facts_from_columns
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.stored_columns import update_columns
from alignment.leads.intake import NewLead, email_key_of
from alignment.leads.models import Lead


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadUpsert:
    """A lead to create or update. Empty fields say nothing: a known lead keeps what it has.

    ``owner_id`` owns the lead from its first handoff here, else at once; an existing owner is never
    replaced.
    """

    fields: NewLead
    arrived_at: datetime | None = None
    owner_id: int | None = None
    events: tuple[NewLeadEvent, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class UpsertResult:
    """The result of one ``LeadUpsert``; ``kept_external_id`` is an id that the row's own did not
    replace.
    """

    lead_id: int
    change: RowChange
    kept_external_id: str | None = None


def upsert_leads(
    session: Session,
    workspace_id: int,
    rows: Sequence[LeadUpsert],
    *,
    now: datetime,
    by_id: int | None = None,
) -> list[UpsertResult]:
    """Write leads down, or bring known ones up to date: known by their id, else by their address.

    No two rows may be of one new lead; the answers come in the order of the rows.
    """
    sources = SourceIds(session, workspace_id, [row.fields.source for row in rows])
    known = KnownLeads(
        session,
        workspace_id,
        external_ids=[row.fields.external_id for row in rows],
        email_keys=[email_key_of(row.fields.email) for row in rows],
    )
    leads = [known.find(row.fields.external_id, email_key_of(row.fields.email)) for row in rows]
    unknown_rows = [row for row, lead in zip(rows, leads, strict=True) if lead is None]
    known_rows = [(row, lead) for row, lead in zip(rows, leads, strict=True) if lead is not None]

    created = iter(_create(session, workspace_id, unknown_rows, sources, now=now))
    updated = iter(_update(session, workspace_id, known_rows, sources, known, now=now, by_id=by_id))
    results = [next(created) if lead is None else next(updated) for lead in leads]
    changed = [
        (result.lead_id, row.events)
        for row, result in zip(rows, results, strict=True)
        if result.change is not RowChange.UNCHANGED
    ]
    publish_imported(session, workspace_id, changed, now=now, by_id=by_id)
    return results


def _create(
    session: Session,
    workspace_id: int,
    rows: Sequence[LeadUpsert],
    sources: SourceIds,
    *,
    now: datetime,
) -> list[UpsertResult]:
    """All with Core: nobody knows these leads, so there is nothing to read again."""
    blank = inserts.blank_lead(workspace_id)
    leads_and_events = []
    for row in rows:
        new = row.fields
        first_at = min((line.at for line in row.events), default=None)
        arrival_or_first_at = row.arrived_at or first_at or now
        arrived_at = min(arrival_or_first_at, first_at) if first_at else arrival_or_first_at
        lead = (
            blank
            | {"name": new.email or new.external_id, "arrived_at": arrived_at}
            | {"details": dict(row.details)}
            | _columns(new, sources)
        )
        arrival = NewLeadEvent(kind=EventKind.ARRIVED, at=arrived_at)
        lines = _with_owner((arrival, *row.events), row.owner_id, at=arrived_at)
        leads_and_events.append((lead, with_facts(lines, facts_from_columns(lead, new.source))))
    ids = inserts.insert_leads(session, workspace_id, leads_and_events, now=now)
    return [UpsertResult(lead_id=lead_id, change=RowChange.CREATED) for lead_id in ids]


def _update(
    session: Session,
    workspace_id: int,
    rows: Sequence[tuple[LeadUpsert, Lead]],
    sources: SourceIds,
    known: KnownLeads,
    *,
    now: datetime,
    by_id: int | None,
) -> list[UpsertResult]:
    histories = inserts.Histories(session, workspace_id)
    before = [histories.facts_of(lead) for _, lead in rows]
    changed = [
        update_columns(lead, _changed_columns(row, lead, sources, known)) for row, lead in rows
    ]
    lines = [
        (
            *_with_owner(row.events, row.owner_id if lead.owner_id is None else None, at=now),
            *fact_change_events(lead, facts_before, histories.facts_of(lead), at=now, by_id=by_id),
        )
        for (row, lead), facts_before in zip(rows, before, strict=True)
    ]
    histories.read(
        {lead.id for (_, lead), new_events in zip(rows, lines, strict=True) if new_events}
    )
    results = []
    for (row, lead), new_events, is_changed in zip(rows, lines, changed, strict=True):
        is_new = histories.add(lead, with_facts(new_events, histories.facts_of(lead)))
        change = RowChange.UPDATED if is_new or is_changed else RowChange.UNCHANGED
        results.append(
            UpsertResult(
                lead_id=lead.id, change=change, kept_external_id=_kept_external_id(row, lead)
            )
        )
    histories.write(now=now)
    return results


def _changed_columns(
    row: LeadUpsert, lead: Lead, sources: SourceIds, known: KnownLeads
) -> dict[str, Any]:
    """What the row tells of a known lead; an id once given stays.

    What it tells of a record that was merged into the lead fills gaps and no more.
    """
    columns = _columns(row.fields, sources)
    if known.is_merged(row.fields.external_id, email_key_of(row.fields.email)):
        gaps = {name for name in columns if getattr(lead, name) in (None, "", False)}
        return {name: columns[name] for name in gaps - {"external_id"}}
    if lead.external_id:
        columns.pop("external_id", None)
    if row.details:
        columns["details"] = lead.details | dict(row.details)
    return columns


def _kept_external_id(row: LeadUpsert, lead: Lead) -> str | None:
    """The id it keeps, where the row calls it by another."""
    is_other = row.fields.external_id and row.fields.external_id != lead.external_id
    return lead.external_id if is_other else None


def _columns(new: NewLead, sources: SourceIds) -> dict[str, Any]:
    """What is told. An empty cell tells nothing, and no file lifts a wish not to be contacted."""
    columns = {
        name: value
        for name, value in new.model_dump(exclude={"source"}, exclude_unset=True).items()
        if value is not None and value != "" and value is not False
    }
    if new.email:
        columns["email_key"] = email_key_of(new.email)
    if new.source:
        columns["source_id"] = sources.id_of(new.source)
    return columns


def _with_owner(
    lines: tuple[NewLeadEvent, ...], owner_id: int | None, *, at: datetime
) -> tuple[NewLeadEvent, ...]:
    """The lines with the owner on the first handoff, else with a line of its own."""
    if owner_id is None or any(line.owner_id for line in lines):
        return lines
    place = next((place for place, line in enumerate(lines) if line.kind in HANDOFF_KINDS), None)
    if place is None:
        return (*lines, NewLeadEvent(kind=EventKind.ASSIGNED, at=at, owner_id=owner_id))
    return (*lines[:place], replace(lines[place], owner_id=owner_id), *lines[place + 1 :])
