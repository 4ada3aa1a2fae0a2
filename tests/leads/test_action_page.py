"""A lead in the words of the page that a mail opens."""

from sqlmodel import Session

from alignment.leads.action_page import about
from alignment.leads.handoff import hand_off
from tests.factories import MONDAY_NINE, Cast, make_lead


def test_the_news_names_people_as_they_write_themselves(session: Session, acme: Cast):
    acme.mona.name = "Mona van Dyk"
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)

    assert about(session, acme.sam, lead.id).last_change_by == "Mona van Dyk handed off"
