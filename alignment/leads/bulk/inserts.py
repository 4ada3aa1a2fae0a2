"""Insert leads, history events and handoffs in batches, and update the leads' derived columns."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Protocol, cast

from sqlalchemy import insert
from sqlmodel import Session, col

from alignment.leads.bulk import queries
from alignment.leads.event_kinds import EventKind
from alignment.leads.history import queries as leads
from alignment.leads.history.facts import COLUMNS_READ, facts_from_columns
from alignment.leads.history.lead_state import EventView, LeadState, SalesCycle, derive_lead_state
from alignment.leads.history.team_facts import TeamFacts
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage


class UnsavedEvent(Protocol):
    """A line that is not written yet."""

    @property
    def id(self) -> None: ...
    @property
    def kind(self) -> EventKind: ...
    @property
    def at(self) -> datetime: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def by_id(self) -> int | None: ...
    @property
    def note(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any] | None: ...


Columns = dict[str, Any]
"""A row as Core takes it."""


def blank_lead(workspace_id: int) -> Columns:
    """Every column of a lead of whom nothing is known; making a Lead for each row costs more."""
    nobody = Lead(workspace_id=workspace_id, arrived_at=datetime.min.replace(tzinfo=UTC))
    return nobody.model_dump(exclude={"id"})


def insert_leads(
    session: Session,
    workspace_id: int,
    made: Sequence[tuple[Columns, Sequence[UnsavedEvent]]],
    *,
    now: datetime,
) -> list[int]:
    """Leads that nobody knew, with their whole histories; their ids, in the same order."""
    if not made:
        return []
    standings = [_derive_state(lines) for _, lines in made]
    columns = [
        lead | _state_columns(stands) for (lead, _), stands in zip(made, standings, strict=True)
    ]
    returned = insert(Lead).returning(col(Lead.id), sort_by_parameter_order=True)
    ids = list(session.scalars(returned, columns))

    teams = _teams(session, workspace_id, (history for _, history in made))
    lines = [
        _event_columns(workspace_id, lead_id, line, teams, now=now)
        for lead_id, (_, history) in zip(ids, made, strict=True)
        for line in history
    ]
    session.execute(insert(LeadEvent), lines)
    handoffs = [
        _handoff_columns(workspace_id, lead_id, lead["source_id"], number, cycle)
        for lead_id, (lead, _), stands in zip(ids, made, standings, strict=True)
        for number, cycle in enumerate(stands.sales_cycles, start=1)
    ]
    if handoffs:
        session.execute(insert(Handoff), handoffs)
    return ids


def update_columns(lead: Lead, columns: Mapping[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    different = {name: value for name, value in columns.items() if getattr(lead, name) != value}
    for name, value in different.items():
        setattr(lead, name, value)
    return bool(different)


class Histories:
    """The histories of a batch's known leads: read once, added to in memory, written at once."""

    def __init__(self, session: Session, workspace_id: int) -> None:
        self._session, self._workspace_id = session, workspace_id
        self._events: defaultdict[int, list[LeadEvent]] = defaultdict(list)
        self._keys: defaultdict[int, set[str]] = defaultdict(set)
        self._added: defaultdict[int, list[UnsavedEvent]] = defaultdict(list)
        self._leads: dict[int, Lead] = {}
        self._source_names: dict[int, str] = {}

    def read(self, lead_ids: Collection[int]) -> None:
        """Read the histories that lines are to be added to."""
        if not lead_ids:
            return
        for line in leads.histories_of(self._session, self._workspace_id, list(lead_ids)):
            self._events[line.lead_id].append(line)
            self._keys[line.lead_id].add(line.dedupe_key)
        for lead_id, key in queries.undone_event_keys(self._session, self._workspace_id, lead_ids):
            self._keys[lead_id].add(key)

    def facts_of(self, lead: Lead) -> dict[str, Any]:
        if lead.source_id and lead.source_id not in self._source_names:
            found = queries.source_names(self._session, self._workspace_id, [lead.source_id])
            self._source_names |= found
        name = self._source_names[lead.source_id] if lead.source_id else ""
        return facts_from_columns(lead.model_dump(include=COLUMNS_READ), name)

    def add(self, lead: Lead, lines: Iterable[UnsavedEvent]) -> bool:
        """Note the lines that are not there yet; whether there were any."""
        new = [line for line in lines if line.key not in self._keys[lead.id]]
        if new:
            self._leads[lead.id] = lead
            self._added[lead.id] += new
            self._keys[lead.id].update(line.key for line in new)
        return bool(new)

    def write(self, *, now: datetime) -> None:
        """Write every noted line, and read the standing of its lead again."""
        self._session.flush()
        if not self._added:
            return
        teams = _teams(self._session, self._workspace_id, self._added.values())
        lines = [
            _event_columns(self._workspace_id, lead_id, line, teams, now=now)
            for lead_id, added in self._added.items()
            for line in added
        ]
        self._session.execute(insert(LeadEvent), lines)
        kept = self._handoffs()
        for lead_id, lead in self._leads.items():
            stands = _derive_state([*self._events[lead_id], *self._added[lead_id]])
            update_columns(lead, _state_columns(stands))
            self._sync_handoffs(lead, stands, kept[lead_id])
        self._session.flush()

    def _handoffs(self) -> defaultdict[int, dict[int, Handoff]]:
        kept: defaultdict[int, dict[int, Handoff]] = defaultdict(dict)
        for row in queries.handoffs_of_leads(self._session, self._workspace_id, self._leads):
            kept[row.lead_id][row.cycle] = row
        return kept

    def _sync_handoffs(self, lead: Lead, stands: LeadState, kept: dict[int, Handoff]) -> None:
        for number, cycle in enumerate(stands.sales_cycles, start=1):
            columns = _handoff_columns(self._workspace_id, lead.id, lead.source_id, number, cycle)
            row = kept.pop(number, None)
            if row is None:
                self._session.add(Handoff(**columns))
                continue
            for name in SalesCycle.__dataclass_fields__:
                setattr(row, name, columns[name])
        for row in kept.values():
            self._session.delete(row)


def _derive_state(lines: Iterable[UnsavedEvent | LeadEvent]) -> LeadState:
    # The attributes of an EventView could be set, those of an unsaved row cannot; nobody sets any.
    return derive_lead_state(cast("Iterable[EventView]", lines))


def _state_columns(stands: LeadState) -> Columns:
    return {
        "stage": Stage(stands.stage),
        "owner_id": stands.owner_id,
        "handed_off_at": stands.handed_off_at,
        "won_at": stands.won_at,
    }


def _teams(
    session: Session, workspace_id: int, told: Iterable[Sequence[UnsavedEvent]]
) -> TeamFacts:
    people = ((line.by_id, line.owner_id) for lines in told for line in lines)
    return TeamFacts(session, workspace_id, chain.from_iterable(people))


def _event_columns(
    workspace_id: int, lead_id: int, line: UnsavedEvent, teams: TeamFacts, *, now: datetime
) -> Columns:
    with_whom = teams.facts_for(EventKind(line.kind), by_id=line.by_id, owner_id=line.owner_id)
    return {
        "workspace_id": workspace_id,
        "lead_id": lead_id,
        "kind": EventKind(line.kind),
        "at": line.at,
        "recorded_at": now,
        "dedupe_key": line.key,
        "by_id": line.by_id,
        "owner_id": line.owner_id,
        "reason": line.reason,
        "note": line.note,
        "facts": dict(line.facts or {}) | with_whom or None,
    }


def _handoff_columns(
    workspace_id: int, lead_id: int, source_id: int | None, number: int, cycle: SalesCycle
) -> Columns:
    columns = {name: getattr(cycle, name) for name in SalesCycle.__dataclass_fields__}
    return {
        "workspace_id": workspace_id,
        "lead_id": lead_id,
        "source_id": source_id,
        "cycle": number,
        **columns,
    }
