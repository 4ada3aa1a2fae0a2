"""Put right what is known about a lead; where promises depend on it, its history says so."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.events import publish
from alignment.leads.events import LeadCorrected
from alignment.leads.handoff import facts_of
from alignment.leads.happenings import Happening
from alignment.leads.history import record
from alignment.leads.intake import NewLead, columns_of
from alignment.leads.models import Lead, LeadEvent

Facts = Mapping[str, object]


def correct(session: Session, lead: Lead, new: NewLead, *, by: User, now: datetime) -> None:
    """Keep what is told now instead of what was known; its history stays."""
    if lead.merged_into_id is not None:
        raise Refused(f"{lead.name} was merged into another lead. Change that one.")
    told = columns_of(session, new, by)
    changed = {name: value for name, value in told.items() if getattr(lead, name) != value}
    if not changed:
        return

    before = facts_of(session, lead)
    for name, value in changed.items():
        setattr(lead, name, value)
    session.add(lead)
    session.flush()
    reprioritise(session, lead, before, by=by, now=now)
    publish(
        session,
        LeadCorrected(
            workspace_id=lead.workspace_id,
            at=now,
            lead_id=lead.id,
            by_id=by.id,
            happened_at=now,
            fields=tuple(sorted(changed)),
        ),
    )


def reprioritise(
    session: Session, lead: Lead, before: Facts, *, by: User, now: datetime
) -> LeadEvent | None:
    """Tell the history which facts that promises depend on are others now, if any are."""
    changed = moved(before, facts_of(session, lead))
    if not changed or lead.handed_off_at is None:
        # The first handoff tells all facts; before it nobody promised anything.
        return None
    return record(session, lead, Happening.REPRIORITISED, by=by, now=now, facts=changed)


def moved(before: Facts, after: Facts) -> dict[str, object]:
    """Only what changed, as it is now."""
    return {name: value for name, value in after.items() if before.get(name) != value}
