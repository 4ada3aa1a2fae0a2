from datetime import datetime

import pytest

from alignment.leads import queries
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.leads.intake import source_id_of
from alignment.leads.queries import LeadFilter
from tests.metrics.stories import berlin, tell

MARCH = {
    "handed_off_from": berlin("2027-03-01 00:00"),
    "handed_off_until": berlin("2027-04-01 00:00"),
}


@pytest.fixture
def told(session, acme):
    """One lead of each fate, handed off in March; one of February; two without a handoff."""
    at = "2027-03-01 10:00"
    tell(session, acme, "Accepted", "Fair", handed_off=at, accepted="2027-03-01 11:00")
    tell(session, acme, "Called", handed_off=at, called="2027-03-01 11:00")
    tell(session, acme, "Returned", handed_off=at, returned="2027-03-01 11:00")
    tell(session, acme, "Lost", handed_off=at, lost="2027-03-01 11:00")
    tell(session, acme, "Waiting", "unknown", handed_off=at)
    tell(session, acme, "Won", handed_off=at, won="2027-04-01 11:00")
    tell(
        session,
        acme,
        "Fixed",
        "Fair",
        handed_off="2027-02-26 10:00",
        returned="2027-02-27 10:00",
        fixed=at,
        accepted="2027-03-02 10:00",
    )
    tell(session, acme, "Won alone", won="2027-03-05 11:00")
    tell(session, acme, "New", arrived="2027-03-01 10:00")


def named(session, acme, **wanted):
    page = queries.leads_page(session, acme.sam, LeadFilter(**wanted))
    assert page.total == len(page.leads)
    return {lead.name for lead in page.leads}


@pytest.mark.parametrize(
    ("fate", "names"),
    [
        (HandoffOutcome.ACCEPTED, {"Accepted", "Lost", "Won", "Fixed"}),
        (HandoffOutcome.RETURNED, {"Returned"}),
        (HandoffOutcome.UNDECIDED, {"Called", "Waiting"}),
        (HandoffOutcome.UNTOUCHED, {"Accepted", "Waiting", "Fixed"}),
        (HandoffOutcome.WON, {"Won"}),
        (HandoffOutcome.WON_WITHOUT_HANDOFF, {"Won alone"}),
        (HandoffOutcome.NOT_HANDED_OFF, {"New"}),
    ],
)
def test_leads_are_found_by_what_became_of_them_in_march(session, acme, told, fate, names):
    assert named(session, acme, handoff_outcome=fate, **MARCH) == names


def test_fate_and_month_are_asked_of_the_same_cycle(session, acme, told):
    february = {
        "handed_off_from": berlin("2027-02-01 00:00"),
        "handed_off_until": berlin("2027-03-01 00:00"),
    }

    assert named(session, acme, handoff_outcome=HandoffOutcome.RETURNED, **february) == {"Fixed"}
    assert named(session, acme, handoff_outcome=HandoffOutcome.ACCEPTED, **february) == set()


def test_a_range_alone_means_any_handoff_in_it(session, acme, told):
    until_march: dict[str, datetime] = {"handed_off_until": berlin("2027-03-01 00:00")}

    assert named(session, acme, **until_march) == {"Fixed"}
    assert len(named(session, acme, **MARCH)) == 7


def test_no_source_given_is_not_the_source_called_unknown(session, acme, told):
    unknown = source_id_of(session, acme.id, "unknown")

    assert named(session, acme, source_id=unknown) == {"Waiting"}
    without = named(session, acme, without_source=True, handoff_outcome=HandoffOutcome.UNDECIDED)
    assert without == {"Called"}


def test_a_source_corrected_later_leaves_the_handoff_with_the_source_it_had(session, acme):
    lead = tell(session, acme, "Ada", "Fair", handed_off="2027-03-01 10:00")
    fair, lead.source_id = lead.source_id, source_id_of(session, acme.id, "Web")
    session.add(lead)
    session.flush()

    assert named(session, acme, source_id=fair, **MARCH) == {"Ada"}
    assert named(session, acme, source_id=fair) == set()


def test_a_stranger_finds_nobody(session, acme, told, stella):
    page = queries.leads_page(
        session, stella, LeadFilter(handoff_outcome=HandoffOutcome.HANDED_OFF)
    )

    assert page.total == 0
