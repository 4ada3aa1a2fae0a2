"""What was told of a clock and what comes next, in words."""

from fractions import Fraction

import pytest
from sqlmodel import Session

from alignment.leads.bulk.release import release_leads
from alignment.leads.handoff import accept
from alignment.leads.models import Lead
from alignment.sla.notices.timeline import NotificationTimeline, timelines_of
from alignment.sla.promises.targets import EscalationStep, RecipientRole
from alignment.sla.timers.inspection import inspect_lead
from tests.factories import MONDAY_NINE, Cast, make_user
from tests.sla.escalating_agreement import after, handed_off, look, promise
from tests.sla.lead_histories import berlin

TEN, NOON, ONE = (berlin(f"2027-03-01 {hour}:00") for hour in (10, 12, 13))
PAST_ONE, FIVE = berlin("2027-03-01 13:01"), berlin("2027-03-01 17:00")
TUESDAY = berlin("2027-03-02 13:00")


def ladder(session: Session, acme: Cast, lead: Lead, *, now: object) -> NotificationTimeline:
    clocks = inspect_lead(session, lead, now=now)  # type: ignore[arg-type]
    people = {person.id: person.name for person in (acme.sam, acme.mona, acme.olga)}
    (found,) = timelines_of(session, acme.id, clocks, people=people).values()
    return found


def test_first_comes_the_warning_then_the_miss_then_each_step(session: Session, acme: Cast):
    promise(
        session,
        acme,
        after(4, RecipientRole.OWNERS_MANAGER),
        after(8, RecipientRole.PERSON, 2**31 - 1),
    )
    ada = handed_off(session, acme)

    comes = [ladder(session, acme, ada, now=now).next for now in (TEN, NOON, PAST_ONE, FIVE)]

    assert [(line.at, line.text) for line in comes if line] == [
        (NOON, "the owner hears that it is nearly due"),
        (ONE, "both teams hear that it is past due"),
        (FIVE, "the owner's manager hears that it still waits"),
        (TUESDAY, "a named person hears that it still waits"),
    ]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (RecipientRole.OWNER, "the owner hears that it still waits"),
        (RecipientRole.BOTH_LEADS, "the leads of both teams hear that it still waits"),
        (RecipientRole.NEXT_AVAILABLE, "the lead goes to the next person who is there"),
    ],
)
def test_each_listener_has_words(session: Session, acme: Cast, to: RecipientRole, words: str):
    promise(session, acme, EscalationStep(when=Fraction(1, 2), to=to))
    ada = handed_off(session, acme)

    line = ladder(session, acme, ada, now=TEN).next

    assert line is not None
    assert (line.at, line.text) == (berlin("2027-03-01 11:00"), words)


def test_while_nobody_owns_the_lead_its_team_hears_in_place_of_the_owner(
    session: Session, acme: Cast
):
    promise(session, acme, after(4, RecipientRole.OWNERS_MANAGER))
    ada = handed_off(session, acme)
    release_leads(session, [ada], former=acme.sam, by=acme.olga, now=TEN)

    comes = [ladder(session, acme, ada, now=now).next for now in (TEN, PAST_ONE)]

    assert [(line.at, line.text) for line in comes if line] == [
        (NOON, "the team hears that it is nearly due"),
        (FIVE, "the team hears that it still waits"),
    ]


def test_a_named_person_is_called_by_name(session: Session, acme: Cast):
    promise(
        session,
        acme,
        EscalationStep(when=Fraction(1, 2), to=RecipientRole.PERSON, person_id=acme.olga.id),
    )
    ada = handed_off(session, acme)

    line = ladder(session, acme, ada, now=TEN).next

    assert line is not None
    assert line.text == "Olga hears that it still waits"


def test_nobody_hears_next_of_what_is_done(session: Session, acme: Cast):
    promise(session, acme, after(4, RecipientRole.OWNER))
    ada = handed_off(session, acme)

    accept(session, ada, by=acme.sam, now=TEN)

    assert ladder(session, acme, ada, now=TEN) == NotificationTimeline(past=[], next=None)


def test_it_says_who_heard_what_when(session: Session, acme: Cast):
    promise(session, acme, after(4, RecipientRole.PERSON, acme.olga.id))
    ada = handed_off(session, acme)
    look(session, ada, NOON, PAST_ONE, FIVE)
    accept(session, ada, by=acme.sam, now=TUESDAY)

    told = ladder(session, acme, ada, now=TUESDAY).past

    assert [(line.at, line.text) for line in told] == [
        (NOON, "Sam heard that it is nearly due"),
        (PAST_ONE, "Sam and Mona heard that it is past due"),
        (FIVE, "Olga heard that it still waits"),
        (TUESDAY, "Sam, Mona and Olga heard that it is done"),
    ]


def test_it_says_who_was_to_hear_and_to_whom_the_lead_went(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    promise(
        session,
        acme,
        EscalationStep(when=Fraction(1, 2), to=RecipientRole.OWNERS_MANAGER),
        after(0, RecipientRole.NEXT_AVAILABLE),
    )
    ada = handed_off(session, acme)
    look(session, ada, MONDAY_NINE, PAST_ONE)

    (clock,) = inspect_lead(session, ada, now=PAST_ONE)
    told = timelines_of(session, acme.id, [clock], people={tim.id: "Tim"})[clock.timer.id].past

    assert [line.text for line in told] == [
        "Meant for the owner's manager, and found too late to be told",
        "Sam, Mona and Tim heard that it is past due",
        "The lead went to Tim",
    ]
