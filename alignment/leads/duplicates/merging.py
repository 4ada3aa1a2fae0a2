"""Merge a duplicate lead into another one, and undo that within ten minutes.

Every event of the merged lead is copied to the survivor under its own key, so that importing it
again adds nothing; ``merged_history`` decides which copies count. The originals stay with the
merged lead but are marked undone, so its clocks end and no metric counts it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish_many
from alignment.leads.correction import record_changed_facts
from alignment.leads.duplicates import queries
from alignment.leads.duplicates.merged_history import MergedHistory, merge_histories
from alignment.leads.event_kinds import EventKind
from alignment.leads.events import LeadAbsorbed, LeadMerged, MergeUndone, change_fields
from alignment.leads.fields import LEAD_FIELDS, SOURCE
from alignment.leads.history import queries as history_queries
from alignment.leads.history.current_facts import current_facts
from alignment.leads.history.facts import Facts
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import UNDO_WITHIN, record_event, refresh_lead
from alignment.leads.models import Lead, LeadEvent

NOT_COPIED_KINDS = frozenset({EventKind.ARRIVED, EventKind.MERGED})
"""Lines that say when this record came and went; they are told nowhere else."""
GAP_COLUMNS = (
    "email_key",
    *(field.stored_in for field in LEAD_FIELDS if field.name not in ("name", "external_id")),
)
"""Where the survivor has nothing, it takes what the other record has."""


def merge(session: Session, loser: Lead, *, into: Lead, by: User, now: datetime) -> LeadEvent:
    """Let ``loser`` live on as ``into``, which fills its gaps and keeps the earliest handoff."""
    _refuse_unfit(loser, into)

    filled = _fill_gaps(into, loser)
    session.add(into)
    session.flush()
    done = _copy_events(session, loser, into, now=now)
    changed = _record_changed_facts(session, into, by=by, now=now)
    loser.merged_into_id = into.id
    event = NewLeadEvent(
        kind=EventKind.MERGED,
        at=now,
        by_id=by.id,
        facts=done | {"filled": filled, "facts": changed},
    )
    line = record_event(session, loser, event, now=now)
    publish_many(
        session,
        [
            LeadMerged(**change_fields(loser, by=by, now=now), into_id=into.id),
            LeadAbsorbed(**change_fields(into, by=by, now=now), from_id=loser.id),
        ],
    )
    return line


def undo_merge(session: Session, loser: Lead, *, by: User, now: datetime) -> Lead:
    """Make two leads of them again; returns the one that was the survivor."""
    line = queries.merge_event_of(session, loser)
    if line is None or loser.merged_into_id is None:
        raise Refused(f"{loser.name} is a lead of its own.")
    into = session.get_one(Lead, loser.merged_into_id)
    if line.by_id != by.id or now - line.recorded_at > UNDO_WITHIN:
        raise Refused("Only the person who merged them can undo it, within ten minutes.")
    if queries.has_events_since(session, into, line):
        raise Refused(f"Somebody has acted on {into.name} since. Undo that first.")

    _restore_history(session, loser, into, line, now=now)
    for lead in (loser, into):
        refresh_lead(session, lead, now=now)
    publish_many(
        session, [MergeUndone(**change_fields(lead, by=by, now=now)) for lead in (loser, into)]
    )
    return into


def may_undo_merge(line: LeadEvent, *, by: User, now: datetime) -> bool:
    """Whether this person may still ask for it."""
    return line.by_id == by.id and now - line.recorded_at <= UNDO_WITHIN


def _refuse_unfit(loser: Lead, into: Lead) -> None:
    if loser.workspace_id != into.workspace_id:
        raise Refused("Leads of two companies are never one.")
    if loser.id == into.id:
        raise Refused("That is the same record already.")
    for lead in (loser, into):
        if lead.merged_into_id is not None:
            raise Refused(f"{lead.name} was merged into another lead before.")


def _fill_gaps(into: Lead, loser: Lead) -> dict[str, Any]:
    """What the survivor lacked and has now; the values are those from before."""
    wanted = {
        name: getattr(loser, name)
        for name in GAP_COLUMNS
        if _is_gap(getattr(into, name)) and not _is_gap(getattr(loser, name))
    }
    if "amount_minor" in wanted:
        wanted["currency"] = loser.currency
    if into.name in (into.email, into.external_id) and loser.name not in (
        loser.email,
        loser.external_id,
    ):
        wanted["name"] = loser.name
    if details := {k: v for k, v in loser.details.items() if k not in into.details}:
        wanted["details"] = into.details | details
    before = {name: getattr(into, name) for name in wanted}
    for name, value in wanted.items():
        setattr(into, name, value)
    if loser.arrived_at < into.arrived_at:
        before["arrived_at"] = into.arrived_at.isoformat()
        into.arrived_at = loser.arrived_at
    return before


def _is_gap(value: object) -> bool:
    """Nothing is known; a score or an amount of 0 is something."""
    return value is None or value is False or value == ""


def _copy_events(
    session: Session, loser: Lead, into: Lead, *, now: datetime
) -> dict[str, list[int]]:
    """Tell the merged lead's lines on the survivor; the numbers of all lines this touched."""
    merged_events = [
        x for x in history_queries.history_of(session, loser) if x.kind not in NOT_COPIED_KINDS
    ]
    merged_history = merge_histories(
        [x for x in history_queries.history_of(session, into) if not x.is_repeated],
        [x for x in merged_events if not x.is_repeated],
    )
    existing_keys = history_queries.event_keys_of(session, into)
    copies = [
        _copy(line, into, counts=line.id in merged_history.counting_ids, now=now)
        for line in merged_events
        if line.dedupe_key not in existing_keys
    ]
    _set_facts_of_earlier_handoff(session, into, copies, merged_history, merged_events)
    replaced = [session.get_one(LeadEvent, line_id) for line_id in merged_history.earlier_handoffs]
    copies += [
        _assignment_of_replaced_handoff(line, loser, now=now) for line in replaced if line.owner_id
    ]
    for line in (*merged_events, *replaced):
        line.undone_at = now
    session.add_all([*copies, *merged_events, *replaced])
    session.flush()
    refresh_lead(session, into, now=now)
    return {
        "copied": [line.id for line in copies],
        "moved": [line.id for line in merged_events],
        "replaced": [line.id for line in replaced],
    }


def _copy(line: LeadEvent, into: Lead, *, counts: bool, now: datetime) -> LeadEvent:
    columns = line.model_dump(exclude={"id", "lead_id", "undone_at"})
    return LeadEvent(**columns, lead_id=into.id, undone_at=None if counts else now)


def _set_facts_of_earlier_handoff(
    session: Session,
    into: Lead,
    copies: Iterable[LeadEvent],
    told: MergedHistory,
    theirs: Sequence[LeadEvent],
) -> None:
    """An earlier handoff counts for the survivor, whose facts choose the promise; it counts under
    the source that the survivor had when it was handed off, not under that of today.
    """
    replaced_id = {earlier_id: own_id for own_id, earlier_id in told.earlier_handoffs.items()}
    own_handoffs = {line.dedupe_key: replaced_id.get(line.id) for line in theirs}
    for line in copies:
        if own_id := own_handoffs[line.dedupe_key]:
            facts = (line.facts or {}) | current_facts(session, into)
            line.facts = facts | _source_at(session.get_one(LeadEvent, own_id), facts)


def _source_at(handoff: LeadEvent, otherwise: Facts) -> dict[str, object]:
    source = (handoff.facts or {}).get(SOURCE.name) or otherwise[SOURCE.name]
    return {SOURCE.name: source}


def _assignment_of_replaced_handoff(line: LeadEvent, loser: Lead, *, now: datetime) -> LeadEvent:
    """Who got the survivor by the handoff that counts no more still has it."""
    return LeadEvent(
        workspace_id=line.workspace_id,
        lead_id=line.lead_id,
        kind=EventKind.ASSIGNED,
        at=line.at,
        recorded_at=now,
        dedupe_key=f"merged:{loser.id}:{line.id}",
        by_id=line.by_id,
        owner_id=line.owner_id,
        facts=line.facts,
    )


def _record_changed_facts(session: Session, into: Lead, *, by: User, now: datetime) -> list[int]:
    """Tell what promises depend on where the survivor differs from what its history says."""
    recorded_facts: dict[str, object] = {}
    for line in history_queries.history_of(session, into):
        recorded_facts |= line.facts or {}
    recorded = record_changed_facts(session, into, recorded_facts, by=by, now=now)
    return [] if recorded is None else [recorded.id]


def _restore_history(
    session: Session, loser: Lead, into: Lead, line: LeadEvent, *, now: datetime
) -> None:
    merge_facts = line.facts or {}
    events_to_undo = history_queries.events_with_ids(
        session, into, [*merge_facts["copied"], *merge_facts["facts"]]
    )
    # What somebody took back on the survivor meanwhile was said by mistake of the other as well.
    taken_back = {_fact_of(event) for event in events_to_undo if event.is_retracted}
    for event in events_to_undo:
        _mark_undone(event, now=now)
    _mark_undone(line, now=now)
    restored = history_queries.events_with_ids(session, into, merge_facts["replaced"])
    for event in (
        *restored,
        *history_queries.events_with_ids(session, loser, merge_facts["moved"]),
    ):
        if _fact_of(event) not in taken_back:
            event.undone_at = None
    _restore_gaps(into, loser, merge_facts["filled"])
    loser.merged_into_id = None
    session.add_all([into, loser])
    session.flush()


def _restore_gaps(into: Lead, loser: Lead, before: dict[str, Any]) -> None:
    """Take out again what was filled in; what somebody put right since stays."""
    for name, value in before.items():
        if name == "arrived_at":
            into.arrived_at = datetime.fromisoformat(value)
        elif name == "details":
            gained = loser.details.keys() - value.keys()
            into.details = {k: v for k, v in into.details.items() if k not in gained}
        elif getattr(into, name) == getattr(loser, name):
            setattr(into, name, value)


def _mark_undone(line: LeadEvent, *, now: datetime) -> None:
    line.undone_at, line.dedupe_key = line.undone_at or now, None


def _fact_of(line: LeadEvent) -> tuple[EventKind, datetime, int | None]:
    """What makes two lines one fact, as in ``NewLeadEvent.dedupe_key``."""
    return line.kind, line.at, line.by_id
