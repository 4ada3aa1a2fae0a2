"""Take in many leads, and many lines of history, at the speed of whole batches.

The same meaning as ``intake``, ``history`` and the verbs of ``handoff``, without their checks of
who may do what now: what is told here happened before. A batch is one transaction's worth, a few
hundred rows; listeners hear of it once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from alignment.events import publish_many
from alignment.leads.correction import moved
from alignment.leads.events import LeadImported
from alignment.leads.happenings import HANDOFFS, Happening
from alignment.leads.intake import NewLead, key_of
from alignment.leads.many import writing
from alignment.leads.many.known import KnownLeads
from alignment.leads.many.sources import Sources
from alignment.leads.models import Lead


class Change(StrEnum):
    """What a row did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True, slots=True)
class LineRow:
    """One line of a history; told twice, by kind, instant and person, it is one line."""

    kind: Happening
    at: datetime
    by_id: int | None = None
    owner_id: int | None = None
    reason: str = ""
    note: str = ""
    facts: Mapping[str, Any] | None = None
    """What promises depend on; a handoff without them takes those of its lead."""

    @property
    def id(self) -> None:
        """It is not stored yet."""
        return None

    @property
    def key(self) -> str:
        """As ``leads.history`` names the fact."""
        return f"{self.kind}:{self.at.astimezone(UTC).isoformat()}:{self.by_id or ''}"


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadRow:
    """A lead as somebody tells it. What is left out or empty says nothing: a known lead keeps it.

    ``owner_id`` has the lead with its first handoff here, else at once; an owner is never replaced.
    """

    new: NewLead
    arrived_at: datetime | None = None
    owner_id: int | None = None
    lines: tuple[LineRow, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What happened to a known lead, and perhaps what it is worth."""

    lead: Lead
    lines: tuple[LineRow, ...]
    amount_minor: int | None = None
    currency: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What became of one ``LeadRow``; ``known_as`` is an id that the row's own did not replace."""

    lead_id: int
    change: Change
    known_as: str | None = None


def take_in_many(
    session: Session,
    workspace_id: int,
    rows: Sequence[LeadRow],
    *,
    now: datetime,
    by_id: int | None = None,
) -> list[Taken]:
    """Write leads down, or bring known ones up to date: known by their id, else by their address.

    No two rows may be of one new lead; the answers come in the order of the rows.
    """
    sources = Sources(session, workspace_id, [row.new.source for row in rows])
    known = KnownLeads(
        session,
        workspace_id,
        external_ids=[row.new.external_id for row in rows],
        email_keys=[key_of(row.new.email) for row in rows],
    )
    leads = [known.like(row.new.external_id, key_of(row.new.email)) for row in rows]
    fresh = [row for row, lead in zip(rows, leads, strict=True) if lead is None]
    stale = [(row, lead) for row, lead in zip(rows, leads, strict=True) if lead is not None]

    created = iter(_create(session, workspace_id, fresh, sources, now=now))
    updated = iter(_update(session, workspace_id, stale, sources, known, now=now, by_id=by_id))
    taken = [next(created) if lead is None else next(updated) for lead in leads]
    changed = [
        (one.lead_id, row.lines)
        for row, one in zip(rows, taken, strict=True)
        if one.change is not Change.UNCHANGED
    ]
    _publish(session, workspace_id, changed, now=now, by_id=by_id)
    return taken


def add_history(
    session: Session,
    workspace_id: int,
    told: Sequence[Told],
    *,
    now: datetime,
    by_id: int | None = None,
) -> list[Change]:
    """Add lines to the histories of known leads; a line that is there already changes nothing."""
    histories = writing.Histories(session, workspace_id)
    histories.read({one.lead.id for one in told})
    before = {one.lead.id: histories.facts_of(one.lead) for one in told}
    worth_more = [writing.refresh(one.lead, _worth(one)) for one in told]
    changes = []
    for one, is_worth_more in zip(told, worth_more, strict=True):
        facts = histories.facts_of(one.lead)
        line = _reprioritised(one.lead, before[one.lead.id], facts, at=now, by_id=by_id)
        is_new = histories.add(one.lead, _with_facts((*one.lines, *line), facts))
        changes.append(_change(is_new=is_new, is_changed=is_worth_more))
    histories.write(now=now)

    changed = [
        (one.lead.id, one.lines)
        for one, change in zip(told, changes, strict=True)
        if change is not Change.UNCHANGED
    ]
    _publish(session, workspace_id, changed, now=now, by_id=by_id)
    return changes


def _create(
    session: Session,
    workspace_id: int,
    rows: Sequence[LeadRow],
    sources: Sources,
    *,
    now: datetime,
) -> list[Taken]:
    """All with Core: nobody knows these leads, so there is nothing to read again."""
    blank = writing.blank_lead(workspace_id)
    made = []
    for row in rows:
        new = row.new
        first = min((line.at for line in row.lines), default=None)
        told_at = row.arrived_at or first or now
        arrived_at = min(told_at, first) if first else told_at
        lead = (
            blank
            | {"name": new.email or new.external_id, "arrived_at": arrived_at}
            | {"details": dict(row.details)}
            | _columns(new, sources)
        )
        arrival = LineRow(kind=Happening.ARRIVED, at=arrived_at)
        lines = _owned((arrival, *row.lines), row.owner_id, at=arrived_at)
        made.append((lead, _with_facts(lines, writing.facts_of(lead, new.source))))
    ids = writing.insert_leads(session, workspace_id, made, now=now)
    return [Taken(lead_id=lead_id, change=Change.CREATED) for lead_id in ids]


def _update(
    session: Session,
    workspace_id: int,
    rows: Sequence[tuple[LeadRow, Lead]],
    sources: Sources,
    known: KnownLeads,
    *,
    now: datetime,
    by_id: int | None,
) -> list[Taken]:
    histories = writing.Histories(session, workspace_id)
    before = [histories.facts_of(lead) for _, lead in rows]
    changed = [writing.refresh(lead, _news(row, lead, sources, known)) for row, lead in rows]
    lines = [
        (
            *_owned(row.lines, row.owner_id if lead.owner_id is None else None, at=now),
            *_reprioritised(lead, was, histories.facts_of(lead), at=now, by_id=by_id),
        )
        for (row, lead), was in zip(rows, before, strict=True)
    ]
    histories.read({lead.id for (_, lead), told in zip(rows, lines, strict=True) if told})
    taken = []
    for (row, lead), told, is_changed in zip(rows, lines, changed, strict=True):
        is_new = histories.add(lead, _with_facts(told, histories.facts_of(lead)))
        change = Change.UPDATED if is_new or is_changed else Change.UNCHANGED
        taken.append(Taken(lead_id=lead.id, change=change, known_as=_known_as(row, lead)))
    histories.write(now=now)
    return taken


def _news(row: LeadRow, lead: Lead, sources: Sources, known: KnownLeads) -> dict[str, Any]:
    """What the row tells of a known lead; an id once given stays.

    What it tells of a record that was merged into the lead fills gaps and no more.
    """
    columns = _columns(row.new, sources)
    if known.is_merged(row.new.external_id, key_of(row.new.email)):
        gaps = {name for name in columns if getattr(lead, name) in (None, "", False)}
        return {name: columns[name] for name in gaps - {"external_id"}}
    if lead.external_id:
        columns.pop("external_id", None)
    if row.details:
        columns["details"] = lead.details | dict(row.details)
    return columns


def _known_as(row: LeadRow, lead: Lead) -> str | None:
    """The id it keeps, where the row calls it by another."""
    is_other = row.new.external_id and row.new.external_id != lead.external_id
    return lead.external_id if is_other else None


def _reprioritised(
    lead: Lead,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    at: datetime,
    by_id: int | None,
) -> tuple[LineRow, ...]:
    """As ``correction.reprioritise``: the facts that are others now, once sales has the lead."""
    changed = moved(before, after)
    if not changed or lead.handed_off_at is None:
        return ()
    return (LineRow(kind=Happening.REPRIORITISED, at=at, by_id=by_id, facts=changed),)


def _columns(new: NewLead, sources: Sources) -> dict[str, Any]:
    """What is told. An empty cell tells nothing, and no file lifts a wish not to be contacted."""
    told = {
        name: value
        for name, value in new.model_dump(exclude={"source"}, exclude_unset=True).items()
        if value is not None and value != "" and value is not False
    }
    if new.email:
        told["email_key"] = key_of(new.email)
    if new.source:
        told["source_id"] = sources.id_of(new.source)
    return told


def _worth(told: Told) -> dict[str, Any]:
    worth = {"amount_minor": told.amount_minor, "currency": told.currency}
    return {name: value for name, value in worth.items() if value is not None}


def _owned(
    lines: tuple[LineRow, ...], owner_id: int | None, *, at: datetime
) -> tuple[LineRow, ...]:
    """The lines with the owner on the first handoff, else with a line of its own."""
    if owner_id is None or any(line.owner_id for line in lines):
        return lines
    place = next((place for place, line in enumerate(lines) if line.kind in HANDOFFS), None)
    if place is None:
        return (*lines, LineRow(kind=Happening.ASSIGNED, at=at, owner_id=owner_id))
    return (*lines[:place], replace(lines[place], owner_id=owner_id), *lines[place + 1 :])


def _with_facts(lines: tuple[LineRow, ...], facts: Mapping[str, Any]) -> tuple[LineRow, ...]:
    return tuple(
        replace(line, facts=facts) if line.kind in HANDOFFS and line.facts is None else line
        for line in lines
    )


def _change(*, is_new: bool, is_changed: bool) -> Change:
    if is_new:
        return Change.CREATED
    return Change.UPDATED if is_changed else Change.UNCHANGED


def _publish(
    session: Session,
    workspace_id: int,
    changed: Sequence[tuple[int, Sequence[LineRow]]],
    *,
    now: datetime,
    by_id: int | None,
) -> None:
    publish_many(
        session,
        [
            LeadImported(
                workspace_id=workspace_id,
                at=now,
                lead_id=lead_id,
                by_id=by_id,
                happened_at=max((line.at for line in lines), default=now),
            )
            for lead_id, lines in changed
        ],
    )
