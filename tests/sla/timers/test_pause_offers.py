"""A pause is for named people, named reasons and a total limit, as the promise says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from alignment.errors import Refused
from alignment.leads import pausing
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import hand_off
from alignment.leads.models import Lead
from alignment.leads.touches import record_touch
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.promises.standard_targets import answer_to_return, first_touch
from alignment.sla.timers import pause_offers
from alignment.sla.timers.inspection import inspect_lead
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.light_agreement import clock, draft_light, sign_both

HOUR = timedelta(hours=1)
TEN, NOON = MONDAY_NINE + HOUR, MONDAY_NINE + 3 * HOUR

Handed = Callable[..., Lead]


@pytest.fixture
def handed_off(session: Session, acme: Cast) -> Handed:
    """A lead of Monday at nine, with eight hours to the first touch, pausable as told."""

    def promise(**terms: Any) -> Lead:
        targets = (replace(first_touch(hours=8), **terms), answer_to_return(hours=8))
        draft = draft_light(session, acme, targets=targets, now=MONDAY_NINE)
        sign_both(session, acme, draft, now=MONDAY_NINE)
        lead = make_lead(session, acme)
        hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
        return lead

    return promise


def test_a_pause_moves_the_due_instant_by_its_length(
    session: Session, acme: Cast, handed_off: Handed
):
    lead = handed_off()
    due_at = clock(session, lead, "first_touch").due_at

    pause_offers.pause_lead(session, lead, reason="customer is away", by=acme.sam, now=TEN)
    assert clock(session, lead, "first_touch").state is TimerState.PAUSED
    pausing.resume(session, lead, by=acme.sam, now=NOON)

    moved = clock(session, lead, "first_touch")
    assert (moved.state, moved.due_at) == (TimerState.RUNNING, due_at + 18 * HOUR)


def test_it_says_who_paused_since_when_and_what_is_left(
    session: Session, acme: Cast, handed_off: Handed
):
    lead = handed_off(pause_limit=4 * HOUR)

    pause_offers.pause_lead(session, lead, reason="customer is away", by=acme.sam, now=TEN)

    [still] = pause_offers.paused_timers(inspect_lead(session, lead, now=NOON))
    assert (still.pause.by_id, still.pause.at) == (acme.sam.id, TEN)
    assert (still.pause.reason, still.left) == ("customer is away", 2 * HOUR)


def test_at_the_limit_the_clock_runs_on_by_itself(session: Session, acme: Cast, handed_off: Handed):
    lead = handed_off(pause_limit=2 * HOUR)
    pause_offers.pause_lead(session, lead, reason="customer is away", by=acme.sam, now=TEN)

    refresh_leads(session, acme.id, [lead.id], now=NOON + HOUR)

    assert clock(session, lead, "first_touch").state is TimerState.RUNNING
    assert pause_offers.paused_timers(inspect_lead(session, lead, now=NOON + HOUR)) == []


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"pauses_on": frozenset()}, "Nothing that was promised for Ada Byron can be paused"),
        ({"pause_people": frozenset({999})}, "Only people named in the agreement may pause"),
        ({"pause_reasons": frozenset({"customer_away"})}, "can be paused for: customer away."),
    ],
    ids=["promise", "person", "reason"],
)
def test_what_the_promise_does_not_allow_is_refused(
    session: Session, acme: Cast, handed_off: Handed, terms: dict[str, Any], words: str
):
    lead = handed_off(**terms)

    with pytest.raises(Refused, match=words):
        pause_offers.pause_lead(session, lead, reason="no time", by=acme.sam, now=TEN)

    assert clock(session, lead, "first_touch").state is TimerState.RUNNING


def test_a_used_up_limit_pauses_no_more(session: Session, acme: Cast, handed_off: Handed):
    lead = handed_off(pause_limit=HOUR)
    pause_offers.pause_lead(session, lead, reason="away", by=acme.sam, now=TEN)
    pausing.resume(session, lead, by=acme.sam, now=NOON)

    with pytest.raises(Refused, match="All the time for which Ada Byron may be paused is used"):
        pause_offers.pause_lead(session, lead, reason="away", by=acme.sam, now=NOON + HOUR)


def test_a_paused_lead_is_not_paused_again(session: Session, acme: Cast, handed_off: Handed):
    lead = handed_off()
    pause_offers.pause_lead(session, lead, reason="away", by=acme.sam, now=TEN)

    with pytest.raises(Refused, match="is paused already"):
        pause_offers.pause_lead(session, lead, reason="away", by=acme.sam, now=NOON)


def test_what_is_past_due_or_done_is_not_paused(session: Session, acme: Cast, handed_off: Handed):
    lead = handed_off()
    late = MONDAY_NINE + timedelta(days=3)

    with pytest.raises(Refused, match="past due"):
        pause_offers.pause_lead(session, lead, reason="away", by=acme.sam, now=late)

    record_touch(session, lead, EventKind.CALLED, by=acme.sam, now=late)
    with pytest.raises(Refused, match="nothing to pause"):
        pause_offers.pause_lead(session, lead, reason="away", by=acme.sam, now=late)


def test_what_is_not_paused_is_not_resumed(session: Session, acme: Cast, handed_off: Handed):
    lead = handed_off()

    with pytest.raises(Refused, match="Ada Byron is not paused"):
        pausing.resume(session, lead, by=acme.sam, now=TEN)
