"""Add lines to the histories of many known leads, in one batch of a few hundred rows.

Without the checks of who may do what now, since the rows tell of the past. Listeners are called
once for the batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.stored_columns import update_columns
from alignment.leads.models import Lead


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryAddition:
    """History events to add to a known lead, and perhaps its amount."""

    lead: Lead
    events: tuple[NewLeadEvent, ...]
    amount_minor: int | None = None
    currency: str | None = None


def add_history(
    session: Session,
    workspace_id: int,
    told: Sequence[HistoryAddition],
    *,
    now: datetime,
    by_id: int | None = None,
) -> list[RowChange]:
    """Add lines to the histories of known leads; a line that is there already changes nothing."""
    histories = inserts.Histories(session, workspace_id)
    histories.read({addition.lead.id for addition in told})
    before = {addition.lead.id: histories.facts_of(addition.lead) for addition in told}
    worth_more = [update_columns(addition.lead, _amount_columns(addition)) for addition in told]
    changes = []
    for addition, is_worth_more in zip(told, worth_more, strict=True):
        facts = histories.facts_of(addition.lead)
        fact_changes = fact_change_events(
            addition.lead, before[addition.lead.id], facts, at=now, by_id=by_id
        )
        is_new = histories.add(addition.lead, with_facts((*addition.events, *fact_changes), facts))
        changes.append(_change(is_new=is_new, is_changed=is_worth_more))
    histories.write(now=now)

    changed = [
        (addition.lead.id, addition.events)
        for addition, change in zip(told, changes, strict=True)
        if change is not RowChange.UNCHANGED
    ]
    publish_imported(session, workspace_id, changed, now=now, by_id=by_id)
    return changes


def _amount_columns(told: HistoryAddition) -> dict[str, Any]:
    worth = {"amount_minor": told.amount_minor, "currency": told.currency}
    return {name: value for name, value in worth.items() if value is not None}


def _change(*, is_new: bool, is_changed: bool) -> RowChange:
    if is_new:
        return RowChange.CREATED
    return RowChange.UPDATED if is_changed else RowChange.UNCHANGED
