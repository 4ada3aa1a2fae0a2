"""Before when a notice is told, and what a late one says of a promise that went on meanwhile."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from alignment import wiring
from alignment.leads.duplicates.merging import merge
from alignment.leads.handoff import ReturnReason, accept, return_to_marketing
from alignment.leads.models import Lead
from alignment.leads.routing import assign
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox.templates import Reader, render_notice
from alignment.sla.notices.deadlines import deadline
from alignment.sla.promises.targets import RecipientRole
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.notifications.endpoint_factories import make_endpoint, messages
from tests.sla.escalating_agreement import after, handed_off, look, promise, told
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import clock

NOON, ONE = berlin("2027-03-01 12:00"), berlin("2027-03-01 13:00")
PAST_ONE, TWO = berlin("2027-03-01 13:01"), berlin("2027-03-01 14:00")
MINUTE = timedelta(minutes=1)


def why_not(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    return wiring.SUPPRESSION_CHECKS[delivery.kind](session, delivery, now=now)


def subject(delivery: Delivery) -> str:
    reader = Reader(name="Sam", address="", zone="Europe/Berlin", workspace="Acme")
    return render_notice(
        delivery.kind, delivery.words, reader=reader, base_url="https://acme.test"
    ).subject


@pytest.fixture
def lead(session: Session, acme: Cast) -> Lead:
    """Sam has it since nine; it warns at noon and is due at one."""
    promise(session, acme, after(4, RecipientRole.OWNER))
    return handed_off(session, acme)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(MONDAY_NINE, NOON, id="before the warning"),
        pytest.param(NOON, ONE, id="when it warns"),
        pytest.param(ONE, None, id="when it is due"),
    ],
)
def test_a_deadline_is_the_next_warning_or_due_time(
    session: Session, lead: Lead, now: datetime, expected: datetime | None
) -> None:
    assert deadline([clock(session, lead, "accept_or_return")], now=now) == expected


def test_a_new_owner_hears_before_the_warning(session: Session, lead: Lead) -> None:
    [notice] = told(session, "lead_assigned")

    assert notice.deliver_by_at == NOON


def test_a_warning_is_told_before_it_is_due(session: Session, lead: Lead) -> None:
    look(session, lead, NOON)

    [notice] = told(session, "timer_warned")
    assert notice.deliver_by_at == ONE


def test_marketing_hears_of_a_return_before_its_own_promise_warns(
    session: Session, acme: Cast, lead: Lead
) -> None:
    return_to_marketing(session, lead, reason=ReturnReason.NO_NEED, by=acme.sam, now=NOON)

    [notice] = told(session, "lead_returned")
    assert notice.deliver_by_at == clock(session, lead, "answer_to_return").warn_at


def test_without_a_promise_there_is_no_deadline(session: Session, acme: Cast) -> None:
    handed_off(session, acme)

    [notice] = told(session, "lead_assigned")
    assert notice.deliver_by_at is None


def test_a_held_notice_says_that_the_promise_was_missed_meanwhile(
    session: Session, lead: Lead
) -> None:
    [notice] = told(session, "lead_assigned")
    look(session, lead, PAST_ONE)

    assert why_not(session, notice, now=TWO) is None
    assert "yours now, was due Mon 1 Mar 2027, 13:00 CET" in subject(notice)


def test_a_teams_channel_hears_nothing_of_an_owner_who_gave_the_lead_away(
    session: Session, acme: Cast
) -> None:
    otto = make_user(session, acme.workspace, "Otto", team=acme.sales)
    endpoint = make_endpoint(session, acme.mona, team=acme.sales)
    lead = handed_off(session, acme)
    assign(session, lead, owner=otto, by=acme.mona, now=NOON)

    first, second = messages(session, endpoint_id=endpoint.id)

    assert why_not(session, first, now=TWO) == "Somebody else owns the lead by now."
    assert why_not(session, second, now=TWO) is None


def test_a_warning_of_what_is_past_due_is_suppressed(session: Session, lead: Lead) -> None:
    look(session, lead, NOON)
    [notice] = told(session, "timer_warned")

    assert why_not(session, notice, now=ONE - MINUTE) is None
    assert why_not(session, notice, now=PAST_ONE) == "It is past due by now."


def test_a_miss_told_late_says_when_it_was_done(session: Session, acme: Cast, lead: Lead) -> None:
    look(session, lead, PAST_ONE)
    accept(session, lead, by=acme.sam, now=TWO)
    notice = told(session, "timer_breached")[0]

    assert why_not(session, notice, now=TWO) is None
    assert datetime.fromisoformat(notice.words["stopped_at"]) == TWO


def test_neither_a_miss_that_no_longer_counts_nor_its_withdrawal_is_told(
    session: Session, acme: Cast, lead: Lead
) -> None:
    look(session, lead, PAST_ONE)
    merge(session, lead, into=make_lead(session, acme, "Bo Yu"), by=acme.mona, now=TWO)
    missed, withdrawn = (told(session, kind)[0] for kind in ("timer_breached", "breach_withdrawn"))

    assert why_not(session, withdrawn, now=TWO) is None
    assert why_not(session, missed, now=TWO) == "It no longer counts as missed."
    missed.outcome = Outcome.SUPPRESSED
    assert why_not(session, withdrawn, now=TWO) == (
        "The miss was not told, since it no longer counted."
    )
