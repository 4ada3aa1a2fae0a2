"""Insert leads, history events and handoffs in batches, and store what derives from them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlmodel import Session, col

from alignment.accounts.models import Workspace
from alignment.leads.bulk import queries
from alignment.leads.history import queries as leads
from alignment.leads.history.facts import COLUMNS_READ, facts_from_columns
from alignment.leads.history.lead_state import derive_lead_state
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.settlement import AnyEvent, settle_handoffs
from alignment.leads.history.stored_columns import (
    Columns,
    HandoffSources,
    event_columns,
    handoff_columns,
    state_columns,
    store_state,
)
from alignment.leads.history.team_facts import TeamFacts
from alignment.leads.models import Handoff, Lead, LeadEvent


def blank_lead(workspace_id: int) -> Columns:
    """Every column of a lead of whom nothing is known; making a Lead for each row costs more."""
    nobody = Lead(workspace_id=workspace_id, arrived_at=datetime.min.replace(tzinfo=UTC))
    return nobody.model_dump(exclude={"id"})


def insert_leads(
    session: Session,
    workspace_id: int,
    made: Sequence[tuple[Columns, Sequence[NewLeadEvent]]],
    *,
    now: datetime,
) -> list[int]:
    """Leads that nobody knew, with their whole histories; their ids, in the same order."""
    if not made:
        return []
    zone = _zone(session, workspace_id)
    made = [
        (lead, settle_handoffs([], history, zone=zone, known_keys=())) for lead, history in made
    ]
    standings = [derive_lead_state(_counting(lines)) for _, lines in made]
    columns = [
        lead | state_columns(stands) for (lead, _), stands in zip(made, standings, strict=True)
    ]
    returned = insert(Lead).returning(col(Lead.id), sort_by_parameter_order=True)
    ids = list(session.scalars(returned, columns))

    teams = _teams(session, workspace_id, (history for _, history in made))
    lines = [
        event_columns(workspace_id, lead_id, line, teams, now=now)
        for lead_id, (_, history) in zip(ids, made, strict=True)
        for line in history
    ]
    session.execute(insert(LeadEvent), lines)
    sources = HandoffSources(session, workspace_id, standings)
    handoffs = [
        handoff_columns(
            workspace_id,
            lead_id,
            sources.id_of(cycle, otherwise=lead["source_id"]),
            number,
            cycle,
        )
        for lead_id, (lead, _), stands in zip(ids, made, standings, strict=True)
        for number, cycle in enumerate(stands.sales_cycles, start=1)
    ]
    if handoffs:
        session.execute(insert(Handoff), handoffs)
    return ids


class Histories:
    """The histories of a batch's known leads: read once, added to in memory, written at once."""

    def __init__(self, session: Session, workspace_id: int) -> None:
        self._session, self._workspace_id = session, workspace_id
        self._events: defaultdict[int, list[LeadEvent]] = defaultdict(list)
        self._keys: defaultdict[int, set[str]] = defaultdict(set)
        self._added: defaultdict[int, list[NewLeadEvent]] = defaultdict(list)
        self._leads: dict[int, Lead] = {}
        self._source_names: dict[int, str] = {}

    def read(self, lead_ids: Collection[int]) -> None:
        """Read the histories that lines are to be added to."""
        if not lead_ids:
            return
        for line in leads.histories_of(self._session, self._workspace_id, list(lead_ids)):
            self._events[line.lead_id].append(line)
            if line.dedupe_key is not None:
                self._keys[line.lead_id].add(line.dedupe_key)
        for lead_id, key in queries.uncounted_event_keys(
            self._session, self._workspace_id, lead_ids
        ):
            self._keys[lead_id].add(key)

    def facts_of(self, lead: Lead) -> dict[str, Any]:
        if lead.source_id and lead.source_id not in self._source_names:
            found = queries.source_names(self._session, self._workspace_id, [lead.source_id])
            self._source_names |= found
        name = self._source_names[lead.source_id] if lead.source_id else ""
        return facts_from_columns(lead.model_dump(include=COLUMNS_READ), name)

    def add(self, lead: Lead, lines: Iterable[NewLeadEvent]) -> bool:
        """Note the lines that are not there yet; whether there were any."""
        new = [line for line in lines if line.dedupe_key not in self._keys[lead.id]]
        if new:
            self._leads[lead.id] = lead
            self._added[lead.id] += new
            self._keys[lead.id].update(line.dedupe_key for line in new)
        return bool(new)

    def write(self, *, now: datetime) -> None:
        """Write every noted line, and read the standing of its lead again."""
        self._session.flush()
        if not self._added:
            return
        self._settle_handoffs()
        teams = _teams(self._session, self._workspace_id, self._added.values())
        lines = [
            event_columns(self._workspace_id, lead_id, line, teams, now=now)
            for lead_id, added in self._added.items()
            for line in added
        ]
        self._session.execute(insert(LeadEvent), lines)
        handoffs: defaultdict[int, list[Handoff]] = defaultdict(list)
        for row in queries.handoffs_of_leads(self._session, self._workspace_id, self._leads):
            handoffs[row.lead_id].append(row)
        states = {
            lead_id: derive_lead_state(_counting([*self._events[lead_id], *self._added[lead_id]]))
            for lead_id in self._leads
        }
        sources = HandoffSources(self._session, self._workspace_id, states.values())
        for lead_id, lead in self._leads.items():
            store_state(self._session, lead, states[lead_id], handoffs[lead_id], sources)
        self._session.flush()

    def _settle_handoffs(self) -> None:
        """Of a handoff told twice one line counts."""
        zone = _zone(self._session, self._workspace_id)
        for lead_id, added in self._added.items():
            self._added[lead_id] = settle_handoffs(
                self._events[lead_id], added, zone=zone, known_keys=self._keys[lead_id]
            )


def _zone(session: Session, workspace_id: int) -> ZoneInfo:
    return ZoneInfo(session.get_one(Workspace, workspace_id).zone)


def _counting(lines: Iterable[AnyEvent]) -> list[AnyEvent]:
    return [line for line in lines if not line.is_repeated]


def _teams(
    session: Session, workspace_id: int, told: Iterable[Sequence[NewLeadEvent]]
) -> TeamFacts:
    people = ((line.by_id, line.owner_id) for lines in told for line in lines)
    return TeamFacts(session, workspace_id, chain.from_iterable(people))
