"""How far back a touch may be dated is part of what is promised."""

from dataclasses import replace

from sqlmodel import Session

from alignment.leads.event_kinds import EventKind
from alignment.leads.touches import record_touch
from alignment.sla.promises.standard_targets import answer_to_return, first_touch, next_touch
from alignment.sla.promises.targets import Target
from alignment.sla.timers.backdating import backdating_limit
from alignment.sla.timers.inspection import inspect_lead
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.escalating_agreement import handed_off
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import draft_light, sign_both

TEN = berlin("2027-03-01 10:00")


def promise(session: Session, acme: Cast, *targets: Target) -> None:
    every = [*targets, answer_to_return(hours=8)]
    version = draft_light(session, acme, targets=every, now=MONDAY_NINE)
    sign_both(session, acme, version, now=MONDAY_NINE)


def test_without_a_promise_one_working_day(session: Session, acme: Cast):
    ada = make_lead(session, acme)

    assert backdating_limit(inspect_lead(session, ada, now=TEN)) == 1


def test_the_promise_that_touches_keep_says_how_far(session: Session, acme: Cast):
    promise(session, acme, replace(first_touch(hours=4), dated_back_limit_days=3))
    ada = handed_off(session, acme)

    assert backdating_limit(inspect_lead(session, ada, now=TEN)) == 3


def test_of_two_open_promises_the_stricter_counts_until_it_is_done(session: Session, acme: Cast):
    strict = replace(first_touch(hours=4), dated_back_limit_days=0)
    lenient = replace(next_touch(working_days=3), dated_back_limit_days=5)
    promise(session, acme, strict, lenient)
    ada = handed_off(session, acme)
    assert backdating_limit(inspect_lead(session, ada, now=TEN)) == 0

    record_touch(session, ada, EventKind.CALLED, by=acme.sam, now=TEN)

    assert backdating_limit(inspect_lead(session, ada, now=TEN)) == 5
