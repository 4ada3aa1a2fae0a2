"""Write leads, lines and handoffs in batches, and keep the leads' rows in line with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Protocol, cast

from sqlalchemy import insert
from sqlmodel import Session, col

from alignment.leads import queries as leads
from alignment.leads.facts import READS, known
from alignment.leads.happenings import Happening
from alignment.leads.many import queries
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage
from alignment.leads.standing import Cycle, Line, Standing, standing
from alignment.leads.teams import Teams


class NewLine(Protocol):
    """A line that is not written yet."""

    @property
    def id(self) -> None: ...
    @property
    def kind(self) -> Happening: ...
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
    made: Sequence[tuple[Columns, Sequence[NewLine]]],
    *,
    now: datetime,
) -> list[int]:
    """Leads that nobody knew, with their whole histories; their ids, in the same order."""
    if not made:
        return []
    standings = [_read(lines) for _, lines in made]
    columns = [lead | _stands_as(stands) for (lead, _), stands in zip(made, standings, strict=True)]
    returned = insert(Lead).returning(col(Lead.id), sort_by_parameter_order=True)
    ids = list(session.scalars(returned, columns))

    teams = _teams(session, workspace_id, (history for _, history in made))
    lines = [
        _line(workspace_id, lead_id, line, teams, now=now)
        for lead_id, (_, history) in zip(ids, made, strict=True)
        for line in history
    ]
    session.execute(insert(LeadEvent), lines)
    handoffs = [
        _handoff(workspace_id, lead_id, lead["source_id"], number, cycle)
        for lead_id, (lead, _), stands in zip(ids, made, standings, strict=True)
        for number, cycle in enumerate(stands.cycles, start=1)
    ]
    if handoffs:
        session.execute(insert(Handoff), handoffs)
    return ids


def refresh(lead: Lead, columns: Mapping[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    different = {name: value for name, value in columns.items() if getattr(lead, name) != value}
    for name, value in different.items():
        setattr(lead, name, value)
    return bool(different)


def facts_of(lead: Mapping[str, Any], source_name: str) -> dict[str, Any]:
    """What promises depend on, by the names that ``handoff.facts_of`` gives."""
    return {
        "source": source_name,
        "score": lead["score"],
        "region": lead["region"],
        "product": lead["product"],
        "amount": lead["amount_minor"],
        "known": known(lead, source_name),
    }


class Histories:
    """The histories of known leads, read once, grown by ``add`` and written by ``write``."""

    def __init__(self, session: Session, workspace_id: int) -> None:
        self._session, self._workspace_id = session, workspace_id
        self._lines: defaultdict[int, list[LeadEvent]] = defaultdict(list)
        self._keys: defaultdict[int, set[str]] = defaultdict(set)
        self._added: defaultdict[int, list[NewLine]] = defaultdict(list)
        self._leads: dict[int, Lead] = {}
        self._names: dict[int, str] = {}

    def read(self, lead_ids: Collection[int]) -> None:
        """Read the histories that lines are to be added to."""
        if not lead_ids:
            return
        for line in leads.histories(self._session, self._workspace_id, list(lead_ids)):
            self._lines[line.lead_id].append(line)
            self._keys[line.lead_id].add(line.key)
        for lead_id, key in queries.idle_keys(self._session, self._workspace_id, lead_ids):
            self._keys[lead_id].add(key)

    def facts_of(self, lead: Lead) -> dict[str, Any]:
        if lead.source_id and lead.source_id not in self._names:
            found = queries.source_names(self._session, self._workspace_id, [lead.source_id])
            self._names |= found
        name = self._names[lead.source_id] if lead.source_id else ""
        return facts_of(lead.model_dump(include=READS), name)

    def add(self, lead: Lead, lines: Iterable[NewLine]) -> bool:
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
            _line(self._workspace_id, lead_id, line, teams, now=now)
            for lead_id, added in self._added.items()
            for line in added
        ]
        self._session.execute(insert(LeadEvent), lines)
        kept = self._handoffs()
        for lead_id, lead in self._leads.items():
            stands = _read([*self._lines[lead_id], *self._added[lead_id]])
            refresh(lead, _stands_as(stands))
            self._keep_handoffs(lead, stands, kept[lead_id])
        self._session.flush()

    def _handoffs(self) -> defaultdict[int, dict[int, Handoff]]:
        kept: defaultdict[int, dict[int, Handoff]] = defaultdict(dict)
        for row in queries.handoffs_of_leads(self._session, self._workspace_id, self._leads):
            kept[row.lead_id][row.cycle] = row
        return kept

    def _keep_handoffs(self, lead: Lead, stands: Standing, kept: dict[int, Handoff]) -> None:
        for number, cycle in enumerate(stands.cycles, start=1):
            columns = _handoff(self._workspace_id, lead.id, lead.source_id, number, cycle)
            row = kept.pop(number, None)
            if row is None:
                self._session.add(Handoff(**columns))
                continue
            for name in Cycle.__dataclass_fields__:
                setattr(row, name, columns[name])
        for row in kept.values():
            self._session.delete(row)


def _read(lines: Iterable[NewLine | LeadEvent]) -> Standing:
    # A Line's attributes could be set, those of a row told by a file cannot; nobody sets any.
    return standing(cast("Iterable[Line]", lines))


def _stands_as(stands: Standing) -> Columns:
    return {
        "stage": Stage(stands.stage),
        "owner_id": stands.owner_id,
        "handed_off_at": stands.handed_off_at,
        "won_at": stands.won_at,
    }


def _teams(session: Session, workspace_id: int, told: Iterable[Sequence[NewLine]]) -> Teams:
    people = ((line.by_id, line.owner_id) for lines in told for line in lines)
    return Teams(session, workspace_id, chain.from_iterable(people))


def _line(
    workspace_id: int, lead_id: int, line: NewLine, teams: Teams, *, now: datetime
) -> Columns:
    with_whom = teams.facts(Happening(line.kind), by_id=line.by_id, owner_id=line.owner_id)
    return {
        "workspace_id": workspace_id,
        "lead_id": lead_id,
        "kind": Happening(line.kind),
        "at": line.at,
        "recorded_at": now,
        "key": line.key,
        "by_id": line.by_id,
        "owner_id": line.owner_id,
        "reason": line.reason,
        "note": line.note,
        "facts": dict(line.facts or {}) | with_whom or None,
    }


def _handoff(
    workspace_id: int, lead_id: int, source_id: int | None, number: int, cycle: Cycle
) -> Columns:
    columns = {name: getattr(cycle, name) for name in Cycle.__dataclass_fields__}
    return {
        "workspace_id": workspace_id,
        "lead_id": lead_id,
        "source_id": source_id,
        "cycle": number,
        **columns,
    }
