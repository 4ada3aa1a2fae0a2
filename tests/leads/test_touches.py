"""A touch is a person of sales reaching out; automatic mail is none."""

from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from alignment.errors import Refused
from alignment.leads.event_kinds import BACKDATED, TOUCH_KINDS, EventKind
from alignment.leads.handoff import (
    ReturnAnswer,
    ReturnReason,
    answer_return,
    hand_off,
    return_to_marketing,
)
from alignment.leads.history import queries
from alignment.leads.history.recording import undo_event
from alignment.leads.models import Lead
from alignment.leads.touches import call_sentence, record_touch
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user

TUESDAY_NINE = MONDAY_NINE + timedelta(days=1)


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    lead = make_lead(session, acme, "Ada Byron")
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE)
    return lead


@pytest.mark.parametrize("how", sorted(TOUCH_KINDS))
def test_calling_writing_and_meeting_are_touches(
    session: Session, acme: Cast, ada: Lead, how: EventKind
):
    record_touch(session, ada, how, by=acme.sam, now=TUESDAY_NINE, note="Wants an offer")

    assert queries.handoffs_of(session, ada)[0].touched_at == TUESDAY_NINE
    assert queries.history_of(session, ada)[-1].note == "Wants an offer"


@pytest.mark.parametrize("how", [EventKind.MAILED_AUTOMATICALLY, EventKind.WON])
def test_nothing_else_is_a_touch(session: Session, acme: Cast, ada: Lead, how: EventKind):
    with pytest.raises(Refused, match="called, wrote or met"):
        record_touch(session, ada, how, by=acme.sam, now=TUESDAY_NINE)


def test_a_touch_may_be_told_a_day_late(session: Session, acme: Cast, ada: Lead):
    line = record_touch(
        session, ada, EventKind.CALLED, by=acme.sam, now=TUESDAY_NINE, at=MONDAY_NINE
    )

    assert (line.at, line.recorded_at) == (MONDAY_NINE, TUESDAY_NINE)


@pytest.mark.parametrize(("minutes_ago", "is_marked"), [(0, False), (0.9, False), (1, True)])
def test_a_touch_that_is_dated_back_is_marked(
    session: Session, acme: Cast, ada: Lead, minutes_ago: float, is_marked: bool
):
    at = TUESDAY_NINE - timedelta(minutes=minutes_ago)

    line = record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=TUESDAY_NINE, at=at)

    [handoff] = queries.handoffs_of(session, ada)
    assert (line.reason == BACKDATED, handoff.is_touch_backdated) == (is_marked, is_marked)


@pytest.mark.parametrize(
    ("told", "is_allowed"), [(MONDAY_NINE, True), (MONDAY_NINE + timedelta(seconds=1), False)]
)
def test_a_call_of_friday_can_be_told_until_the_same_time_on_monday(
    session: Session, acme: Cast, told: datetime, is_allowed: bool
):
    friday_nine = MONDAY_NINE - timedelta(days=3)
    bo = make_lead(session, acme, "Bo Yu")
    hand_off(session, bo, by=acme.mona, now=friday_nine)

    with nullcontext() if is_allowed else pytest.raises(Refused, match="one working day"):
        record_touch(session, bo, EventKind.CALLED, by=acme.sam, now=told, at=friday_nine)


@pytest.mark.parametrize("away", [timedelta(seconds=1), -timedelta(days=4)])
def test_a_touch_lies_neither_ahead_nor_before_the_working_day_before(
    session: Session, acme: Cast, ada: Lead, away: timedelta
):
    with pytest.raises(Refused, match="one working day at most, and not ahead"):
        record_touch(
            session, ada, EventKind.CALLED, by=acme.sam, now=TUESDAY_NINE, at=TUESDAY_NINE + away
        )


@pytest.mark.parametrize(
    ("days_back", "is_allowed", "words"),
    [(0, False, "not at all"), (1, False, "by one working day"), (2, True, "by 2 working days")],
)
def test_an_agreement_may_allow_more_days_or_none(
    session: Session, acme: Cast, ada: Lead, days_back: int, is_allowed: bool, words: str
):
    wednesday = TUESDAY_NINE + timedelta(days=1)

    with nullcontext() if is_allowed else pytest.raises(Refused, match=words):
        record_touch(
            session,
            ada,
            EventKind.CALLED,
            by=acme.sam,
            now=wednesday,
            at=MONDAY_NINE,
            days_back=days_back,
        )


def test_the_present_minute_is_never_dated_back(session: Session, acme: Cast, ada: Lead):
    at = TUESDAY_NINE - timedelta(seconds=50)

    line = record_touch(
        session, ada, EventKind.CALLED, by=acme.sam, now=TUESDAY_NINE, at=at, days_back=0
    )

    assert line.reason == ""


def test_a_lead_of_marketing_is_not_touched(session: Session, acme: Cast):
    bo = make_lead(session, acme, "Bo Yu")

    with pytest.raises(Refused, match="Bo Yu is not with sales now"):
        record_touch(session, bo, EventKind.CALLED, by=acme.sam, now=TUESDAY_NINE)


def test_a_withdrawn_lead_is_not_touched(session: Session, acme: Cast, ada: Lead):
    return_to_marketing(session, ada, reason=ReturnReason.SPAM, by=acme.sam, now=MONDAY_NINE)
    answer_return(session, ada, answer=ReturnAnswer.WITHDRAWN, by=acme.mona, now=MONDAY_NINE)

    with pytest.raises(Refused, match="Ada Byron is not with sales now"):
        record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=TUESDAY_NINE)


def test_a_double_click_is_one_touch(session: Session, acme: Cast, ada: Lead):
    lines = {
        record_touch(
            session, ada, EventKind.CALLED, by=acme.sam, now=TUESDAY_NINE + timedelta(seconds=at)
        ).id
        for at in (0, 4, 10)
    }

    assert len(lines) == 2


@pytest.mark.parametrize("caller", ["mona", "olga"])
def test_a_call_by_somebody_outside_the_team_is_written_down_and_is_no_touch(
    session: Session, acme: Cast, ada: Lead, caller: str
):
    line = record_touch(session, ada, EventKind.CALLED, by=getattr(acme, caller), now=TUESDAY_NINE)

    assert line.is_by_outsider
    assert queries.history_of(session, ada)[-1] is line
    assert queries.handoffs_of(session, ada)[0].touched_at is None


def test_a_call_by_a_colleague_of_the_owner_is_a_touch(session: Session, acme: Cast, ada: Lead):
    rita = make_user(session, acme.workspace, "Rita", team=acme.sales)

    record_touch(session, ada, EventKind.CALLED, by=rita, now=TUESDAY_NINE)

    assert queries.handoffs_of(session, ada)[0].touched_at == TUESDAY_NINE


def test_what_an_outsider_wrote_down_can_be_taken_back(session: Session, acme: Cast, ada: Lead):
    line = record_touch(session, ada, EventKind.CALLED, by=acme.olga, now=TUESDAY_NINE)

    undo_event(session, ada, line, by=acme.olga, now=TUESDAY_NINE)

    assert line not in queries.history_of(session, ada)


def test_an_outsider_hears_which_team_owes_the_lead(session: Session, acme: Cast, ada: Lead):
    line = record_touch(session, ada, EventKind.CALLED, by=acme.olga, now=TUESDAY_NINE)

    assert call_sentence(session, ada, line, by=acme.olga) == (
        "Your call to Ada Byron is written down. It stops no clock: you are not in Sales."
    )
