"""Whoever has to sign hears at once that the other side has."""

from datetime import timedelta

from sqlmodel import Session, col, select

from alignment.accounts.roles import Role
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.templates import Reader, render_notice
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.models import Agreement
from alignment.sla.notices.signatures import why_signature_no_longer_awaited
from alignment.sla.promises.standard_targets import light_agreement
from tests.factories import MONDAY_NINE, Cast, make_user
from tests.sla.light_agreement import draft_light

AN_HOUR = timedelta(hours=1)


def asked(session: Session) -> list[Delivery]:
    kind = Delivery.kind == "signature_awaited"
    return list(session.exec(select(Delivery).where(kind).order_by(col(Delivery.id))))


def test_a_draft_that_nobody_has_signed_asks_nobody(session: Session, acme: Cast) -> None:
    draft_light(session, acme, now=MONDAY_NINE)

    assert asked(session) == []


def test_with_the_first_signature_the_other_team_is_asked(session: Session, acme: Cast) -> None:
    version = draft_light(session, acme, now=MONDAY_NINE)

    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)

    (question,) = asked(session)
    reader = Reader(name="Sam", address=question.address, zone="Europe/Berlin", workspace="Acme")
    mail = render_notice(question.kind, question.words, reader=reader, base_url="https://acme.test")
    assert question.recipient_id == acme.sam.id
    assert mail.subject == "To sign: Leads, version 1"
    assert "Mona signed version 1 for Marketing." in mail.text
    assert f"https://acme.test/agreements/{version.agreement_id}" in mail.text
    assert "Nothing of it holds before one person of Sales has signed, too." in mail.html


def test_of_the_team_those_who_may_sign_are_asked(session: Session, acme: Cast) -> None:
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales, role=Role.MANAGER)
    version = draft_light(session, acme, now=MONDAY_NINE)

    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)

    assert [question.recipient_id for question in asked(session)] == [lea.id]


def test_the_second_signature_asks_nobody(session: Session, acme: Cast) -> None:
    version = draft_light(session, acme, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.sam, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE + AN_HOUR)

    (question,) = asked(session)
    why = why_signature_no_longer_awaited(session, question, now=MONDAY_NINE + AN_HOUR)
    assert question.recipient_id == acme.mona.id
    assert why == "It is signed or replaced by now."


def test_a_wording_changed_since_asks_again_with_its_next_signature(
    session: Session, acme: Cast
) -> None:
    version = draft_light(session, acme, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)
    agreement = session.get_one(Agreement, version.agreement_id)
    new = NewVersion(targets=light_agreement(), note="Longer")
    lifecycle.amend(session, agreement, new, by=acme.mona, now=MONDAY_NINE + AN_HOUR)

    (first,) = asked(session)
    assert why_signature_no_longer_awaited(session, first, now=MONDAY_NINE + AN_HOUR) == (
        "The draft was changed, and nobody has signed the new wording yet."
    )
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE + 2 * AN_HOUR)

    assert len(asked(session)) == 2
