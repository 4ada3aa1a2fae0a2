"""Many leads and lines at once mean the same as one by one."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from alignment import db
from alignment.journal.models import JournalEntry
from alignment.leads import handoff
from alignment.leads.bulk.changes import RowChange
from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.bulk.upsert import LeadUpsert, upsert_leads
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import accept, hand_off
from alignment.leads.history import queries as leads
from alignment.leads.history import recording
from alignment.leads.history.current_facts import current_facts
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.intake import NewLead
from alignment.leads.models import Lead, LeadEvent, Source, Stage
from alignment.sla.models import Timer
from tests.factories import MONDAY_NINE, make_cast, make_lead

FEBRUARY = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2027, 2, 3, 14, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(*lines: NewLeadEvent, owner_id: int | None = None, **told: object) -> LeadUpsert:
    return LeadUpsert(fields=NewLead.model_validate(told), events=lines, owner_id=owner_id)


def handed_off(at: datetime = FEBRUARY) -> NewLeadEvent:
    return NewLeadEvent(kind=EventKind.HANDED_OFF, at=at)


def won(at: datetime = LATER) -> NewLeadEvent:
    return NewLeadEvent(kind=EventKind.WON, at=at)


def take_in(session, acme, *rows: LeadUpsert) -> list[RowChange]:
    return [one.change for one in upsert_leads(session, acme.id, rows, now=MONDAY_NINE)]


def the_lead(session) -> Lead:
    return session.exec(select(Lead)).one()


def test_a_new_lead_stands_where_its_history_says(session, acme):
    taken = upsert_leads(
        session,
        acme.id,
        [row(handed_off(), won(), external_id="A1", source="Fair", name="Ada Byron")],
        now=MONDAY_NINE,
    )

    lead = the_lead(session)
    [story] = leads.handoffs_of(session, lead)
    assert taken[0].lead_id == lead.id
    assert (lead.stage, lead.arrived_at, lead.won_at) == (Stage.WON, FEBRUARY, LATER)
    assert (story.handed_off_at, story.won_at) == (FEBRUARY, LATER)
    assert story.source_id == session.exec(select(Source)).one().id


def test_a_handoff_in_bulk_knows_the_same_facts_as_one_by_hand(session, acme):
    told: dict[str, Any] = {
        "source": "Fair",
        "score": 7,
        "region": "North",
        "product": "Scales",
    }
    take_in(session, acme, row(handed_off(), external_id="A1", amount_minor=500, **told))
    lead = the_lead(session)

    by_hand = current_facts(session, lead)

    [line] = [x for x in leads.history_of(session, lead) if x.kind is EventKind.HANDED_OFF]
    known = ["amount", "product", "region", "score", "source"]
    assert line.facts == by_hand == {**told, "amount": 500, "known": known}


def test_reading_a_bulk_history_again_one_by_one_changes_nothing(session, acme):
    lines = (handed_off(), NewLeadEvent(kind=EventKind.RETURNED, at=LATER, reason="no_fit"))
    take_in(session, acme, row(*lines, external_id="A1", owner_id=acme.sam.id))
    lead = the_lead(session)
    before = [lead.model_dump(), *(x.model_dump() for x in leads.handoffs_of(session, lead))]

    recording.refresh_lead(session, lead, now=LATER)

    after = [lead.model_dump(), *(x.model_dump() for x in leads.handoffs_of(session, lead))]
    assert after == before


def test_the_same_rows_again_change_nothing(session, acme):
    rows = [row(handed_off(), external_id="A1", name="Ada", source="Fair", owner_id=acme.sam.id)]
    take_in(session, acme, *rows)

    assert take_in(session, acme, *rows) == [RowChange.UNCHANGED]
    assert len(session.exec(select(LeadEvent)).all()) == 2
    assert len(session.exec(select(JournalEntry)).all()) == 1


def test_a_cell_left_empty_says_nothing_about_a_known_lead(session, acme):
    take_in(session, acme, row(external_id="A1", name="Ada", company="Globex", do_not_call=True))

    change = take_in(session, acme, row(external_id="A1", name="", do_not_call=False))

    assert change == [RowChange.UNCHANGED]
    assert (the_lead(session).company, the_lead(session).do_not_call) == ("Globex", True)


def test_what_differs_is_put_right(session, acme):
    take_in(session, acme, row(external_id="A1", score=3))

    assert take_in(session, acme, row(external_id="A1", score=0)) == [RowChange.UPDATED]
    assert the_lead(session).score == 0


def test_a_lead_is_known_by_its_address_in_any_case(session, acme):
    make_lead(session, acme, email="Ada@byron.example", email_key="ada@byron.example")

    change = take_in(session, acme, row(external_id="A1", email="ADA@byron.example"))

    assert change == [RowChange.UPDATED]
    assert the_lead(session).external_id == "A1"


def test_an_id_is_not_replaced_by_another_one_for_the_same_address(session, acme):
    take_in(session, acme, row(external_id="A1", email="ada@byron.example"))

    [taken] = upsert_leads(
        session, acme.id, [row(external_id="B7", email="ada@byron.example")], now=MONDAY_NINE
    )

    assert (taken.change, taken.kept_external_id) == (RowChange.UNCHANGED, "A1")
    assert the_lead(session).external_id == "A1"


def test_two_spellings_of_a_source_are_one(session, acme):
    take_in(
        session,
        acme,
        row(external_id="A1", source="Google"),
        row(external_id="A2", source="google"),
    )

    assert [source.name for source in session.exec(select(Source))] == ["Google"]


def test_leads_of_another_workspace_are_not_known_here(session, acme, stella):
    upsert_leads(session, stella.workspace_id, [row(external_id="A1")], now=MONDAY_NINE)

    assert take_in(session, acme, row(external_id="A1")) == [RowChange.CREATED]


def test_a_lead_that_has_an_owner_keeps_it(session, acme):
    take_in(session, acme, row(external_id="A1", owner_id=acme.sam.id))

    change = take_in(session, acme, row(external_id="A1", owner_id=acme.olga.id))

    assert change == [RowChange.UNCHANGED]
    assert the_lead(session).owner_id == acme.sam.id


def test_a_new_handoff_of_a_lead_that_was_returned_is_a_second_cycle(session, acme):
    returned = NewLeadEvent(kind=EventKind.RETURNED, at=FEBRUARY + HOUR)
    take_in(session, acme, row(handed_off(), returned, external_id="A1"))

    change = take_in(session, acme, row(handed_off(LATER), external_id="A1"))

    lead = the_lead(session)
    assert change == [RowChange.UPDATED]
    assert [x.handed_off_at for x in leads.handoffs_of(session, lead)] == [FEBRUARY, LATER]


def test_a_fact_told_twice_is_one_line(session, acme):
    take_in(session, acme, row(handed_off(), external_id="A1"))
    told = HistoryAddition(
        lead=the_lead(session), events=(won(),), amount_minor=90_000, currency="EUR"
    )

    first = add_history(session, acme.id, [told, told], now=MONDAY_NINE)
    again = add_history(session, acme.id, [told], now=MONDAY_NINE)

    assert [*first, *again] == [RowChange.CREATED, RowChange.UNCHANGED, RowChange.UNCHANGED]
    assert the_lead(session).stage is Stage.WON
    assert the_lead(session).amount_minor == 90_000


def test_a_fact_told_by_hand_and_by_a_file_is_one_line(session, acme):
    lead = make_lead(session, acme)
    handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    same = NewLeadEvent(kind=EventKind.HANDED_OFF, at=MONDAY_NINE, by_id=acme.mona.id)

    change = add_history(
        session, acme.id, [HistoryAddition(lead=lead, events=(same,))], now=MONDAY_NINE
    )

    assert change == [RowChange.UNCHANGED]


def test_without_an_agreement_no_clock_starts(session, acme):
    take_in(session, acme, row(handed_off(), external_id="A1"))

    assert session.exec(select(Timer)).all() == []


def test_nothing_is_written_for_an_empty_batch(session, acme):
    assert take_in(session, acme) == []
    assert add_history(session, acme.id, [], now=MONDAY_NINE) == []


@pytest.mark.parametrize("count", [1, 700])
def test_answers_come_in_the_order_of_the_rows(session, acme, count):
    rows = [row(external_id=f"A{number}") for number in range(count)]

    taken = upsert_leads(session, acme.id, rows, now=MONDAY_NINE)

    named = {lead.id: lead.external_id for lead in session.exec(select(Lead))}
    assert [named[one.lead_id] for one in taken] == [f"A{number}" for number in range(count)]


def test_a_file_waits_for_whoever_works_on_a_lead_and_overlooks_nothing(postgresql_engine: Engine):
    with db.transaction(postgresql_engine) as session:
        acme = make_cast(session)
        ada = make_lead(session, acme, external_id="A1")
        hand_off(session, ada, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    returned = NewLeadEvent(kind=EventKind.RETURNED, at=MONDAY_NINE + HOUR, by_id=acme.sam.id)

    def tell() -> None:
        with db.transaction(postgresql_engine) as session:
            row = LeadUpsert(fields=NewLead(external_id="A1"), events=(returned,))
            upsert_leads(session, acme.id, [row], now=MONDAY_NINE + 3 * HOUR)

    with ThreadPoolExecutor(1) as file:
        with db.transaction(postgresql_engine) as session:
            lead = session.get_one(Lead, ada.id)
            accept(session, lead, by=acme.sam, now=MONDAY_NINE + 2 * HOUR)
            other = file.submit(tell)
            wait([other], timeout=0.5)
        other.result()

    with db.read_only_session(postgresql_engine) as session:
        assert session.get_one(Lead, ada.id).stage is Stage.ACCEPTED
