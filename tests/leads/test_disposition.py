"""Sales decides about leads that it has accepted."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.errors import Refused
from alignment.leads.disposition import Disposition, decide
from alignment.leads.handoff import accept, hand_off
from alignment.leads.history import queries
from alignment.leads.models import Lead, Stage
from tests.factories import MONDAY_NINE, Cast, make_lead

TEN = MONDAY_NINE + timedelta(hours=1)


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    lead = make_lead(session, acme, "Ada Byron")
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)
    accept(session, lead, by=acme.sam, now=MONDAY_NINE)
    return lead


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        (Disposition.QUALIFIED, Stage.QUALIFIED),
        (Disposition.OPPORTUNITY_OPENED, Stage.OPPORTUNITY),
        (Disposition.UNREACHABLE, Stage.UNREACHABLE),
        (Disposition.WON, Stage.WON),
        (Disposition.LOST, Stage.LOST),
    ],
)
def test_each_outcome_leaves_the_lead_at_its_stage(
    session: Session, acme: Cast, ada: Lead, outcome: Disposition, stage: Stage
):
    line = decide(session, ada, outcome=outcome, by=acme.sam, now=TEN, note="In June")

    assert ada.stage is stage
    assert line.note == "In June"


def test_a_qualified_lead_can_be_won(session: Session, acme: Cast, ada: Lead):
    decide(session, ada, outcome=Disposition.QUALIFIED, by=acme.sam, now=TEN)

    decide(session, ada, outcome=Disposition.WON, by=acme.sam, now=TEN + timedelta(days=9))

    handoff = queries.handoffs_of(session, ada)[0]
    assert ada.won_at == handoff.won_at == TEN + timedelta(days=9)
    assert handoff.qualified_at == TEN


def test_a_won_lead_is_decided(session: Session, acme: Cast, ada: Lead):
    decide(session, ada, outcome=Disposition.WON, by=acme.sam, now=TEN)

    with pytest.raises(Refused, match="Ada Byron is won"):
        decide(session, ada, outcome=Disposition.LOST, by=acme.sam, now=TEN)


def test_an_undecided_lead_is_accepted_first(session: Session, acme: Cast):
    bo = make_lead(session, acme, "Bo Yu")
    hand_off(session, bo, by=acme.mona, now=MONDAY_NINE)

    with pytest.raises(Refused, match=r"Bo Yu is handed off\. Accept it first"):
        decide(session, bo, outcome=Disposition.WON, by=acme.sam, now=TEN)
