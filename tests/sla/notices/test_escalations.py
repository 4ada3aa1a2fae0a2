"""Who hears a step of the ladder, in which words, and how a lead goes to the next person."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from alignment.accounts.absences import days_off
from alignment.accounts.absences.days_off import DaysOff
from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.leads.bulk.release import release_leads
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason, accept, return_to_marketing
from alignment.leads.history.queries import history_of
from alignment.leads.routing import assign
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.templates import Reader, Rendered, render_notice
from alignment.sla.notices.escalations import why_step_no_longer_matters
from alignment.sla.promises.targets import RecipientRole
from tests.factories import MONDAY_NINE, Cast, make_team, make_user
from tests.sla.escalating_agreement import after, handed_off, look, promise, readers, steps, told
from tests.sla.lead_histories import HOUR, berlin
from tests.sla.light_agreement import clock

PAST_ONE, THREE = berlin("2027-03-01 13:01"), berlin("2027-03-01 15:00")
FIVE = berlin("2027-03-01 17:00")
TUESDAY, WEDNESDAY = berlin("2027-03-02 13:00"), berlin("2027-03-03 13:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lea(session: Session, acme: Cast) -> User:
    """Leads sales."""
    return make_user(session, acme.workspace, "Lea", team=acme.sales, is_team_lead=True)


@pytest.fixture
def tim(session: Session, acme: Cast) -> User:
    """Of sales, like Sam."""
    return make_user(session, acme.workspace, "Tim", team=acme.sales)


def written(letter: Delivery) -> Rendered:
    reader = Reader(name="Sam", address=letter.address, zone="Europe/Berlin", workspace="Acme")
    return render_notice(
        letter.kind, letter.words, reader=reader, base_url="https://alignment.acme.test"
    )


def take_off(session: Session, *people: User) -> None:
    for person in people:
        wish = DaysOff(first_on=date(2027, 3, 1), last_on=date(2027, 3, 5))
        days_off.add_days_off(session, person, wish, by=person, now=MONDAY_NINE)


def heard(
    session: Session, acme: Cast, to: RecipientRole, person_id: int | None = None
) -> set[object]:
    """Who hears a step of four hours after due, Sam having the lead."""
    promise(session, acme, after(4, to, person_id))
    look(session, handed_off(session, acme), PAST_ONE, FIVE)
    return set(readers(session, "timer_escalated"))


def test_the_owner_hears(session: Session, acme: Cast, lea: User):
    assert heard(session, acme, RecipientRole.OWNER) == {acme.sam.id}


def test_whoever_has_the_lead_by_now_hears_as_its_owner(session: Session, acme: Cast, tim: User):
    promise(session, acme, after(4, RecipientRole.OWNER))
    ada = handed_off(session, acme)
    look(session, ada, PAST_ONE)

    assign(session, ada, owner=tim, by=acme.sam, now=THREE)
    look(session, ada, FIVE)

    assert readers(session, "timer_escalated") == {tim.id}


def test_for_an_owner_who_left_the_leads_of_the_team_hear(session: Session, acme: Cast, lea: User):
    acme.sam.is_active = False

    assert heard(session, acme, RecipientRole.OWNER) == {lea.id}


def test_the_owners_manager_hears(session: Session, acme: Cast, lea: User):
    acme.sam.manager_id = acme.olga.id

    assert heard(session, acme, RecipientRole.OWNERS_MANAGER) == {acme.olga.id}


def test_without_a_manager_the_leads_of_the_owners_team_hear(
    session: Session, acme: Cast, lea: User
):
    assert heard(session, acme, RecipientRole.OWNERS_MANAGER) == {lea.id}


def test_for_a_manager_who_left_the_leads_of_the_owners_team_hear(
    session: Session, acme: Cast, lea: User
):
    acme.sam.manager_id = acme.olga.id
    acme.olga.is_active = False

    assert heard(session, acme, RecipientRole.OWNERS_MANAGER) == {lea.id}


def test_an_owner_who_leads_the_team_is_not_told_as_the_manager(session: Session, acme: Cast):
    ben = make_user(session, acme.workspace, "Ben", team=acme.sales, is_team_lead=True)
    acme.sam.manager_id = acme.sam.id
    promise(session, acme, after(4, RecipientRole.OWNERS_MANAGER))
    ada = handed_off(session, acme)
    assign(session, ada, owner=ben, by=acme.sam, now=MONDAY_NINE + MINUTE)

    look(session, ada, PAST_ONE, FIVE)

    assert readers(session, "timer_escalated") == {acme.mona.id}


def test_the_leads_of_both_teams_hear(session: Session, acme: Cast, lea: User):
    assert heard(session, acme, RecipientRole.BOTH_LEADS) == {lea.id, acme.mona.id}


def test_a_named_person_hears(session: Session, acme: Cast, lea: User):
    assert heard(session, acme, RecipientRole.PERSON, acme.olga.id) == {acme.olga.id}


def test_for_a_named_person_who_left_the_leads_of_that_persons_team_hear(
    session: Session, acme: Cast, lea: User, tim: User
):
    tim.is_active = False

    assert heard(session, acme, RecipientRole.PERSON, tim.id) == {lea.id}


def test_a_person_of_another_workspace_never_hears(
    session: Session, acme: Cast, lea: User, stella: User
):
    assert heard(session, acme, RecipientRole.PERSON, stella.id) == {lea.id, acme.mona.id}


def test_what_marketing_owes_is_told_to_whoever_handed_the_lead_off(
    session: Session, acme: Cast, lea: User
):
    nina = make_user(session, acme.workspace, "Nina", team=acme.marketing)
    promise(session, acme, after(4, RecipientRole.OWNER))
    ada = handed_off(session, acme)
    line = history_of(session, ada)[0]
    line.by_id = nina.id
    session.flush()

    return_to_marketing(session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=THREE)
    look(session, ada, TUESDAY + 3 * MINUTE, berlin("2027-03-02 17:00"), berlin("2027-03-03 11:00"))

    assert readers(session, "timer_escalated") == {nina.id}


def test_the_letter_says_how_late_it_is_who_has_it_and_who_was_told(
    session: Session, acme: Cast, lea: User
):
    heard(session, acme, RecipientRole.OWNERS_MANAGER)

    letter = written(told(session, "timer_escalated")[0])

    assert letter.subject == "Globex: accept or return is still open"
    assert "it is 4 hours of open time past due" in letter.text
    assert "It is with Sam." in letter.text
    assert "past due, Mon 1 Mar 2027, 13:01 CET: Sam, Mona, Lea" in letter.text
    assert "Sam, Mona, Lea, that it is past due" in letter.html


def test_a_step_no_longer_matters_once_it_is_done(session: Session, acme: Cast):
    promise(session, acme, after(4, RecipientRole.OWNER))
    ada = handed_off(session, acme)
    look(session, ada, PAST_ONE, FIVE)
    (letter,) = told(session, "timer_escalated")
    assert why_step_no_longer_matters(session, letter, now=FIVE) is None

    accept(session, ada, by=acme.sam, now=FIVE + MINUTE)

    assert (
        why_step_no_longer_matters(session, letter, now=FIVE + MINUTE)
        == "It is done or given up by now."
    )


def test_the_lead_goes_to_the_next_person_who_is_there(session: Session, acme: Cast, tim: User):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
    us = make_team(session, acme.workspace, side=Side.SALES, name="US")
    make_user(session, acme.workspace, "Abe", team=us)
    take_off(session, tim)
    promise(session, acme, after(4, RecipientRole.NEXT_AVAILABLE))
    ada = handed_off(session, acme)

    look(session, ada, PAST_ONE, FIVE, FIVE + MINUTE)

    line = history_of(session, ada)[-1]
    assert (ada.owner_id, line.kind, line.by_id) == (kim.id, EventKind.ASSIGNED, None)
    assert (line.reason, line.note) == (
        "passed_on",
        "Accept or return: Sam had it until now.",
    )
    assert [x.reassigned_to_id for x in steps(session)] == [kim.id]


def test_from_the_queue_it_goes_to_the_next_of_the_team_that_promised(
    session: Session, acme: Cast, tim: User
):
    us = make_team(session, acme.workspace, side=Side.SALES, name="US")
    make_user(session, acme.workspace, "Abe", team=us)
    promise(session, acme, after(4, RecipientRole.NEXT_AVAILABLE))
    ada = handed_off(session, acme)
    release_leads(session, [ada], former=acme.sam, by=acme.olga, now=MONDAY_NINE + HOUR)

    look(session, ada, PAST_ONE, FIVE, FIVE + MINUTE)

    assert ada.owner_id == tim.id


def test_of_an_owner_in_no_team_of_sales_it_goes_to_the_team_that_promised(
    session: Session, acme: Cast, tim: User
):
    promise(session, acme, after(4, RecipientRole.NEXT_AVAILABLE))
    ada = handed_off(session, acme)
    assign(session, ada, owner=acme.mona, by=acme.olga, now=MONDAY_NINE + HOUR)

    look(session, ada, PAST_ONE, FIVE, FIVE + MINUTE)

    assert ada.owner_id == tim.id


def test_the_new_owner_gets_the_lead_and_the_former_a_note_and_nobody_else_hears(
    session: Session, acme: Cast, tim: User
):
    promise(session, acme, after(4, RecipientRole.NEXT_AVAILABLE))
    look(session, handed_off(session, acme), PAST_ONE, FIVE)

    note = told(session, "lead_passed_on")[0]

    assert readers(session, "lead_assigned") == {acme.sam.id, tim.id}
    assert note.recipient_id == acme.sam.id
    assert written(note).subject == "Globex is with Tim now"
    assert "You have nothing to do." in written(note).text
    assert told(session, "timer_escalated") == []


def test_a_step_that_gives_the_lead_away_acts_though_a_later_one_is_reached(
    session: Session, acme: Cast, tim: User
):
    promise(
        session, acme, after(2, RecipientRole.NEXT_AVAILABLE), after(4, RecipientRole.BOTH_LEADS)
    )
    ada = handed_off(session, acme)

    look(session, ada, FIVE)

    assert ada.owner_id == tim.id
    assert [x.is_superseded for x in steps(session)] == [False, False]


def test_where_the_clock_is_the_owners_the_next_owner_gets_the_whole_time(
    session: Session, acme: Cast, tim: User
):
    promise(session, acme, after(0, RecipientRole.NEXT_AVAILABLE), per_owner=True)
    ada = handed_off(session, acme)

    look(session, ada, PAST_ONE)

    assert clock(session, ada, "accept_or_return", cycle=2).due_at == berlin("2027-03-02 09:01")


def test_a_lead_is_passed_on_only_as_often_as_agreed(session: Session, acme: Cast, tim: User):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
    promise(
        session,
        acme,
        after(2, RecipientRole.NEXT_AVAILABLE),
        after(4, RecipientRole.NEXT_AVAILABLE),
        max_restarts=1,
    )
    ada = handed_off(session, acme)

    look(session, ada, PAST_ONE, THREE, FIVE)

    assert ada.owner_id == tim.id
    assert kim.id not in readers(session, "lead_assigned")
    letter = told(session, "timer_escalated")[0]
    assert "The lead was passed on once already." in written(letter).text


def test_where_nobody_is_there_the_leads_of_both_teams_hear_so(session: Session, acme: Cast):
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales, is_team_lead=True)
    take_off(session, lea)
    promise(session, acme, after(4, RecipientRole.NEXT_AVAILABLE))
    ada = handed_off(session, acme)

    look(session, ada, PAST_ONE, FIVE)

    assert ada.owner_id == acme.sam.id
    assert readers(session, "timer_escalated") == {lea.id, acme.mona.id}
    text = written(told(session, "timer_escalated")[0]).text
    assert "Nobody else of Sales is there today." in text


def test_for_a_named_person_of_no_team_who_left_the_leads_of_both_teams_hear(
    session: Session, acme: Cast, lea: User
):
    acme.olga.is_active = False

    assert heard(session, acme, RecipientRole.PERSON, acme.olga.id) == {lea.id, acme.mona.id}


def test_an_owner_who_changed_between_two_steps_is_told_of_the_second_one_only(
    session: Session, acme: Cast, tim: User
):
    promise(session, acme, after(2, RecipientRole.OWNER), after(4, RecipientRole.OWNER))
    ada = handed_off(session, acme)
    look(session, ada, PAST_ONE, THREE)

    assign(session, ada, owner=tim, by=acme.mona, now=THREE + MINUTE)
    look(session, ada, FIVE)

    assert [x.recipient_id for x in told(session, "timer_escalated")] == [acme.sam.id, tim.id]


def test_a_lead_that_changed_hands_between_two_steps_goes_on_from_its_new_owner(
    session: Session, acme: Cast, tim: User
):
    promise(session, acme, after(2, RecipientRole.OWNER), after(4, RecipientRole.NEXT_AVAILABLE))
    ada = handed_off(session, acme)
    look(session, ada, PAST_ONE, THREE)

    assign(session, ada, owner=tim, by=acme.mona, now=THREE + MINUTE)
    look(session, ada, FIVE)

    assert ada.owner_id == acme.sam.id
    assert readers(session, "lead_passed_on") == {tim.id}


def test_done_is_told_to_those_who_were_told_of_the_miss_or_a_later_step_and_to_nobody_else(
    session: Session, acme: Cast, lea: User
):
    acme.sam.manager_id = acme.olga.id
    promise(session, acme, after(4, RecipientRole.OWNERS_MANAGER))
    ada = handed_off(session, acme)
    look(session, ada, PAST_ONE, FIVE)
    make_user(session, acme.workspace, "Neo", team=acme.marketing, is_team_lead=True)

    accept(session, ada, by=acme.sam, now=TUESDAY)

    people = {acme.sam.id, acme.mona.id, lea.id, acme.olga.id}
    assert readers(session, "breach_resolved") == people


def test_whom_the_message_never_reached_is_not_told_that_it_is_done(
    session: Session, acme: Cast, lea: User
):
    promise(session, acme)
    ada = handed_off(session, acme)
    look(session, ada, PAST_ONE)
    for letter in told(session, "timer_breached"):
        if letter.recipient_id == lea.id:
            letter.outcome = Outcome.SUPPRESSED
        if letter.recipient_id == acme.mona.id:
            letter.outcome = Outcome.ACCEPTED
    session.flush()

    accept(session, ada, by=acme.sam, now=TUESDAY)

    assert readers(session, "breach_resolved") == {acme.sam.id, acme.mona.id}
