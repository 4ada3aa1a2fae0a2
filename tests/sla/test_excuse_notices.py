"""Whoever has to answer hears of the question, whoever asked of the answer, and nobody else."""

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.roles import Side
from alignment.notifications.letters import Reader, Written, write
from alignment.notifications.models import Delivery
from alignment.sla import excuse_notices
from alignment.sla.excused_periods import Period, propose
from alignment.sla.excuses import answer, ask, excuse, take_back
from alignment.sla.queries import agreement_of_breach
from tests.factories import Cast, make_user
from tests.sla.missed import TWO, lea_of, missed
from tests.sla.stories import berlin


def told(session: Session, kind: str) -> list[Delivery]:
    found = select(Delivery).where(Delivery.kind == kind)
    return list(session.exec(found.order_by(col(Delivery.id))))


def written(letter: Delivery) -> Written:
    reader = Reader(name="Mona", address=letter.address, zone="Europe/Berlin", workspace="Acme")
    return write(letter.kind, letter.words, reader=reader, base_url="https://alignment.acme.test")


def readers(session: Session, kind: str) -> list[int | None]:
    return [letter.recipient_id for letter in told(session, kind)]


def test_the_leads_of_the_other_team_are_asked(session: Session, acme: Cast):
    make_user(session, acme.workspace, "Nina", team=acme.marketing)
    breach = missed(session, acme)

    ask(session, breach, reason="The phones were down", by=acme.sam, now=TWO)

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

    asked = propose(session, period, reason="Outage", by=acme.mona, now=TWO)

    assert readers(session, "excuse_asked") == [lea.id]
    letter = written(told(session, "excuse_asked")[0])
    assert letter.subject == (
        "To excuse what Sales owed, Mon 1 Mar 2027, 12:00 CET to Mon 1 Mar 2027, 18:00 CET"
    )
    assert f"https://alignment.acme.test/excuses/{asked.id}" in letter.text
    answer(session, asked, is_granted=True, by=lea, now=TWO)
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
    asked = ask(session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO)

    answer(session, asked, is_granted=is_granted, words=words, by=acme.mona, now=TWO)

    assert readers(session, "excuse_answered") == [acme.sam.id]
    letter = written(told(session, "excuse_answered")[0])
    assert f"The excuse you asked for {said}" in letter.text
    assert words in letter.text


def test_who_asked_hears_that_a_granted_one_was_taken_back(session: Session, acme: Cast):
    asked = ask(session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO)
    answer(session, asked, is_granted=True, by=acme.mona, now=TWO)

    take_back(session, asked, by=acme.mona, now=TWO)

    letters = [written(letter).subject for letter in told(session, "excuse_answered")]
    assert letters == [
        "Globex: accept or return, excuse granted",
        "Globex: accept or return, excuse taken back",
    ]


def test_ones_own_act_is_told_to_nobody(session: Session, acme: Cast):
    breach = missed(session, acme)
    asked = ask(session, breach, reason="Busy", by=acme.sam, now=TWO)

    take_back(session, asked, by=acme.sam, now=TWO)
    excuse(session, breach, reason="Seen", by=acme.mona, now=TWO)

    assert told(session, "excuse_answered") == []


def test_a_question_matters_until_it_is_answered(session: Session, acme: Cast):
    asked = ask(session, missed(session, acme), reason="Busy", by=acme.sam, now=TWO)
    (question,) = told(session, "excuse_asked")
    assert excuse_notices.still_asked(session, question, now=TWO) is None

    take_back(session, asked, by=acme.sam, now=TWO)

    assert excuse_notices.still_asked(session, question, now=TWO) == "It is taken back by now."
