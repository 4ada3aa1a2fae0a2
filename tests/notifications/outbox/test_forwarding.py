"""What waits for somebody who is deactivated reaches who acts for that person."""

from datetime import timedelta

from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.people import administration
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from tests.factories import MONDAY_NINE, Cast, make_user

TEN = MONDAY_NINE + timedelta(hours=1)


def wait_for(session: Session, kind: str, *people: User) -> None:
    """Messages of one cause that nobody has sent yet."""
    for person in people:
        notice = Notice(
            workspace_id=person.workspace_id,
            key=f"{kind}:7:{person.id}",
            kind=kind,
            recipient_id=person.id,
            address=person.email,
            subject_id=7,
            words={"lead": "Ada Byron"},
        )
        enqueue(session, notice, now=MONDAY_NINE)


def waiting(session: Session) -> list[tuple[str, int | None]]:
    rows = session.exec(select(Delivery).order_by(col(Delivery.id)))
    return [(row.kind, row.recipient_id) for row in rows]


def test_a_warning_that_waits_goes_to_who_leads_the_team(session: Session, acme: Cast):
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales, is_team_lead=True)
    wait_for(session, "timer_warned", acme.sam)
    wait_for(session, "lead_passed_on", acme.sam)

    administration.deactivate(session, acme.sam, by=acme.olga, now=TEN)

    assert waiting(session) == [
        ("timer_warned", acme.sam.id),
        ("lead_passed_on", acme.sam.id),
        ("timer_warned", lea.id),
    ]


def test_who_was_told_of_the_same_already_is_not_told_again(session: Session, acme: Cast):
    acme.sam.manager_id = acme.mona.id
    wait_for(session, "timer_breached", acme.sam, acme.mona)

    administration.deactivate(session, acme.sam, by=acme.olga, now=TEN)

    told = [recipient for _, recipient in waiting(session)]
    assert told == [acme.sam.id, acme.mona.id]
