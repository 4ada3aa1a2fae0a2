"""Lines are added and never changed; one's own can be taken back within ten minutes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from alignment.errors import Refused
from alignment.journal.models import JournalEntry
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason, accept, hand_off, return_to_marketing
from alignment.leads.history import queries
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event, undo_event
from alignment.leads.models import Lead, Stage
from tests.factories import MONDAY_NINE, Cast, make_lead

MINUTE = timedelta(minutes=1)
TEN = MONDAY_NINE + timedelta(hours=1)


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    lead = make_lead(session, acme, "Ada Byron")
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)
    return lead


def test_the_same_fact_told_twice_is_one_line(session: Session, acme: Cast, ada: Lead):
    first = record_event(
        session, ada, NewLeadEvent(kind=EventKind.CALLED, at=TEN, by_id=acme.sam.id), now=TEN
    )

    again = record_event(
        session,
        ada,
        NewLeadEvent(kind=EventKind.CALLED, at=TEN, by_id=acme.sam.id),
        now=TEN + MINUTE,
    )

    assert again.id == first.id
    assert len(queries.history_of(session, ada)) == 2


def test_an_instant_given_in_another_zone_is_the_same_fact(session: Session, acme: Cast, ada: Lead):
    in_berlin = TEN.astimezone(ZoneInfo("Europe/Berlin"))
    first, again = (
        NewLeadEvent(kind=EventKind.CALLED, at=at, by_id=acme.sam.id) for at in (TEN, in_berlin)
    )

    stored = [record_event(session, ada, event, now=TEN) for event in (first, again)]

    assert stored[0].id == stored[1].id


def test_a_fact_told_late_keeps_its_own_time(session: Session, acme: Cast, ada: Lead):
    line = record_event(
        session,
        ada,
        NewLeadEvent(kind=EventKind.ACCEPTED, at=TEN - 30 * MINUTE, by_id=acme.sam.id),
        now=TEN,
    )

    assert (line.at, line.recorded_at) == (TEN - 30 * MINUTE, TEN)
    assert queries.handoffs_of(session, ada)[0].accepted_at == TEN - 30 * MINUTE


def test_an_undone_line_stays_visible_and_counts_for_nothing(
    session: Session, acme: Cast, ada: Lead
):
    line = accept(session, ada, by=acme.sam, now=TEN)

    undo_event(session, ada, line, by=acme.sam, now=TEN + 10 * MINUTE)

    assert ada.stage is Stage.HANDED_OFF
    assert line in queries.full_history_of(session, ada)
    assert line not in queries.history_of(session, ada)
    assert queries.handoffs_of(session, ada)[0].accepted_at is None


def test_others_hear_that_a_line_was_taken_back(session: Session, acme: Cast, ada: Lead):
    line = accept(session, ada, by=acme.sam, now=TEN)

    undo_event(session, ada, line, by=acme.sam, now=TEN + MINUTE)

    assert "lead_event_undone" in session.exec(select(JournalEntry.kind)).all()


def test_after_undoing_the_same_can_be_said_again(session: Session, acme: Cast, ada: Lead):
    line = accept(session, ada, by=acme.sam, now=TEN)
    undo_event(session, ada, line, by=acme.sam, now=TEN)

    accept(session, ada, by=acme.sam, now=TEN)

    assert ada.stage is Stage.ACCEPTED
    assert len(queries.full_history_of(session, ada)) == 3


def test_after_ten_minutes_it_is_too_late_to_undo(session: Session, acme: Cast, ada: Lead):
    line = accept(session, ada, by=acme.sam, now=TEN)

    with pytest.raises(Refused, match="more than ten minutes ago"):
        undo_event(session, ada, line, by=acme.sam, now=TEN + 10 * MINUTE + timedelta(seconds=1))

    assert ada.stage is Stage.ACCEPTED


def test_nobody_undoes_what_another_person_did(session: Session, acme: Cast, ada: Lead):
    line = accept(session, ada, by=acme.sam, now=TEN)

    with pytest.raises(Refused, match="Only the person who did this"):
        undo_event(session, ada, line, by=acme.olga, now=TEN)


def test_nothing_is_undone_twice(session: Session, acme: Cast, ada: Lead):
    line = accept(session, ada, by=acme.sam, now=TEN)
    undo_event(session, ada, line, by=acme.sam, now=TEN)

    with pytest.raises(Refused, match="only once"):
        undo_event(session, ada, line, by=acme.sam, now=TEN)


def test_undoing_a_handoff_takes_its_row_away(session: Session, acme: Cast):
    lead = make_lead(session, acme, "Bo Yu")
    line = hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    undo_event(session, lead, line, by=acme.mona, now=MONDAY_NINE + MINUTE)

    assert (lead.stage, lead.owner_id, lead.handed_off_at) == (Stage.NEW, None, None)
    assert queries.handoffs_of(session, lead) == []


def test_an_undone_return_gives_sales_the_lead_back(session: Session, acme: Cast, ada: Lead):
    accept(session, ada, by=acme.sam, now=TEN)
    line = return_to_marketing(
        session, ada, reason=ReturnReason.SPAM, by=acme.sam, now=TEN + MINUTE
    )

    undo_event(session, ada, line, by=acme.sam, now=TEN + 2 * MINUTE)

    assert ada.stage is Stage.ACCEPTED


def test_a_handoff_that_sales_acted_on_cannot_be_undone(session: Session, acme: Cast):
    lead = make_lead(session, acme, "Bo Yu")
    line = hand_off(session, lead, by=acme.mona, now=TEN)
    accept(session, lead, by=acme.sam, now=TEN + MINUTE)

    with pytest.raises(Refused, match="Sales has acted on Bo Yu already"):
        undo_event(session, lead, line, by=acme.mona, now=TEN + 2 * MINUTE)

    assert (lead.stage, lead.handed_off_at) == (Stage.ACCEPTED, TEN)
