"""Marketing hands off, sales accepts or returns, marketing answers."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.journal.models import JournalEntry
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    accept,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.history import queries
from alignment.leads.history.current_facts import current_facts
from alignment.leads.intake import source_id_of
from alignment.leads.models import Lead, Stage
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user

TEN = MONDAY_NINE + timedelta(hours=1)
ELEVEN = MONDAY_NINE + timedelta(hours=2)


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    return make_lead(session, acme, "Ada Byron")


def handed(session: Session, acme: Cast, lead: Lead, *, owner: User | None = None) -> Lead:
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=owner)
    return lead


def told(session: Session) -> list[str]:
    kinds = session.exec(select(JournalEntry.kind).order_by(col(JournalEntry.id)))
    return [kind for kind in kinds if kind.startswith(("lead_", "return_"))]


def test_a_handed_off_lead_is_with_whoever_of_sales_is_next(
    session: Session, acme: Cast, ada: Lead
):
    hand_off(session, ada, by=acme.mona, now=MONDAY_NINE)

    assert (ada.stage, ada.owner_id) == (Stage.HANDED_OFF, acme.sam.id)
    assert ada.handed_off_at == MONDAY_NINE
    assert told(session) == ["lead_handed_off"]


def test_marketing_may_name_the_owner(session: Session, acme: Cast, ada: Lead):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)

    hand_off(session, ada, by=acme.mona, now=MONDAY_NINE, owner=tim)

    assert ada.owner_id == tim.id


def test_a_lead_that_is_with_sales_is_not_handed_off_again(session: Session, acme: Cast, ada: Lead):
    handed(session, acme, ada)

    with pytest.raises(Refused, match="Ada Byron is already with sales"):
        hand_off(session, ada, by=acme.mona, now=TEN)

    assert len(queries.history_of(session, ada)) == 1


def test_the_handoff_keeps_what_promises_depend_on(session: Session, acme: Cast, ada: Lead):
    ada.source_id = source_id_of(session, acme.id, "Demo request")
    ada.score = 80

    line = hand_off(session, ada, by=acme.mona, now=MONDAY_NINE)

    assert line.facts is not None
    assert current_facts(session, ada).items() <= line.facts.items()
    assert line.facts["source"] == "Demo request"
    assert line.facts["score"] == 80


def test_whoever_accepts_owns_it(session: Session, acme: Cast, ada: Lead):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    handed(session, acme, ada, owner=acme.sam)

    accept(session, ada, by=tim, now=TEN)

    assert (ada.stage, ada.owner_id) == (Stage.ACCEPTED, tim.id)


def test_a_lead_is_accepted_once(session: Session, acme: Cast, ada: Lead):
    handed(session, acme, ada)
    accept(session, ada, by=acme.sam, now=TEN)

    with pytest.raises(Refused, match="Ada Byron is accepted, not waiting for an answer"):
        accept(session, ada, by=acme.sam, now=ELEVEN)

    assert told(session) == ["lead_handed_off", "lead_accepted"]


def test_a_lead_of_marketing_cannot_be_accepted(session: Session, acme: Cast, ada: Lead):
    with pytest.raises(Refused, match="Ada Byron is new"):
        accept(session, ada, by=acme.sam, now=TEN)


def test_a_return_keeps_reason_and_note(session: Session, acme: Cast, ada: Lead):
    handed(session, acme, ada)

    line = return_to_marketing(
        session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=TEN, note="Too small"
    )

    assert ada.stage is Stage.RETURNED
    assert (line.reason, line.note) == ("no_fit", "Too small")
    assert queries.handoffs_of(session, ada)[0].return_reason == "no_fit"


def test_an_accepted_lead_can_still_be_returned(session: Session, acme: Cast, ada: Lead):
    handed(session, acme, ada)
    accept(session, ada, by=acme.sam, now=TEN)

    return_to_marketing(session, ada, reason=ReturnReason.SPAM, by=acme.sam, now=ELEVEN)

    assert ada.stage is Stage.RETURNED


def test_a_new_lead_cannot_be_returned(session: Session, acme: Cast, ada: Lead):
    with pytest.raises(Refused, match="Ada Byron is new and cannot be returned"):
        return_to_marketing(session, ada, reason=ReturnReason.SPAM, by=acme.sam, now=TEN)


def test_a_fixed_lead_goes_straight_back_to_its_owner(session: Session, acme: Cast, ada: Lead):
    make_user(session, acme.workspace, "Tim", team=acme.sales)
    handed(session, acme, ada, owner=acme.sam)
    return_to_marketing(session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=TEN)

    answer_return(session, ada, answer=ReturnAnswer.FIXED, by=acme.mona, now=ELEVEN)

    first, second = queries.handoffs_of(session, ada)
    assert (ada.stage, ada.owner_id) == (Stage.HANDED_OFF, acme.sam.id)
    assert (first.answered_at, second.handed_off_at) == (ELEVEN, ELEVEN)
    assert told(session)[-2:] == ["return_answered", "lead_handed_off"]


def test_a_fixed_lead_of_somebody_who_left_goes_to_whoever_is_next(
    session: Session, acme: Cast, ada: Lead
):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    handed(session, acme, ada, owner=acme.sam)
    return_to_marketing(session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=TEN)
    acme.sam.is_active = False

    answer_return(session, ada, answer=ReturnAnswer.FIXED, by=acme.mona, now=ELEVEN)

    assert ada.owner_id == tim.id


@pytest.mark.parametrize(
    ("answer", "stage"),
    [(ReturnAnswer.RECYCLED, Stage.RECYCLED), (ReturnAnswer.WITHDRAWN, Stage.WITHDRAWN)],
)
def test_marketing_may_take_back_or_withdraw(
    session: Session, acme: Cast, ada: Lead, answer: ReturnAnswer, stage: Stage
):
    handed(session, acme, ada)
    return_to_marketing(session, ada, reason=ReturnReason.NO_NEED, by=acme.sam, now=TEN)

    answer_return(session, ada, answer=answer, by=acme.mona, now=ELEVEN)

    assert ada.stage is stage
    assert told(session)[-1] == "return_answered"


def test_a_taken_back_lead_can_be_handed_off_again(session: Session, acme: Cast, ada: Lead):
    handed(session, acme, ada)
    return_to_marketing(session, ada, reason=ReturnReason.BAD_TIMING, by=acme.sam, now=TEN)
    answer_return(session, ada, answer=ReturnAnswer.RECYCLED, by=acme.mona, now=ELEVEN)

    hand_off(session, ada, by=acme.mona, now=ELEVEN + timedelta(days=30))

    assert ada.stage is Stage.HANDED_OFF
    assert [row.cycle for row in queries.handoffs_of(session, ada)] == [1, 2]


def test_only_a_returned_lead_is_answered(session: Session, acme: Cast, ada: Lead):
    handed(session, acme, ada)

    with pytest.raises(Refused, match="Ada Byron has not been returned"):
        answer_return(session, ada, answer=ReturnAnswer.FIXED, by=acme.mona, now=TEN)
