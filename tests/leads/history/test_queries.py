"""Every SELECT about history. Workspace or person is the scope."""

import pytest
from sqlmodel import Session

from alignment.errors import NotFound
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    accept,
    answer_return,
    return_to_marketing,
)
from alignment.leads.history import queries as history_queries
from alignment.leads.history.recording import undo_event
from tests.factories import MONDAY_NINE, Cast
from tests.leads.test_queries import HOUR, handed


def test_the_last_handoff_tells_whom_to_ask(session: Session, acme: Cast):
    ada = handed(session, acme, "Ada")
    return_to_marketing(session, ada, reason=ReturnReason.SPAM, by=acme.sam, now=MONDAY_NINE + HOUR)
    answer_return(session, ada, answer=ReturnAnswer.FIXED, by=acme.olga, now=MONDAY_NINE + 2 * HOUR)

    assert history_queries.handed_off_by(session, acme.id, [ada.id]) == {ada.id: acme.olga.id}


def test_the_newest_line_is_what_counts_and_was_written_last(session: Session, acme: Cast):
    ada = handed(session, acme, "Ada")
    taken_back = accept(session, ada, by=acme.sam, now=MONDAY_NINE + HOUR)
    undo_event(session, ada, taken_back, by=acme.sam, now=MONDAY_NINE + HOUR)

    newest = history_queries.newest_events(session, acme.id, [ada.id])

    assert newest[ada.id].kind is EventKind.HANDED_OFF


def test_what_a_person_said_lately(session: Session, acme: Cast):
    ada = handed(session, acme, "Ada")
    line = accept(session, ada, by=acme.sam, now=MONDAY_NINE + HOUR)
    kinds = {EventKind.ACCEPTED}

    said = history_queries.events_by(session, acme.sam, kinds, since=MONDAY_NINE + HOUR, limit=9)

    assert [(news.lead, news.event) for news in said] == [(ada, line)]
    assert not history_queries.events_by(
        session, acme.sam, kinds, since=MONDAY_NINE + 2 * HOUR, limit=9
    )
    assert not history_queries.events_by(session, acme.mona, kinds, since=MONDAY_NINE, limit=9)


def test_whoever_handed_off_hears_what_others_decided(session: Session, acme: Cast):
    ada = handed(session, acme, "Ada")
    line = accept(session, ada, by=acme.sam, now=MONDAY_NINE + HOUR)
    kinds = {EventKind.ACCEPTED, EventKind.HANDED_OFF}

    news = history_queries.events_on_own_handoffs(
        session, acme.mona, kinds, since=MONDAY_NINE, limit=9
    )

    assert [each.event for each in news] == [line]
    assert not history_queries.events_on_own_handoffs(
        session, acme.sam, kinds, since=MONDAY_NINE, limit=9
    )


def test_a_line_of_another_lead_is_not_there(session: Session, acme: Cast):
    ada, bo = handed(session, acme, "Ada"), handed(session, acme, "Bo")
    line = history_queries.history_of(session, ada)[0]

    with pytest.raises(NotFound):
        history_queries.event_of(session, bo, line.id)


def test_more_leads_than_one_statement_can_name_are_asked_for(session, acme):
    lead = handed(session, acme, "Ada Byron")

    facts = history_queries.facts_of_leads(session, acme.id, range(lead.id, lead.id + 70_000))

    assert list(facts) == [lead.id]
