"""Stored clocks are read anew under the wording and the hours they were started under."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import accept, hand_off
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import undo_event
from alignment.leads.models import Lead
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import AgreementVersion
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    answer_to_return,
    light_agreement,
)
from alignment.sla.promises.targets import HoursSource
from alignment.sla.timers.inspection import inspect_lead, promise_names, state_label
from tests.factories import MONDAY_NINE, Cast, make_hours, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import draft_light, sign_both

EASTER = [["2027-03-26", "Good Friday"], ["2027-03-29", "Easter Monday"]]
THURSDAY_TEN, FRIDAY_ONE = berlin("2027-03-25 22:00"), berlin("2027-03-26 13:00")
THURSDAY_SIX, TUESDAY_ONE = berlin("2027-03-25 18:00"), berlin("2027-03-30 13:00")


@pytest.fixture
def version(session: Session, acme: Cast) -> AgreementVersion:
    make_hours(session, acme.sales, version=2, holidays=EASTER)
    drafted = lifecycle.draft(
        session,
        NewAgreement(name="Leads", marketing=acme.marketing, sales=acme.sales),
        NewVersion(targets=light_agreement()),
        by=acme.mona,
        now=MONDAY_NINE,
    )
    lifecycle.sign(session, drafted, by=acme.mona, now=MONDAY_NINE)
    lifecycle.sign(session, drafted, by=acme.sam, now=MONDAY_NINE)
    return drafted


@pytest.fixture
def ada(session: Session, acme: Cast, version: AgreementVersion) -> Lead:
    lead = make_lead(session, acme, "Ada Byron")
    hand_off(session, lead, by=acme.mona, now=THURSDAY_SIX, owner=acme.sam)
    return lead


def test_the_clock_due_first_stands_on_top(session: Session, ada: Lead):
    clocks = inspect_lead(session, ada, now=THURSDAY_SIX)

    assert [clock.target.name for clock in clocks] == ["Accept or return", "First human touch"]
    assert clocks[0].reading.due_at == TUESDAY_ONE


def test_a_clock_tells_why_it_is_due_after_easter(session: Session, acme: Cast, ada: Lead):
    clock = inspect_lead(session, ada, now=THURSDAY_SIX)[0]

    assert clock.explanation("Europe/Berlin", people={acme.mona.id: "Mona"}) == (
        "Accept or return: 4 hours of open time promised by sales.",
        "Started Thursday 25 March 2027 at 18:00: handed off by Mona.",
        "Thursday 25 March: already closed.",
        "Friday 26 March: Good Friday, closed.",
        "Saturday 27 to Sunday 28 March: closed.",
        "Sunday 28 March: the clocks change; the day has 23 hours.",
        "Monday 29 March: Easter Monday, closed.",
        "Tuesday 30 March: 4 hours counted.",
        "Due Tuesday 30 March 2027 at 13:00 (Europe/Berlin).",
        "4 hours left.",
    )


def test_hours_edited_since_do_not_move_it(session: Session, acme: Cast, ada: Lead):
    make_hours(session, acme.sales, version=3, week={"sat": [["09:00", "17:00"]]})

    clock = inspect_lead(session, ada, now=THURSDAY_SIX)[0]

    assert clock.reading.due_at == TUESDAY_ONE


def test_the_drawn_bar_is_whole(session: Session, ada: Lead):
    clock = inspect_lead(session, ada, now=THURSDAY_SIX + timedelta(days=4, hours=16))[0]

    assert sum(stretch.share for stretch in clock.bar) == pytest.approx(1)
    assert {stretch.kind.value for stretch in clock.bar} == {"closed", "used", "left"}


def test_a_running_clock_is_nearly_due_from_its_warning_point_on(session: Session, ada: Lead):
    reading = inspect_lead(session, ada, now=THURSDAY_SIX)[0].reading
    noon = berlin("2027-03-30 12:00")

    assert state_label(reading, now=noon - timedelta(seconds=1)) == "running"
    assert state_label(reading, now=noon) == "warned"


def test_an_accepted_lead_has_a_stopped_clock(session: Session, acme: Cast, ada: Lead):
    accept(session, ada, by=acme.sam, now=berlin("2027-03-30 10:00"))

    running, stopped = inspect_lead(session, ada, now=berlin("2027-03-30 10:00"))

    assert (running.state_label, stopped.state_label) == ("running", "met")
    assert stopped.reading.stopped_at == berlin("2027-03-30 10:00")


def test_a_clock_whose_cause_was_taken_back_reads_nothing(
    session: Session, acme: Cast, version: AgreementVersion
):
    bo = make_lead(session, acme, "Bo Yu")
    line = hand_off(session, bo, by=acme.mona, now=THURSDAY_SIX)

    undo_event(session, bo, line, by=acme.mona, now=THURSDAY_SIX)

    assert inspect_lead(session, bo, now=THURSDAY_SIX) == []


def test_each_promise_has_its_name(session: Session, acme: Cast, version: AgreementVersion):
    names = promise_names(session, acme.id)

    assert names[version.id, "answer_to_return"] == "Answer a returned lead"


def test_a_promise_in_team_hours_and_day_and_night_is_read_as_it_is_stored(
    session: Session, acme: Cast
):
    """A lead that cools down leaves the clock that runs at night for the one of the team."""
    everybody = accept_or_return(hours=4)
    score = Condition(fact="score", operator=Operator.AT_LEAST, number=80)
    hot = replace(
        everybody,
        rank=1,
        clock_of=HoursSource.ALWAYS,
        segment=Segment(name="Hot", conditions=(score,)),
    )
    targets = [everybody, hot, answer_to_return(hours=8)]
    version = draft_light(session, acme, targets=targets, now=MONDAY_NINE)
    sign_both(session, acme, version, now=MONDAY_NINE)
    night, cooled = (make_lead(session, acme, score=90) for _ in range(2))
    for lead in (night, cooled):
        hand_off(session, lead, by=acme.mona, now=THURSDAY_SIX, owner=acme.sam)
    line = NewLeadEvent(kind=EventKind.REPRIORITISED, at=THURSDAY_SIX, facts={"score": 10})
    add_history(session, acme.id, [HistoryAddition(lead=cooled, events=(line,))], now=THURSDAY_SIX)

    (at_night,), (in_hours,) = (inspect_lead(session, x, now=THURSDAY_SIX) for x in (night, cooled))
    assert (at_night.reading.due_at, in_hours.reading.due_at) == (THURSDAY_TEN, FRIDAY_ONE)
    assert (at_night.timer.due_at, in_hours.timer.due_at) == (THURSDAY_TEN, FRIDAY_ONE)
    assert at_night.calendar.is_open(THURSDAY_TEN)
    assert not in_hours.calendar.is_open(THURSDAY_TEN)
