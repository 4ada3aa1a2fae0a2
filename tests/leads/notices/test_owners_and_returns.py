"""A new owner and marketing hear of leads by mail, once, while it still matters."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.leads.events import LeadAssigned, LeadHandedOff, LeadReturned
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    accept,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.models import Lead
from alignment.leads.notices import owners_and_returns
from alignment.leads.routing import assign
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.templates import Reader, render_notice
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user

TEN = MONDAY_NINE + timedelta(hours=1)


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    lead = make_lead(session, acme, "Ada Byron")
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return lead


def tell_owner(session: Session, lead: Lead, *, by: User | None, owner: User | None) -> None:
    event = LeadHandedOff(
        workspace_id=lead.workspace_id,
        at=MONDAY_NINE,
        lead_id=lead.id,
        by_id=by.id if by else None,
        happened_at=MONDAY_NINE,
        owner_id=owner.id if owner else None,
    )
    owners_and_returns.notify_new_owner(session, [event], due_first={})


def tell_return(session: Session, lead: Lead, *, by: User) -> None:
    event = LeadReturned(
        workspace_id=lead.workspace_id,
        at=TEN,
        lead_id=lead.id,
        by_id=by.id,
        happened_at=TEN,
        reason=ReturnReason.NO_FIT,
        note="Too small",
    )
    owners_and_returns.notify_marketing_of_return(session, [event], deadlines={})


def letters(session: Session, kind: str) -> list[Delivery]:
    found = select(Delivery).where(Delivery.kind == kind).order_by(col(Delivery.id))
    return list(session.exec(found))


def test_a_new_owner_is_told_once(session: Session, acme: Cast, ada: Lead):
    tell_owner(session, ada, by=acme.mona, owner=acme.sam)
    tell_owner(session, ada, by=acme.mona, owner=acme.sam)

    (letter,) = letters(session, owners_and_returns.ASSIGNED)
    assert (letter.recipient_id, letter.subject_id) == (acme.sam.id, ada.id)
    assert letter.words["by"] == "Mona"
    assert letter.thread == f"lead-{ada.id}"


def test_who_took_it_is_not_told(session: Session, acme: Cast, ada: Lead):
    before = len(letters(session, owners_and_returns.ASSIGNED))

    tell_owner(session, ada, by=acme.olga, owner=acme.olga)
    tell_owner(session, ada, by=acme.mona, owner=None)

    assert len(letters(session, owners_and_returns.ASSIGNED)) == before


def test_an_owner_given_later_is_told(session: Session, acme: Cast, ada: Lead):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    assign(session, ada, owner=tim, by=acme.sam, now=TEN)
    event = LeadAssigned(
        workspace_id=acme.id,
        at=TEN,
        lead_id=ada.id,
        by_id=acme.sam.id,
        happened_at=TEN,
        owner_id=tim.id,
    )

    owners_and_returns.notify_new_owner(session, [event], due_first={})

    assert letters(session, owners_and_returns.ASSIGNED)[-1].recipient_id == tim.id


def test_who_handed_it_off_hears_why_it_came_back(session: Session, acme: Cast, ada: Lead):
    tell_return(session, ada, by=acme.sam)

    (letter,) = letters(session, owners_and_returns.RETURNED)
    assert letter.recipient_id == acme.mona.id
    assert (letter.words["reason"], letter.words["note"]) == ("no fit", "Too small")


def test_where_that_person_left_who_speaks_for_marketing_hears_it(
    session: Session, acme: Cast, ada: Lead
):
    acme.mona.is_active = False
    nina = make_user(session, acme.workspace, "Nina", team=acme.marketing, is_team_lead=True)

    tell_return(session, ada, by=acme.sam)

    assert [x.recipient_id for x in letters(session, owners_and_returns.RETURNED)] == [nina.id]


def test_an_accepted_lead_needs_no_letter_any_more(session: Session, acme: Cast, ada: Lead):
    tell_owner(session, ada, by=acme.mona, owner=acme.sam)
    letter = letters(session, owners_and_returns.ASSIGNED)[0]

    assert owners_and_returns.why_no_longer_waiting(session, letter, now=TEN) is None
    accept(session, ada, by=acme.sam, now=TEN)
    assert (
        owners_and_returns.why_no_longer_waiting(session, letter, now=TEN)
        == "The lead is accepted by now."
    )


def test_a_lead_of_somebody_else_needs_no_letter_any_more(session: Session, acme: Cast, ada: Lead):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    tell_owner(session, ada, by=acme.mona, owner=acme.sam)
    letter = letters(session, owners_and_returns.ASSIGNED)[0]

    assign(session, ada, owner=tim, by=acme.sam, now=TEN)

    assert (
        owners_and_returns.why_no_longer_waiting(session, letter, now=TEN)
        == "Somebody else owns the lead by now."
    )


def test_who_gets_an_accepted_lead_hears_of_it_and_is_not_asked_to_accept(
    session: Session, acme: Cast, ada: Lead
):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    accept(session, ada, by=acme.sam, now=TEN)

    assign(session, ada, owner=tim, by=acme.sam, now=TEN + timedelta(minutes=1))

    letter = next(
        x for x in letters(session, owners_and_returns.ASSIGNED) if x.recipient_id == tim.id
    )
    assert owners_and_returns.why_no_longer_waiting(session, letter, now=TEN) is None
    assert letter.words["stage"] == "accepted"


def test_an_answered_return_needs_no_letter_any_more(session: Session, acme: Cast, ada: Lead):
    return_to_marketing(session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=TEN)
    tell_return(session, ada, by=acme.sam)
    letter = letters(session, owners_and_returns.RETURNED)[0]

    assert owners_and_returns.why_no_longer_returned(session, letter, now=TEN) is None
    answer_return(session, ada, answer=ReturnAnswer.RECYCLED, by=acme.mona, now=TEN)
    assert "by now" in (owners_and_returns.why_no_longer_returned(session, letter, now=TEN) or "")


def test_the_letter_to_an_owner_says_what_to_do(session: Session, acme: Cast, ada: Lead):
    tell_owner(session, ada, by=acme.mona, owner=acme.sam)

    letter = written(letters(session, owners_and_returns.ASSIGNED)[0], "Sam")

    assert letter.subject == "Globex is yours now"
    assert "Mona gave you this lead." in letter.text
    assert f"https://alignment.acme.test/leads/{ada.id}" in letter.text
    assert "Accept or return" in letter.html


def test_the_letter_of_a_return_says_why_in_marketings_words(
    session: Session, acme: Cast, ada: Lead
):
    tell_return(session, ada, by=acme.sam)

    letter = written(letters(session, owners_and_returns.RETURNED)[0], "Mona")

    assert letter.subject == "Globex came back: no fit"
    assert "Sam returned it: no fit\n\nToo small\n\nFix it" in letter.text
    assert "Too small" in letter.html


def written(delivery: Delivery, name: str):
    reader = Reader(name=name, address=delivery.address, zone="Europe/Berlin", workspace="Acme")
    return render_notice(
        delivery.kind, delivery.words, reader=reader, base_url="https://alignment.acme.test"
    )
