"""A warning reaches its owner, a breach both teams; each once, in the same words."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.absences.days_off import DaysOff, add_days_off
from alignment.leads.duplicates.merging import merge
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason, accept, hand_off, return_to_marketing
from alignment.leads.history.queries import history_of
from alignment.leads.models import Lead
from alignment.leads.routing import assign
from alignment.leads.touches import record_touch
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.templates import Reader, Rendered, render_notice
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.notices import warnings_and_breaches
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return, first_touch
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead, make_user
from tests.notifications.endpoint_factories import make_endpoint
from tests.sla.lead_histories import berlin

NOON, ONE = berlin("2027-03-01 12:00"), berlin("2027-03-01 13:00")
PAST_ONE = berlin("2027-03-01 13:01")


@pytest.fixture
def ada(session: Session, acme: Cast) -> Lead:
    """Handed off on Monday at nine: to be accepted by one, answered within eight hours."""
    version = lifecycle.draft(
        session,
        NewAgreement(name="Leads", marketing=acme.marketing, sales=acme.sales),
        NewVersion(targets=[accept_or_return(hours=4), answer_to_return(hours=8)]),
        by=acme.mona,
        now=MONDAY_NINE,
    )
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.sam, now=MONDAY_NINE)
    lead = make_lead(session, acme, "Ada Byron")
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return lead


def look(session: Session, lead: Lead, *, now: datetime) -> None:
    refresh_leads(session, lead.workspace_id, [lead.id], now=now)


def told(session: Session, kind: str) -> list[Delivery]:
    found = select(Delivery).where(Delivery.kind == kind).order_by(col(Delivery.recipient_id))
    return list(session.exec(found))


def readers(session: Session, kind: str) -> list[int | None]:
    return [letter.recipient_id for letter in told(session, kind)]


def written(letter: Delivery, *, to: str = "Sam") -> Rendered:
    reader = Reader(name=to, address=letter.address, zone="Europe/Berlin", workspace="Acme")
    return render_notice(
        letter.kind, letter.words, reader=reader, base_url="https://alignment.acme.test"
    )


def test_three_quarters_used_warns_the_owner_and_nobody_else(
    session: Session, acme: Cast, ada: Lead
):
    look(session, ada, now=NOON)

    assert readers(session, warnings_and_breaches.WARNED) == [acme.sam.id]


def test_however_often_somebody_looks_a_warning_comes_once(session: Session, acme: Cast, ada: Lead):
    for minute in range(5):
        look(session, ada, now=NOON + timedelta(minutes=minute))

    assert len(told(session, warnings_and_breaches.WARNED)) == 1


def test_due_exactly_met_is_told_to_nobody(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=ONE)

    assert told(session, warnings_and_breaches.BREACHED) == []


def test_past_due_is_told_to_the_owner_and_to_who_speaks_for_each_team(
    session: Session, acme: Cast, ada: Lead
):
    make_user(session, acme.workspace, "Nina", team=acme.marketing)
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales, is_team_lead=True)

    look(session, ada, now=PAST_ONE)

    assert readers(session, warnings_and_breaches.BREACHED) == [acme.mona.id, acme.sam.id, lea.id]


def test_past_due_is_told_once_and_as_of_its_due_time(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=PAST_ONE)
    look(session, ada, now=PAST_ONE + timedelta(days=1))

    mona, sam = told(session, warnings_and_breaches.BREACHED)
    assert mona.words == sam.words
    assert mona.words["due_at"] == ONE.isoformat()


def test_a_late_answer_is_told_to_both_teams(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=PAST_ONE)

    accept(session, ada, by=acme.sam, now=berlin("2027-03-01 15:00"))

    assert readers(session, warnings_and_breaches.RESOLVED) == readers(
        session, warnings_and_breaches.BREACHED
    )
    assert (
        "It was done Mon 1 Mar 2027, 15:00 CET."
        in written(told(session, warnings_and_breaches.RESOLVED)[0]).text
    )


def test_a_fact_told_late_takes_the_breach_back(session: Session, acme: Cast):
    version = lifecycle.draft(
        session,
        NewAgreement(name="Touches", marketing=acme.marketing, sales=acme.sales),
        NewVersion(targets=[first_touch(hours=4), answer_to_return(hours=8)]),
        by=acme.mona,
        now=MONDAY_NINE,
    )
    lifecycle.sign(session, version, by=acme.mona, now=MONDAY_NINE)
    lifecycle.sign(session, version, by=acme.sam, now=MONDAY_NINE)
    bo = make_lead(session, acme, "Bo Yu")
    hand_off(session, bo, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    look(session, bo, now=PAST_ONE)

    record_touch(
        session, bo, EventKind.CALLED, by=acme.sam, now=berlin("2027-03-01 16:00"), at=NOON
    )

    letter = written(told(session, warnings_and_breaches.WITHDRAWN)[0])
    assert readers(session, warnings_and_breaches.WITHDRAWN) == readers(
        session, warnings_and_breaches.BREACHED
    )
    assert letter.subject == "Globex: first human touch was kept after all"
    assert "It no longer counts as missed: a late fact proved it was kept." in letter.text


def test_a_merge_that_takes_a_breach_back_is_told_as_what_it_is(
    session: Session, acme: Cast, ada: Lead
):
    look(session, ada, now=PAST_ONE)
    bo = make_lead(session, acme, "Bo Yu")

    merge(session, ada, into=bo, by=acme.mona, now=berlin("2027-03-01 14:00"))

    letter = written(told(session, warnings_and_breaches.WITHDRAWN)[0])
    assert readers(session, warnings_and_breaches.WITHDRAWN) == [acme.mona.id, acme.sam.id]
    assert letter.subject == "Globex: accept or return no longer counts as missed"
    assert "its lead was merged into Bo Yu, where its history goes on." in letter.text
    assert "its lead was merged into Bo Yu, where its history goes on." in letter.html
    assert "kept" not in letter.text


def test_a_handoff_taken_back_with_its_breach_is_told_as_what_it_is(
    session: Session, acme: Cast, ada: Lead
):
    look(session, ada, now=PAST_ONE)
    (line,) = history_of(session, ada)
    line.undone_at = PAST_ONE
    session.flush()

    look(session, ada, now=berlin("2027-03-01 14:00"))

    text = written(told(session, warnings_and_breaches.WITHDRAWN)[0]).text
    assert "It no longer counts as missed: what it was promised for was taken back." in text


def test_what_marketing_owes_warns_who_handed_off(session: Session, acme: Cast, ada: Lead):
    return_to_marketing(session, ada, reason=ReturnReason.NO_FIT, by=acme.sam, now=NOON)

    look(session, ada, now=berlin("2027-03-02 10:00"))

    assert readers(session, warnings_and_breaches.WARNED) == [acme.mona.id]
    assert told(session, warnings_and_breaches.WARNED)[0].words["owed_by"] == "Marketing"


def test_where_the_owner_left_who_leads_the_team_is_warned_and_the_warning_goes(
    session: Session, acme: Cast, ada: Lead
):
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales, is_team_lead=True)
    acme.sam.is_active = False
    session.flush()

    look(session, ada, now=NOON)

    (warning,) = told(session, warnings_and_breaches.WARNED)
    assert warning.recipient_id == lea.id
    assert warnings_and_breaches.why_warning_no_longer_matters(session, warning, now=NOON) is None


def test_a_miss_of_somebody_who_left_is_told_to_the_manager(
    session: Session, acme: Cast, ada: Lead
):
    acme.sam.is_active, acme.sam.manager_id = False, acme.olga.id
    session.flush()

    look(session, ada, now=PAST_ONE)

    assert readers(session, warnings_and_breaches.BREACHED) == [acme.mona.id, acme.olga.id]


def test_while_the_owner_is_away_the_substitute_is_warned_too(
    session: Session, acme: Cast, ada: Lead
):
    monday = date(2027, 3, 1)
    lea = make_user(session, acme.workspace, "Lea", team=acme.sales, is_team_lead=True)
    add_days_off(session, acme.sam, DaysOff(first_on=monday), by=acme.sam, now=MONDAY_NINE)

    look(session, ada, now=NOON)

    warnings = told(session, warnings_and_breaches.WARNED)
    assert [warning.recipient_id for warning in warnings] == [acme.sam.id, lea.id]
    assert not any(
        warnings_and_breaches.why_warning_no_longer_matters(session, warning, now=NOON)
        for warning in warnings
    )


def test_a_warning_does_not_matter_once_the_clock_stopped(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=NOON)
    (warning,) = told(session, warnings_and_breaches.WARNED)

    assert warnings_and_breaches.why_warning_no_longer_matters(session, warning, now=NOON) is None
    accept(session, ada, by=acme.sam, now=NOON)
    assert (
        warnings_and_breaches.why_warning_no_longer_matters(session, warning, now=NOON)
        == "The clock is met by now."
    )


def test_a_warning_does_not_matter_to_who_owns_the_lead_no_more(
    session: Session, acme: Cast, ada: Lead
):
    tim = make_user(session, acme.workspace, "Tim", team=acme.sales)
    look(session, ada, now=NOON)
    (warning,) = told(session, warnings_and_breaches.WARNED)

    assign(session, ada, owner=tim, by=acme.sam, now=NOON)

    said = warnings_and_breaches.why_warning_no_longer_matters(session, warning, now=NOON)
    assert said == "Somebody else owns the lead by now."


def test_the_letter_of_a_warning_names_lead_promise_and_time(
    session: Session, acme: Cast, ada: Lead
):
    look(session, ada, now=NOON)

    letter = written(told(session, warnings_and_breaches.WARNED)[0])

    assert letter.subject == "Globex: accept or return is due Mon 1 Mar 2027, 13:00 CET"
    assert "Due: Mon 1 Mar 2027, 13:00 CET" in letter.text
    assert f"https://alignment.acme.test/leads/{ada.id}" in letter.text
    assert "this lead is yours" in letter.html


def test_the_letter_of_a_breach_blames_nobody(session: Session, acme: Cast, ada: Lead):
    look(session, ada, now=PAST_ONE)

    letter = written(told(session, warnings_and_breaches.BREACHED)[0], to="Mona")

    assert letter.subject == "Globex: accept or return was due Mon 1 Mar 2027, 13:00 CET"
    assert "Sales promised this for Ada Byron (Globex)." in letter.text
    assert "It is past due and with Sam." in letter.text
    assert not any(word in letter.text + letter.html for word in ("fail", "fault"))


def test_a_warning_matters_to_a_teams_channel_whoever_has_the_lead(
    session: Session, acme: Cast, ada: Lead
):
    make_endpoint(session, acme.mona, team=acme.sales)

    look(session, ada, now=NOON)

    to_sam, to_the_team = sorted(
        told(session, warnings_and_breaches.WARNED), key=lambda x: x.recipient_id is None
    )
    assert (to_sam.recipient_id, to_the_team.recipient_id) == (acme.sam.id, None)
    assert (
        warnings_and_breaches.why_warning_no_longer_matters(session, to_the_team, now=NOON) is None
    )
