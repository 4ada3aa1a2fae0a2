from sqlmodel import Session, col, select

from alignment.events import publish
from alignment.journal.models import JournalEntry
from alignment.leads.events import LeadReturned
from tests.factories import MONDAY_NINE, Cast, make_lead


def test_every_event_is_written_down_with_its_facts(session: Session, acme: Cast) -> None:
    lead = make_lead(session, acme)

    returned = LeadReturned(
        workspace_id=acme.id,
        at=MONDAY_NINE,
        lead_id=lead.id,
        by_id=acme.sam.id,
        happened_at=MONDAY_NINE,
        reason="no_budget",
    )
    publish(session, returned)

    kept = session.exec(select(JournalEntry).order_by(col(JournalEntry.id).desc())).first()
    assert kept is not None
    assert kept.kind == "lead_returned"
    assert kept.at == MONDAY_NINE
    assert kept.facts == {
        "lead_id": lead.id,
        "by_id": acme.sam.id,
        "happened_at": "2027-03-01T08:00:00+00:00",
        "reason": "no_budget",
        "note": "",
    }
