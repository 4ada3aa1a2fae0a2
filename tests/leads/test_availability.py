"""Absence is asked of the instant at which a lead's time begins, not of the instant it is given."""

from datetime import date

import pytest
from sqlmodel import Session

from alignment.accounts.models import Absence, User
from alignment.leads.availability import away_when_time_begins
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.sla.promises.targets import RecipientRole
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user, save
from tests.sla.escalating_agreement import after, handed_off, look, promise
from tests.sla.lead_histories import berlin

WEDNESDAY = berlin("2027-03-03 10:00")


def off_from_monday(session: Session, acme: Cast, person: User) -> None:
    """From Monday 8 to Friday 19 March."""
    days_off = Absence(
        workspace_id=acme.id,
        user_id=person.id,
        first_on=date(2027, 3, 8),
        last_on=date(2027, 3, 19),
        created_at=MONDAY_NINE,
    )
    save(session, days_off)


@pytest.fixture
def otto(session: Session, acme: Cast) -> User:
    """A second person of sales."""
    return make_user(session, acme.workspace, "Otto", team=acme.sales)


@pytest.mark.parametrize(
    ("at", "is_away"),
    [
        ("2027-03-05 16:59", False),
        ("2027-03-05 17:00", True),
        ("2027-03-05 18:30", True),
        ("2027-03-06 11:00", True),
        ("2027-03-19 16:59", True),
        ("2027-03-19 17:00", False),
    ],
)
def test_from_fridays_closing_on_monday_counts(
    session: Session, acme: Cast, at: str, is_away: bool
) -> None:
    off_from_monday(session, acme, acme.sam)

    away = away_when_time_begins(session, acme.id, now=berlin(at))

    assert away == ({acme.sam.id} if is_away else set())


@pytest.mark.parametrize("at", ["2027-03-05 18:30", "2027-03-06 11:00"])
def test_a_lead_of_the_weekend_goes_to_who_is_there_on_monday(
    session: Session, acme: Cast, otto: User, at: str
) -> None:
    earlier = make_lead(session, acme, "Earlier")
    hand_off(session, earlier, by=acme.mona, now=WEDNESDAY, owner=otto)
    off_from_monday(session, acme, acme.sam)
    lead = make_lead(session, acme, "Weekend")

    hand_off(session, lead, by=acme.mona, now=berlin(at))

    assert lead.owner_id == otto.id


def test_a_lead_fixed_on_saturday_goes_to_who_is_there_on_monday(
    session: Session, acme: Cast, otto: User
) -> None:
    promise(session, acme)
    lead = handed_off(session, acme)
    why, friday = ReturnReason.INACCURATE_DATA, berlin("2027-03-05 16:00")
    return_to_marketing(session, lead, reason=why, by=acme.sam, now=friday)
    off_from_monday(session, acme, acme.sam)

    saturday = berlin("2027-03-06 11:00")
    answer_return(session, lead, answer=ReturnAnswer.FIXED, by=acme.mona, now=saturday)

    assert lead.owner_id == otto.id


def test_a_ladder_at_fridays_closing_gives_the_lead_to_who_is_there_on_monday(
    session: Session, acme: Cast, otto: User
) -> None:
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    promise(session, acme, after(0, RecipientRole.NEXT_AVAILABLE))
    hand_off(session, make_lead(session, acme, "Earlier"), by=acme.mona, now=WEDNESDAY, owner=tim)
    off_from_monday(session, acme, otto)
    lead = make_lead(session, acme, "Friday")
    friday = berlin("2027-03-05 13:00")
    hand_off(session, lead, by=acme.mona, now=friday, owner=acme.sam)

    look(session, lead, berlin("2027-03-05 17:00"))

    assert lead.owner_id == tim.id
