"""Whoever has to answer hears of the question, whoever asked of the answer, and nobody else."""

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.roles import Side
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.templates import Reader, Rendered, render_notice
from alignment.sla.breaches.excuses.approval import (
    answer_excuse,
    ask_for_excuse,
    excuse_breach,
    revoke_excuse,
)
from alignment.sla.breaches.excuses.periods import Period, propose_period
from alignment.sla.breaches.queries import agreement_of_breach
from alignment.sla.notices import excuse_answers
from tests.factories import Cast, make_user
from tests.sla.lead_histories import berlin
from tests.sla.missed_promises import TWO_OCLOCK, lea_of, missed


def told(session: Session, kind: str) -> list[Delivery]:
    found = select(Delivery).where(Delivery.kind == kind)
    return list(session.exec(found.order_by(col(Delivery.id))))


def written(letter: Delivery) -> Rendered:
    reader = Reader(name="Mona", address=letter.address, zone="Europe/Berlin", workspace="Acme")
    return render_notice(
        letter.kind, letter.words, reader=reader, base_url="https://alignment.acme.test"
    )


def readers(session: Session, kind: str) -> list[int | None]:
    return [letter.recipient_id for letter in told(session, kind)]


def test_the_leads_of_the_other_team_are_asked(session: Session, acme: Cast):
    make_user(session, acme.workspace, "Nina", team=acme.marketing)
    breach = missed(session, acme)

    ask_for_excuse(session, breach, reason="The phones were down", by=acme.sam, now=TWO_OCLOCK)

    assert readers(session, "excuse_asked") == [acme.mona.id]
    letter = written(told(session, "excuse_asked")[0])
    assert letter.subject == "To excuse: Globex, accept or return"
    assert "Sam asks your team to excuse a missed promise" in letter.text
    assert "Reason: The phones were down" in letter.text
    assert f"https://alignment.acme.test/breaches/{breach.id}" in letter.text
    assert "The phones were down" in letter.html


def test_of_a_period_hears_who_may_sign(session: Session, acme: Cast):
    lea = lea_of(acme, session)
    breach = missed(session, acme)
    period = Period(
        agreement=agreement_of_breach(session, breach),
        owed_by=Side.SALES,
        from_at=berlin("2027-03-01 12:00"),
        until_at=berlin("2027-03-01 18:00"),
    )

    asked = propose_period(session, period, reason="Outage", by=acme.mona, now=TWO_OCLOCK)

    assert readers(session, "excuse_asked") == [lea.id]
    letter = written(told(session, "excuse_asked")[0])
    assert letter.subject == (
        "To excuse what Sales owed, Mon 1 Mar 2027, 12:00 CET to Mon 1 Mar 2027, 18:00 CET"
    )
    assert f"https://alignment.acme.test/excuses/{asked.id}" in letter.text
    answer_excuse(session, asked, is_granted=True, by=lea, now=TWO_OCLOCK)
    assert readers(session, "excuse_answered") == [acme.mona.id]
    assert (
        "the period you proposed, excuse granted"
        in written(told(session, "excuse_answered")[0]).subject
    )


@pytest.mark.parametrize(
    ("is_granted", "words", "said"),
    [(True, "", "is granted"), (False, "They rang", "is refused")],
)
def test_who_asked_hears_the_answer(
    session: Session, acme: Cast, is_granted: bool, words: str, said: str
):
    asked = ask_for_excuse(
        session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO_OCLOCK
    )

    answer_excuse(session, asked, is_granted=is_granted, words=words, by=acme.mona, now=TWO_OCLOCK)

    assert readers(session, "excuse_answered") == [acme.sam.id]
    letter = written(told(session, "excuse_answered")[0])
    assert f"The excuse you asked for {said}" in letter.text
    assert words in letter.text


def test_who_asked_hears_that_a_granted_one_was_taken_back(session: Session, acme: Cast):
    asked = ask_for_excuse(
        session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO_OCLOCK
    )
    answer_excuse(session, asked, is_granted=True, by=acme.mona, now=TWO_OCLOCK)

    revoke_excuse(session, asked, by=acme.mona, now=TWO_OCLOCK)

    letters = [written(letter).subject for letter in told(session, "excuse_answered")]
    assert letters == [
        "Globex: accept or return, excuse granted",
        "Globex: accept or return, excuse taken back",
    ]


def test_ones_own_act_is_told_to_nobody(session: Session, acme: Cast):
    breach = missed(session, acme)
    asked = ask_for_excuse(session, breach, reason="Busy", by=acme.sam, now=TWO_OCLOCK)

    revoke_excuse(session, asked, by=acme.sam, now=TWO_OCLOCK)
    excuse_breach(session, breach, reason="Seen", by=acme.mona, now=TWO_OCLOCK)

    assert told(session, "excuse_answered") == []


def test_a_question_matters_until_it_is_answered(session: Session, acme: Cast):
    asked = ask_for_excuse(
        session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO_OCLOCK
    )
    (question,) = told(session, "excuse_asked")
    assert excuse_answers.why_question_no_longer_matters(session, question, now=TWO_OCLOCK) is None

    revoke_excuse(session, asked, by=acme.sam, now=TWO_OCLOCK)

    assert (
        excuse_answers.why_question_no_longer_matters(session, question, now=TWO_OCLOCK)
        == "It is taken back by now."
    )
