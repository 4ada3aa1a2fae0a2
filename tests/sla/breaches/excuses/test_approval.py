"""A missed promise is set aside by the other team alone; the breach stays a fact."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.accounts.models import Membership
from alignment.accounts.roles import Role, Side
from alignment.errors import Refused
from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.event_kinds import EventKind
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.models import Lead
from alignment.sla.breaches.excuses.approval import (
    answer_excuse,
    answering_side,
    ask_for_excuse,
    excuse_breach,
    may_answer,
    may_revoke,
    revoke_excuse,
)
from alignment.sla.models import Excuse, ExcuseState
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_user
from tests.sla.light_agreement import breaches, in_force, journal
from tests.sla.missed_promises import TWO_OCLOCK, given, missed, noticed

THREE = TWO_OCLOCK + timedelta(hours=1)


def test_the_other_team_excuses_at_once(session: Session, acme: Cast):
    breach = missed(session, acme)

    granted = excuse_breach(session, breach, reason="Our form was down", by=acme.mona, now=THREE)

    assert breach.is_excused
    assert (granted.state, granted.answered_by_id) == (ExcuseState.GRANTED, acme.mona.id)
    assert len(journal(session, "breach_excused")) == 1


def test_an_excused_breach_stays_what_it_was(session: Session, acme: Cast):
    breach = missed(session, acme)
    before = (breach.due_at, breach.noticed_at, breach.owner_id)

    excuse_breach(session, breach, reason="Our form was down", by=acme.mona, now=THREE)

    assert (breach.due_at, breach.noticed_at, breach.owner_id) == before
    assert breach.withdrawn_at is None


def test_who_owes_it_cannot_excuse_it(session: Session, acme: Cast):
    breach = missed(session, acme)

    with pytest.raises(Refused, match="Only marketing can excuse what sales owes"):
        excuse_breach(session, breach, reason="I was away", by=acme.sam, now=THREE)

    assert not breach.is_excused


def test_who_is_of_both_teams_cannot_excuse_alone(session: Session, acme: Cast):
    breach = missed(session, acme)
    bea = make_user(session, acme.workspace, "Bea", team=acme.sales)
    join_marketing(session, acme, bea.id)

    with pytest.raises(Refused, match="Only marketing can excuse"):
        excuse_breach(session, breach, reason="I was away", by=bea, now=THREE)


def join_marketing(session: Session, acme: Cast, user_id: int) -> None:
    session.add(Membership(workspace_id=acme.id, user_id=user_id, team_id=acme.marketing.id))
    session.flush()


def test_who_owes_it_asks_and_the_other_team_grants(session: Session, acme: Cast):
    breach = missed(session, acme)

    asked = ask_for_excuse(
        session, breach, reason="The phones were down", by=acme.sam, now=TWO_OCLOCK
    )
    assert (asked.state, breach.is_excused) == (ExcuseState.ASKED, False)
    answer_excuse(session, asked, is_granted=True, by=acme.mona, now=THREE)

    assert breach.is_excused
    assert (asked.state, asked.answered_at) == (ExcuseState.GRANTED, THREE)


def test_the_other_team_refuses_in_words(session: Session, acme: Cast):
    breach = missed(session, acme)
    asked = ask_for_excuse(session, breach, reason="Busy", by=acme.sam, now=TWO_OCLOCK)

    with pytest.raises(Refused, match="why not"):
        answer_excuse(session, asked, is_granted=False, by=acme.mona, now=THREE)
    answer_excuse(session, asked, is_granted=False, words="It was free", by=acme.mona, now=THREE)

    assert (asked.state, asked.answer_text) == (ExcuseState.REFUSED, "It was free")
    assert not breach.is_excused


def test_after_a_refusal_it_may_be_asked_or_excused_anew(session: Session, acme: Cast):
    breach = missed(session, acme)
    asked = ask_for_excuse(session, breach, reason="Busy", by=acme.sam, now=TWO_OCLOCK)
    answer_excuse(session, asked, is_granted=False, words="It was free", by=acme.mona, now=THREE)

    again = excuse_breach(session, breach, reason="Seen now", by=acme.mona, now=THREE)

    assert breach.excuse_id == again.id
    assert breach.is_excused


@pytest.mark.parametrize("name", ["sam", "olga"])
def test_nobody_else_answers(session: Session, acme: Cast, name: str):
    asked = ask_for_excuse(
        session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO_OCLOCK
    )

    with pytest.raises(Refused, match="Marketing has to answer this"):
        answer_excuse(session, asked, is_granted=True, by=getattr(acme, name), now=THREE)


def test_a_viewer_of_the_other_team_does_not_answer(session: Session, acme: Cast):
    asked = ask_for_excuse(
        session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO_OCLOCK
    )
    vera = make_user(session, acme.workspace, "Vera", role=Role.VIEWER, team=acme.marketing)

    assert not may_answer(session, asked, vera)
    assert may_answer(session, asked, acme.mona)


def test_an_answer_is_given_once(session: Session, acme: Cast):
    asked = ask_for_excuse(
        session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO_OCLOCK
    )
    answer_excuse(session, asked, is_granted=True, by=acme.mona, now=THREE)

    with pytest.raises(Refused, match="answered or taken back already"):
        answer_excuse(session, asked, is_granted=False, words="No", by=acme.mona, now=THREE)


def test_what_was_asked_is_not_asked_twice(session: Session, acme: Cast):
    breach = missed(session, acme)
    ask_for_excuse(session, breach, reason="Busy", by=acme.sam, now=TWO_OCLOCK)

    with pytest.raises(Refused, match="waits for an answer"):
        ask_for_excuse(session, breach, reason="Busy", by=acme.sam, now=THREE)
    with pytest.raises(Refused, match="waits for an answer"):
        excuse_breach(session, breach, reason="Seen", by=acme.mona, now=THREE)


@pytest.mark.parametrize("name", ["mona", "sam"])
def test_either_team_takes_a_granted_one_back(session: Session, acme: Cast, name: str):
    breach = missed(session, acme)
    granted = excuse_breach(
        session, breach, reason="Our form was down", by=acme.mona, now=TWO_OCLOCK
    )

    revoke_excuse(session, granted, by=getattr(acme, name), now=THREE)

    assert (granted.state, breach.is_excused) == (ExcuseState.TAKEN_BACK, False)


def test_a_question_is_taken_back_by_who_asks_alone(session: Session, acme: Cast):
    asked = ask_for_excuse(
        session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO_OCLOCK
    )

    assert not may_revoke(session, asked, acme.mona)
    revoke_excuse(session, asked, by=acme.sam, now=THREE)

    assert asked.state is ExcuseState.TAKEN_BACK
    with pytest.raises(Refused, match="does not hold"):
        revoke_excuse(session, asked, by=acme.sam, now=THREE)


def test_what_was_kept_after_all_needs_no_excuse(session: Session, acme: Cast):
    breach = missed(session, acme)
    lead = session.get_one(Lead, breach.lead_id)
    in_time = NewLeadEvent(kind=EventKind.ACCEPTED, at=MONDAY_NINE, by_id=acme.sam.id)
    add_history(session, acme.id, [HistoryAddition(lead=lead, events=(in_time,))], now=THREE)

    with pytest.raises(Refused, match="no longer counts as missed"):
        excuse_breach(session, breach, reason="Never mind", by=acme.mona, now=THREE)


def test_nobody_excuses_what_nobody_signed(session: Session, acme: Cast):
    breach = missed(session, acme)
    breach.is_shadow = True
    session.flush()

    with pytest.raises(Refused, match="Nobody has signed this"):
        excuse_breach(session, breach, reason="Never mind", by=acme.mona, now=THREE)


def test_each_breach_is_excused_by_itself(session: Session, acme: Cast):
    in_force(session, acme)
    lead = given(session, acme)
    breach = noticed(session, lead)
    touch_due = TWO_OCLOCK + timedelta(days=2)
    refresh_leads(session, acme.id, [lead.id], now=touch_due)

    excuse_breach(session, breach, reason="Our form was down", by=acme.mona, now=touch_due)

    assert [one.is_excused for one in breaches(session)] == [True, False]
    assert answering_side(session, session.get_one(Excuse, breach.excuse_id)) is Side.MARKETING
