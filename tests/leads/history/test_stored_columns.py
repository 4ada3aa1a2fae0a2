"""A handoff is stored with the source that was known when it was made."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.leads.correction import correct
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.history import queries
from alignment.leads.history.recording import undo_event
from alignment.leads.intake import NewLead, source_id_of
from alignment.leads.models import Lead
from tests.factories import MONDAY_NINE, Cast, make_lead

HOUR = timedelta(hours=1)
ONE, TWO = MONDAY_NINE + HOUR, MONDAY_NINE + 2 * HOUR


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    """From the fair, and handed off on Monday at nine."""
    lead = make_lead(session, acme, source_id=source_id_of(session, acme.id, "Fair"))
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return lead


def test_after_a_correction_the_next_handoff_counts_under_the_new_source_only(
    session: Session, acme: Cast, ada: Lead
):
    fair, web = (source_id_of(session, acme.id, name) for name in ("Fair", "Web"))
    correct(session, ada, NewLead(name="Ada", source="web"), by=acme.mona, now=ONE)
    return_to_marketing(session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=ONE)
    answer_return(session, ada, answer=ReturnAnswer.FIXED, by=acme.mona, now=TWO)

    assert sources_of(session, ada) == [fair, web]


def test_an_undone_and_repeated_return_gives_the_handoff_no_other_source(
    session: Session, acme: Cast, ada: Lead
):
    returned = return_to_marketing(session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=ONE)
    correct(session, ada, NewLead(name="Ada", source="Web"), by=acme.mona, now=ONE)
    undo_event(session, ada, returned, by=acme.sam, now=ONE)

    assert sources_of(session, ada) == [source_id_of(session, acme.id, "Fair")]


def test_who_had_no_source_when_handed_off_has_none_in_that_handoff(session: Session, acme: Cast):
    bo = make_lead(session, acme, "Bo")
    hand_off(session, bo, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)

    correct(session, bo, NewLead(name="Bo", source="Web"), by=acme.mona, now=ONE)

    assert sources_of(session, bo) == [None]


def sources_of(session: Session, lead: Lead) -> list[int | None]:
    return [handoff.source_id for handoff in queries.handoffs_of(session, lead)]
