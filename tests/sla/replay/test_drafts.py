"""Mona and Sam see what two hours would have come to, beside the four that they promised."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlmodel import Session, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason, accept, hand_off, return_to_marketing
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event, undo_event
from alignment.leads.intake import source_id_of
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.touches import record_touch
from alignment.sla.models import Agreement, Timer
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    answer_to_return,
    first_touch,
    light_agreement,
)
from alignment.sla.promises.targets import HoursSource, OpenTime, Target
from alignment.sla.replay.columns.comparison import TallyComparison
from alignment.sla.replay.columns.tallies import Tally
from alignment.sla.replay.drafts import DraftReport, ReplayedPromise, replay_draft
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.lead_histories import HOUR, berlin
from tests.sla.light_agreement import in_force
from tests.sla.two_sales_teams import america, signed

TWO_HOURS = accept_or_return(hours=2)
FAIR = replace(
    TWO_HOURS,
    rank=1,
    allowed=OpenTime(3600),
    segment=Segment(
        name="Fairs",
        conditions=(Condition(fact="source", operator=Operator.IN, values=("fair",)),),
    ),
)
NEXT_MONDAY = MONDAY_NINE + timedelta(days=7)
FRIDAY = berlin("2027-03-12 12:00")


@pytest.fixture
def light(session: Session, acme: Cast) -> Agreement:
    """In force; of three leads Sam accepted one after an hour, one after three, one never."""
    version = in_force(session, acme)
    ada = handed_off(session, acme, "Ada Byron", source="Fair", now=MONDAY_NINE)
    bo = handed_off(session, acme, "Bo Derek", source="", now=MONDAY_NINE)
    accept(session, ada, by=acme.sam, now=MONDAY_NINE + HOUR)
    accept(session, bo, by=acme.sam, now=MONDAY_NINE + 3 * HOUR)
    handed_off(session, acme, "Cy Twombly", source="Fair", now=NEXT_MONDAY)
    return session.get_one(Agreement, version.agreement_id)


def handed_off(session: Session, acme: Cast, name: str, *, source: str, now) -> Lead:
    source_id = source_id_of(session, acme.id, source)
    lead = make_lead(session, acme, name, source_id=source_id)
    hand_off(session, lead, by=acme.mona, now=now, owner=acme.sam)
    return lead


def played(session: Session, agreement: Agreement, *targets: Target, **given) -> DraftReport:
    wish: dict[str, Any] = {
        "since": MONDAY_NINE,
        "now": FRIDAY,
        "wanted": Fraction(95, 100),
    } | given
    return replay_draft(session, agreement, targets, **wish)


def promise(found: DraftReport, key: str = "accept_or_return") -> ReplayedPromise:
    return next(each for each in found.promises if each.key == key)


def test_a_shorter_draft_stands_beside_what_was_promised(session: Session, light: Agreement):
    found = promise(played(session, light, TWO_HOURS))

    assert found.compared.total == TallyComparison(
        draft=Tally(met=1, met_late=1, breached=1), actual=Tally(met=2, running=1)
    )
    assert (found.owed_by, found.targets[0].read_by_fallback) == (Side.SALES, 0)


def test_the_stored_clock_is_what_was_kept_then(session: Session, light: Agreement):
    for timer in session.exec(select(Timer).where(Timer.target_key == "accept_or_return")):
        timer.state = timer.state.MET_LATE

    found = promise(played(session, light, TWO_HOURS))

    assert found.compared.total.actual == Tally(met_late=3)


def test_weeks_sources_and_owners_are_counted_apart(session: Session, acme: Cast, light: Agreement):
    found = played(session, light, TWO_HOURS)

    compared = promise(found).compared
    fair = next(key for key, name in found.sources.items() if name == "Fair")
    first, second = compared.by_week
    assert second.group - first.group == 7
    assert (first.draft, second.draft) == (Tally(met=1, met_late=1), Tally(breached=1))
    assert {line.group: line.draft for line in compared.by_source} == {
        0: Tally(met_late=1),
        fair: Tally(met=1, breached=1),
    }
    assert [(found.people[line.group], line.draft.settled) for line in compared.by_owner] == [
        ("Sam", 3)
    ]


def test_marketing_answers_for_its_own_promises(session: Session, acme: Cast, light: Agreement):
    dora = handed_off(session, acme, "Dora Maar", source="", now=MONDAY_NINE)
    return_to_marketing(
        session, dora, reason=ReturnReason.NO_FIT, by=acme.sam, now=MONDAY_NINE + HOUR
    )

    found = played(session, light, TWO_HOURS, answer_to_return(hours=4))

    (line,) = promise(found, "answer_to_return").compared.by_owner
    assert (found.people[line.group], line.draft) == ("Mona", Tally(breached=1))
    assert found.sides[Side.MARKETING].draft == Tally(breached=1)
    assert found.sides[Side.SALES].draft == Tally(met=2, met_late=1, breached=1)


def test_a_promise_that_the_draft_gives_up_is_still_told(session: Session, light: Agreement):
    found = promise(played(session, light, TWO_HOURS), "first_touch")

    assert (found.compared.total.draft, found.targets) == (Tally(), ())
    assert found.compared.total.actual.running == 3


def test_the_facts_of_the_handoff_choose_the_segment(session: Session, light: Agreement):
    found = promise(played(session, light, TWO_HOURS, FAIR))

    assert [(each.target.segment.name, each.cycles) for each in found.targets] == [
        ("Fairs", 2),
        ("everything else", 1),
    ]
    assert found.compared.total.draft == Tally(met=1, met_late=1, breached=1)


def test_the_time_is_named_that_would_have_kept_the_wanted_share(
    session: Session, light: Agreement
):
    half = promise(played(session, light, TWO_HOURS, wanted=Fraction(1, 3))).targets[0]
    most = promise(played(session, light, TWO_HOURS, wanted=Fraction(2, 3))).targets[0]

    assert (half.shortest, most.shortest) == (3600, 3 * 3600)


def test_every_hour_counts_where_the_clock_is_always_open(session: Session, light: Agreement):
    always = replace(accept_or_return(hours=90), clock_of=HoursSource.ALWAYS)

    found = promise(played(session, light, always))

    assert found.compared.total.draft == Tally(met=2, breached=1)


def test_what_started_before_and_what_was_taken_back_are_left_out(
    session: Session, acme: Cast, light: Agreement
):
    eve = make_lead(session, acme, "Eve Arnold")
    line = hand_off(session, eve, by=acme.mona, now=NEXT_MONDAY, owner=acme.sam)
    undo_event(session, eve, line, by=acme.mona, now=NEXT_MONDAY)

    found = promise(played(session, light, TWO_HOURS, since=MONDAY_NINE + HOUR))

    assert found.compared.total.draft == Tally(breached=1)
    assert found.compared.total.actual.settled + found.compared.total.actual.running == 1


def test_leads_that_columns_cannot_tell_are_read_by_the_stopwatch(
    session: Session, acme: Cast, light: Agreement
):
    holidays = replace(accept_or_return(hours=8), pause_reasons=frozenset({"holiday"}))
    bo = session.exec(select(Lead).where(Lead.name == "Bo Derek")).one()
    record_event(
        session,
        bo,
        NewLeadEvent(kind=EventKind.PAUSED, at=MONDAY_NINE + HOUR, by_id=acme.sam.id),
        now=MONDAY_NINE + HOUR,
    )

    found = promise(played(session, light, holidays))

    assert found.targets[0].read_by_fallback == 1
    assert found.compared.total.draft == Tally(met=2, breached=1)


def test_another_workspace_is_no_part_of_it(session: Session, stella: User, light: Agreement):
    lead = Lead(workspace_id=stella.workspace_id, name="Una", arrived_at=MONDAY_NINE)
    session.add(lead)
    session.flush()
    record_event(
        session,
        lead,
        NewLeadEvent(kind=EventKind.HANDED_OFF, at=MONDAY_NINE, by_id=stella.id),
        now=MONDAY_NINE,
    )

    found = played(session, light, *light_agreement())

    assert promise(found).targets[0].cycles == 3
    assert "Stella" not in found.people.values()


def test_nothing_is_written(session: Session, light: Agreement):
    before = [session.exec(select(table)).all() for table in (LeadEvent, Timer)]

    played(session, light, TWO_HOURS)

    assert not session.dirty
    assert [session.exec(select(table)).all() for table in (LeadEvent, Timer)] == before


def test_a_draft_is_replayed_over_the_leads_of_its_own_teams(
    session: Session, acme: Cast, light: Agreement
):
    us = america(session, acme)
    theirs = make_lead(session, acme, "Di Ana")
    hand_off(session, theirs, by=acme.mona, now=MONDAY_NINE, owner=us.lea)
    signed(session, acme, sales=us.team, by=us.lea, now=FRIDAY)
    american = session.exec(select(Agreement).where(Agreement.id != light.id)).one()

    ours, of_us = (
        replay_draft(
            session,
            one,
            [TWO_HOURS],
            since=MONDAY_NINE,
            now=FRIDAY,
            wanted=Fraction(95, 100),
        )
        for one in (light, american)
    )

    rounds = [sum(x.cycles for x in found.promises[0].targets) for found in (ours, of_us)]
    assert rounds == [3, 1]
    assert [x.target for x in of_us.promises[0].targets] == [TWO_HOURS]


def test_a_call_by_an_outsider_keeps_no_promise_of_a_draft(
    session: Session, acme: Cast, light: Agreement
):
    ada = session.exec(select(Lead).where(Lead.name == "Ada Byron")).one()
    record_touch(session, ada, EventKind.CALLED, by=acme.olga, now=MONDAY_NINE + HOUR)
    outside = promise(played(session, light, first_touch(hours=8)), "first_touch")
    record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=MONDAY_NINE + 2 * HOUR)
    inside = promise(played(session, light, first_touch(hours=8)), "first_touch")

    assert (outside.compared.total.draft.met, outside.compared.total.actual.met) == (0, 0)
    assert (inside.compared.total.draft.met, inside.compared.total.actual.met) == (1, 1)
