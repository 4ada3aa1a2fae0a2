from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from alignment.errors import Refused
from alignment.journal.models import JournalEntry
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.templates import Reader, Rendered, render_notice
from alignment.plans import mailing, planning, tasks
from alignment.plans.models import Plan, Task
from alignment.plans.notices import PLAN_MAILED
from tests.factories import MONDAY_NINE, Cast, make_user

GiveTask = Callable[..., Task]

THURSDAY = date(2027, 3, 4)
LATER = MONDAY_NINE + timedelta(days=7)


def letters(session: Session) -> dict[int | None, Delivery]:
    mailed = select(Delivery).where(Delivery.kind == PLAN_MAILED)
    return {letter.recipient_id: letter for letter in session.exec(mailed)}


def read(letter: Delivery) -> Rendered:
    reader = Reader(name="Sam", address=letter.address, zone="Europe/Berlin", workspace="Acme")
    return render_notice(letter.kind, letter.words, reader=reader, base_url="https://acme.test")


def test_everybody_with_a_part_in_the_plan_gets_one_letter(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)
    give(acme.sam, "Call Ada", THURSDAY)

    sent = mailing.mail_plan(session, plan, number=1, by=acme.olga, now=MONDAY_NINE)

    assert sent == 2
    assert set(letters(session)) == {acme.sam.id, acme.mona.id}


def test_each_reader_finds_the_own_tasks_first(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY, note="To Ada\nand to Bob")
    give(acme.mona, "Write the page", date(2027, 3, 2))

    mailing.mail_plan(session, plan, number=1, by=acme.mona, now=MONDAY_NINE + timedelta(days=2))

    letter = read(letters(session)[acme.sam.id])
    assert letter.subject == "Spring launch: you have 1 open task"
    assert letter.text.startswith(
        "Spring launch\n\n60 demo requests\n\n0 of 2 tasks done.\n\n"
        "You:\n- Send one-pager, due Thu 4 Mar 2027\n  To Ada\n  and to Bob\n\n"
        "Mona:\n- Write the page, overdue, was due Tue 2 Mar 2027\n\n"
        f"See the plan:\nhttps://acme.test/plans/{plan.id}\n"
    )
    assert letter.html.index("Send one-pager") < letter.html.index("Write the page")


def test_a_reader_with_nothing_open_is_told_so(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    done = give(acme.mona, "Write the page", THURSDAY)
    tasks.complete_task(session, done, by=acme.mona, now=MONDAY_NINE)

    mailing.mail_plan(session, plan, number=1, by=acme.sam, now=MONDAY_NINE)

    letter = read(letters(session)[acme.mona.id])
    assert letter.subject == "Spring launch: nothing open for you"
    assert "1 of 1 tasks done.\n\nYou:\n- nothing open\n" in letter.text


def test_a_double_click_mails_once(session: Session, acme: Cast, plan: Plan, give: GiveTask):
    give(acme.sam, "Send one-pager", THURSDAY)

    sent = [
        mailing.mail_plan(session, plan, number=1, by=acme.mona, now=MONDAY_NINE) for _ in range(2)
    ]

    assert sent == [2, 0]
    mailed = select(JournalEntry.facts).where(col(JournalEntry.kind) == "plan_mailed")
    assert session.exec(mailed).all() == [
        {
            "plan_id": plan.id,
            "by_id": acme.mona.id,
            "number": 1,
            "recipient_ids": [acme.mona.id, acme.sam.id],
        }
    ]


def test_the_plan_can_be_mailed_again_next_week(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)
    mailing.mail_plan(session, plan, number=1, by=acme.mona, now=MONDAY_NINE)

    again = mailing.prepare_mailing(session, plan, by=acme.mona, now=LATER)

    assert again.number == 2
    assert mailing.mail_plan(session, plan, number=2, by=acme.mona, now=LATER) == 2


def test_the_preview_names_readers_and_those_left_out_and_sends_nothing(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    kim = make_user(session, acme.workspace, "Kim", team=acme.sales)
    give(kim, "Call Ada", THURSDAY)
    give(acme.sam, "Send one-pager", THURSDAY)
    kim.is_active = False

    prepared = mailing.prepare_mailing(session, plan, by=acme.mona, now=MONDAY_NINE)

    assert [person.name for person in prepared.readers] == ["Mona", "Sam"]
    assert [person.name for person in prepared.left_out] == ["Kim"]
    assert letters(session) == {}


def test_a_plan_without_tasks_is_not_mailed(session: Session, acme: Cast, plan: Plan):
    with pytest.raises(Refused, match="Add a task first"):
        mailing.mail_plan(session, plan, number=1, by=acme.mona, now=MONDAY_NINE)


def test_a_pending_letter_of_a_plan_closed_since_is_not_sent(
    session: Session, acme: Cast, plan: Plan, give: GiveTask
):
    give(acme.sam, "Send one-pager", THURSDAY)
    mailing.mail_plan(session, plan, number=1, by=acme.mona, now=MONDAY_NINE)
    pending = letters(session)[acme.sam.id]

    assert mailing.why_no_longer_needed(session, pending, now=LATER) is None
    planning.close_plan(session, plan, by=acme.mona, now=LATER)

    assert (
        mailing.why_no_longer_needed(session, pending, now=LATER) == "“Spring launch” was closed."
    )


@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_only_the_next_mailing_can_be_sent(
    session: Session, acme: Cast, plan: Plan, give: GiveTask, number: int
):
    give(acme.sam, "Call Ada", THURSDAY)

    assert mailing.mail_plan(session, plan, number=number, by=acme.mona, now=MONDAY_NINE) == 0
