"""Of a handoff told twice one line counts: whoever tells it, and whatever is told later."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.correction import correct
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import hand_off
from alignment.leads.history import queries
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event, undo_event
from alignment.leads.intake import NewLead, source_id_of
from alignment.leads.models import Handoff, Lead, LeadEvent
from alignment.leads.touches import record_touch
from alignment.sla.models import Timer
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.timers.queries import timers_of_leads
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.leads.test_correction import sign

HOUR = timedelta(hours=1)
EIGHT, TEN, ELEVEN, NOON = (MONDAY_NINE + hours * HOUR for hours in (-1, 1, 2, 3))


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    """Handed off to Sam by Mona on Monday at nine, and from the fair."""
    lead = make_lead(session, acme, source_id=source_id_of(session, acme.id, "Fair"))
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return lead


def tell(session: Session, lead: Lead, kind: EventKind, *, at, **columns: object) -> LeadEvent:
    event = NewLeadEvent(kind=kind, at=at, **columns)  # type: ignore[arg-type]
    return record_event(session, lead, event, now=NOON)


def tell_in_bulk(session: Session, lead: Lead, kind: EventKind, *, at, **columns: object) -> None:
    event = NewLeadEvent(kind=kind, at=at, **columns)  # type: ignore[arg-type]
    told = HistoryAddition(lead=lead, events=(event,))
    add_history(session, lead.workspace_id, [told], now=NOON)


BOTH_WAYS = pytest.mark.parametrize("told", [tell, tell_in_bulk], ids=["alone", "in a file"])


@BOTH_WAYS
def test_a_handoff_told_again_is_written_down_and_is_no_second_one(session, ada, told):
    told(session, ada, EventKind.HANDED_OFF, at=TEN)

    assert [x.handed_off_at for x in handoffs(session, ada)] == [MONDAY_NINE]
    again = queries.full_history_of(session, ada)[-1]
    assert (again.kind, again.at, again.counts) == (EventKind.HANDED_OFF, TEN, False)


@BOTH_WAYS
def test_a_return_told_late_makes_it_a_second_one(session, ada, told):
    told(session, ada, EventKind.HANDED_OFF, at=ELEVEN)

    told(session, ada, EventKind.RETURNED, at=TEN)

    assert [x.handed_off_at for x in handoffs(session, ada)] == [MONDAY_NINE, ELEVEN]


def test_without_that_return_it_is_one_again(session, acme, ada):
    tell(session, ada, EventKind.HANDED_OFF, at=ELEVEN)
    returned = tell(session, ada, EventKind.RETURNED, at=TEN, by_id=acme.sam.id)

    undo_event(session, ada, returned, by=acme.sam, now=NOON)

    assert [x.handed_off_at for x in handoffs(session, ada)] == [MONDAY_NINE]


@BOTH_WAYS
def test_whom_a_handoff_told_again_gives_the_lead_to_has_it_from_then_on(session, acme, ada, told):
    told(session, ada, EventKind.HANDED_OFF, at=TEN, owner_id=acme.olga.id)

    assert ada.owner_id == acme.olga.id
    lines = [(x.kind, x.at, x.owner_id) for x in queries.history_of(session, ada) if x.counts]
    assert lines[-1] == (EventKind.ASSIGNED, TEN, acme.olga.id)


@BOTH_WAYS
def test_an_earlier_time_told_later_keeps_owner_and_source(session, acme, ada, told):
    correct(session, ada, NewLead(name="Ada", source="Web"), by=acme.mona, now=TEN)

    told(session, ada, EventKind.HANDED_OFF, at=EIGHT)

    [handoff] = handoffs(session, ada)
    assert (handoff.handed_off_at, handoff.owner_id) == (EIGHT, acme.sam.id)
    assert handoff.source_id == source_id_of(session, acme.id, "Fair")


def test_after_a_kept_promise_the_same_handoff_starts_no_second_clock(session, acme):
    sign(session, acme, light_agreement())
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    record_touch(session, lead, EventKind.CALLED, by=acme.sam, now=TEN)

    tell_in_bulk(session, lead, EventKind.HANDED_OFF, at=ELEVEN)
    refresh_leads(session, acme.id, [lead.id], now=NOON)

    assert [x.cycle for x in touch_clocks(session, lead)] == [1]


def handoffs(session: Session, lead: Lead) -> list[Handoff]:
    return list(queries.handoffs_of(session, lead))


def touch_clocks(session: Session, lead: Lead) -> list[Timer]:
    timers = timers_of_leads(session, lead.workspace_id, [lead.id])
    return [timer for timer in timers if timer.target_key == "first_touch"]
