"""One promise to several segments, as stored: who is promised what, and what moves when a lead
changes."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import event
from sqlmodel import Session

from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import hand_off
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.models import Lead
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from alignment.sla.promises.targets import HoursSource, OpenTime
from alignment.sla.timers import queries
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_hours, make_lead
from tests.sla.lead_histories import HOUR, berlin
from tests.sla.light_agreement import breaches, clock, draft_light, sign_both

TEN, HALF_PAST_TEN, ELEVEN, ONE = (
    berlin(f"2027-03-01 {wall}") for wall in ("10:00", "10:30", "11:00", "13:00")
)
SATURDAY = berlin("2027-03-06 10:00")
ANSWER = answer_to_return(hours=8)
EVERYBODY = accept_or_return(hours=4)
HOT = replace(
    EVERYBODY,
    rank=1,
    allowed=OpenTime(3600),
    segment=Segment(
        name="Hot", conditions=(Condition(fact="score", operator=Operator.AT_LEAST, number=80),)
    ),
)
DAY_AND_NIGHT = replace(HOT, clock_of=HoursSource.ALWAYS)


def handed_off(session: Session, acme: Cast, *, score: int, now: datetime = MONDAY_NINE) -> Lead:
    lead = make_lead(session, acme, score=score)
    hand_off(session, lead, by=acme.mona, now=now, owner=acme.sam)
    return lead


def change_score(session: Session, lead: Lead, score: int, *, now: datetime) -> None:
    line = NewLeadEvent(kind=EventKind.REPRIORITISED, at=now, facts={"score": score})
    add_history(session, lead.workspace_id, [HistoryAddition(lead=lead, events=(line,))], now=now)


@pytest.fixture
def promised(session: Session, acme: Cast) -> None:
    """A hot lead is to be accepted within one hour, any other within four."""
    version = draft_light(session, acme, targets=[EVERYBODY, HOT, ANSWER], now=MONDAY_NINE)
    sign_both(session, acme, version, now=MONDAY_NINE)


@pytest.fixture
def promised_day_and_night(session: Session, acme: Cast) -> None:
    """The clock of a hot lead runs at night as well."""
    targets = [EVERYBODY, DAY_AND_NIGHT, ANSWER]
    version = draft_light(session, acme, targets=targets, now=MONDAY_NINE)
    sign_both(session, acme, version, now=MONDAY_NINE)


def test_each_lead_runs_one_clock_under_the_target_of_its_segment(
    session: Session, acme: Cast, promised: None
):
    hot, cold = (handed_off(session, acme, score=score) for score in (90, 10))

    assert [x.due_at for x in queries.timers_of(session, hot)] == [TEN]
    assert [x.due_at for x in queries.timers_of(session, cold)] == [ONE]


def test_a_lead_that_gets_hot_is_due_sooner_from_its_original_start(
    session: Session, acme: Cast, promised: None
):
    lead = handed_off(session, acme, score=10)

    change_score(session, lead, 90, now=berlin("2027-03-01 09:30"))

    owed = clock(session, lead, "accept_or_return")
    assert (owed.started_at, owed.due_at, owed.state) == (MONDAY_NINE, TEN, TimerState.RUNNING)


def test_changing_back_and_forth_buys_no_time(session: Session, acme: Cast, promised: None):
    lead = handed_off(session, acme, score=90)

    for minute, score in ((10, 10), (20, 90), (30, 10), (40, 90)):
        change_score(session, lead, score, now=berlin(f"2027-03-01 09:{minute}"))

    assert clock(session, lead, "accept_or_return").due_at == TEN


def test_a_lead_that_gets_hot_too_late_is_missed_at_once_as_of_its_due_time(
    session: Session, acme: Cast, promised: None
):
    lead = handed_off(session, acme, score=10)

    change_score(session, lead, 90, now=HALF_PAST_TEN)

    assert [(breach.due_at, breach.noticed_at) for breach in breaches(session)] == [
        (TEN, HALF_PAST_TEN)
    ]


def test_what_was_missed_stays_missed_when_the_lead_cools_down(
    session: Session, acme: Cast, promised: None
):
    lead = handed_off(session, acme, score=90)
    refresh_leads(session, acme.id, [lead.id], now=HALF_PAST_TEN)

    change_score(session, lead, 10, now=HALF_PAST_TEN)

    assert clock(session, lead, "accept_or_return").due_at == TEN
    assert [breach.withdrawn_at for breach in breaches(session)] == [None]


def test_a_clock_for_day_and_night_runs_through_the_weekend(
    session: Session, acme: Cast, promised_day_and_night: None
):
    lead = handed_off(session, acme, score=90, now=SATURDAY)

    owed = clock(session, lead, "accept_or_return")
    assert (owed.due_at, owed.opening_hours_id) == (SATURDAY + HOUR, None)


def test_a_lead_that_cools_down_counts_in_its_teams_hours_and_keeps_them(
    session: Session, acme: Cast, promised_day_and_night: None
):
    lead = handed_off(session, acme, score=90)
    change_score(session, lead, 10, now=berlin("2027-03-01 09:30"))
    make_hours(session, acme.sales, version=2, week={"tue": [["09:00", "17:00"]]})

    refresh_leads(session, acme.id, [lead.id], now=ELEVEN)

    owed = clock(session, lead, "accept_or_return")
    assert (owed.due_at, owed.opening_hours_id) == (ONE, acme.sales_hours.id)


def test_a_lead_that_gets_hot_runs_day_and_night_whatever_hours_it_began_under(
    session: Session, acme: Cast, promised_day_and_night: None
):
    friday_half_past_four = berlin("2027-03-05 16:30")
    lead = handed_off(session, acme, score=10, now=friday_half_past_four)
    make_hours(session, acme.sales, version=2)

    change_score(session, lead, 90, now=berlin("2027-03-05 16:40"))

    owed = clock(session, lead, "accept_or_return")
    assert owed.due_at == friday_half_past_four + HOUR


def test_one_press_costs_few_questions_to_the_database(
    session: Session, acme: Cast, promised: None
):
    lead = handed_off(session, acme, score=10)
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", listen)
    refresh_leads(session, acme.id, [lead.id], now=TEN)
    event.remove(session.get_bind(), "before_cursor_execute", listen)

    assert len(asked) <= 7
