"""The one message about everything that somebody who left had to do."""

from datetime import timedelta

from sqlmodel import Session, select

from alignment.accounts.models import User
from alignment.leads import handoff, routing
from alignment.leads.models import Lead
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.templates import Reader, Rendered, render_notice
from alignment.offboarding.deactivation import Handover, deactivate_and_hand_over
from alignment.offboarding.notices import why_no_longer_needed
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.sla.light_agreement import in_force

TEN, ELEVEN = MONDAY_NINE + timedelta(hours=1), MONDAY_NINE + timedelta(hours=2)


def handed_over(session: Session, acme: Cast, to: User) -> tuple[Lead, Lead, Delivery]:
    """Two leads of Sam's, who left at ten."""
    in_force(session, acme)
    ada, bo = (make_lead(session, acme, name) for name in ("Ada Byron", "Bo Yu"))
    for lead in (ada, bo):
        handoff.hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    wish = Handover(successor_id=to.id)
    deactivate_and_hand_over(session, acme.sam, wish, by=acme.olga, now=TEN)
    kind = "work_handed_over"
    return ada, bo, session.exec(select(Delivery).where(Delivery.kind == kind)).one()


def written(notice: Delivery) -> Rendered:
    reader = Reader(name="Tim", address=notice.address, zone="Europe/Berlin", workspace="Acme")
    return render_notice(
        notice.kind, notice.words, reader=reader, base_url="https://alignment.acme.test"
    )


def test_the_message_names_each_lead_and_when_it_is_due(session: Session, acme: Cast):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)

    mail = written(handed_over(session, acme, tim)[2])

    assert mail.subject == (
        "Sam left: 2 things are yours now, the first due Mon 1 Mar 2027, 13:00 CET"
    )
    assert "Bo Yu · Globex (Accept or return), due Mon 1 Mar 2027, 13:00 CET" in mail.text


def test_what_went_on_to_somebody_else_is_struck_from_the_message(session: Session, acme: Cast):
    tim, kim = (make_user(session, acme.workspace, x, team=acme.sales) for x in ("Tim", "Kim"))
    ada, bo, notice = handed_over(session, acme, tim)

    routing.assign(session, ada, owner=kim, by=acme.olga, now=ELEVEN)

    assert why_no_longer_needed(session, notice, now=ELEVEN) is None
    assert [line["title"] for line in notice.words["lines"]] == ["Bo Yu · Globex"]
    routing.assign(session, bo, owner=kim, by=acme.olga, now=ELEVEN)
    assert why_no_longer_needed(session, notice, now=ELEVEN) == (
        "Nothing of it is open and theirs any more."
    )
