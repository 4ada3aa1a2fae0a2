"""A draft tried in silence: its clocks run and are kept, and nobody hears of them."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.leads.handoff import accept, hand_off
from alignment.leads.models import Lead
from alignment.notifications.models import Delivery
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.breaches.board import queries as board_queries
from alignment.sla.breaches.causes import record_cause
from alignment.sla.breaches.excuses.approval import answer_excuse
from alignment.sla.breaches.excuses.periods import Period, propose_period
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Agreement, AgreementVersion, Cause, Timer, VersionState
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from alignment.sla.timers import queries as timers_queries
from alignment.sla.timers.inspection import inspect_lead
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, draft_light, in_force, journal, sign_both
from tests.sla.missed_promises import lea_of

TEN, ELEVEN, TWO = (berlin(f"2027-03-01 {wall}") for wall in ("10:00", "11:00", "14:00"))
WITHIN_AN_HOUR = (accept_or_return(hours=1), answer_to_return(hours=8))


@pytest.fixture
def tried(session: Session, acme: Cast) -> AgreementVersion:
    """A draft to accept within one hour, tried in silence."""
    version = draft_light(session, acme, targets=WITHIN_AN_HOUR, now=MONDAY_NINE)
    lifecycle.start_shadow(session, version, by=acme.mona, now=MONDAY_NINE)
    return version


def handed_off(session: Session, acme: Cast, *, now: datetime = MONDAY_NINE) -> Lead:
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=now, owner=acme.sam)
    return lead


def clocks(session: Session, lead: Lead) -> list[tuple[int, bool, TimerState]]:
    timers = timers_queries.timers_of(session, lead)
    found = [(x.version_id, x.is_shadow, x.state) for x in timers]
    return sorted(found, key=lambda clock: clock[:2])


def letters(session: Session) -> list[str]:
    kinds = [delivery.kind for delivery in session.exec(select(Delivery))]
    return [kind for kind in kinds if kind.startswith(("timer_", "breach_"))]


def test_its_clocks_run_and_are_missed_and_nobody_is_told(
    session: Session, acme: Cast, tried: AgreementVersion
):
    lead = handed_off(session, acme)

    refresh_leads(session, acme.id, [lead.id], now=TWO)

    assert clocks(session, lead) == [(tried.id, True, TimerState.BREACHED)]
    assert [(breach.due_at, breach.is_shadow) for breach in breaches(session)] == [(TEN, True)]
    assert letters(session) == []
    assert journal(session, "timer_breached") == []


def test_desk_board_and_chips_show_nothing_of_it(
    session: Session, acme: Cast, tried: AgreementVersion
):
    lead = handed_off(session, acme)
    refresh_leads(session, acme.id, [lead.id], now=TWO)

    assert timers_queries.open_timers_owed_by(session, acme.sam) == []
    assert timers_queries.open_timers_of_leads(session, acme.id, [lead.id]) == {}
    assert board_queries.count_missed(session, acme.id, since=MONDAY_NINE) == []
    assert inspect_lead(session, lead, now=TWO) == []


def test_a_missed_trial_is_none_of_the_misses_told_of_its_lead(
    session: Session, acme: Cast, tried: AgreementVersion
):
    lead = handed_off(session, acme)
    refresh_leads(session, acme.id, [lead.id], now=TWO)

    assert breaches_queries.breaches_of_lead(session, lead) == []


def test_an_excused_period_leaves_what_was_only_tried_alone(session: Session, acme: Cast):
    first = in_force(session, acme)
    found = session.get_one(Agreement, first.agreement_id)
    draft = lifecycle.amend(
        session, found, NewVersion(targets=WITHIN_AN_HOUR), by=acme.mona, now=MONDAY_NINE
    )
    lifecycle.start_shadow(session, draft, by=acme.mona, now=MONDAY_NINE)
    before = handed_off(session, acme)
    refresh_leads(session, acme.id, [before.id], now=ELEVEN)
    period = Period(agreement=found, owed_by=Side.SALES, from_at=MONDAY_NINE, until_at=TWO)
    asked = propose_period(session, period, reason="Outage", by=acme.mona, now=ELEVEN)

    answer_excuse(session, asked, is_granted=True, by=lea_of(acme, session), now=ELEVEN)
    later = handed_off(session, acme)
    refresh_leads(session, acme.id, [later.id], now=TWO)

    marks = {(breach.is_shadow, breach.is_excused) for breach in breaches(session)}
    assert marks == {(True, False), (False, True)}


def test_nobody_says_why_a_trial_was_missed(session: Session, acme: Cast, tried: AgreementVersion):
    lead = handed_off(session, acme)
    refresh_leads(session, acme.id, [lead.id], now=TWO)
    (breach,) = breaches(session)

    with pytest.raises(Refused, match="Nobody has signed this promise yet"):
        record_cause(session, breach, Cause.PERSON, by=acme.sam, now=TWO)


def test_a_late_end_of_a_silent_miss_is_kept_in_silence_too(
    session: Session, acme: Cast, tried: AgreementVersion
):
    lead = handed_off(session, acme)
    refresh_leads(session, acme.id, [lead.id], now=ELEVEN)

    accept(session, lead, by=acme.sam, now=TWO)

    assert clocks(session, lead) == [(tried.id, True, TimerState.MET_LATE)]
    assert [breach.resolved_at for breach in breaches(session)] == [TWO]
    assert letters(session) == []


def test_beside_a_version_in_force_both_read_the_same_leads(session: Session, acme: Cast):
    first = in_force(session, acme)
    found = session.get_one(Agreement, first.agreement_id)
    draft = lifecycle.amend(
        session, found, NewVersion(targets=WITHIN_AN_HOUR), by=acme.mona, now=MONDAY_NINE
    )
    lifecycle.start_shadow(session, draft, by=acme.mona, now=MONDAY_NINE)

    lead = handed_off(session, acme)
    refresh_leads(session, acme.id, [lead.id], now=ELEVEN)

    assert clocks(session, lead) == [
        (first.id, False, TimerState.RUNNING),
        (first.id, False, TimerState.RUNNING),
        (draft.id, True, TimerState.BREACHED),
    ]


def test_signing_ends_silent_clocks_and_runs_new_ones_aloud(
    session: Session, acme: Cast, tried: AgreementVersion
):
    done, open_lead = handed_off(session, acme), handed_off(session, acme)
    accept(session, done, by=acme.sam, now=TEN)
    sign_both(session, acme, tried, now=TEN)

    new = handed_off(session, acme, now=TEN)
    accept(session, open_lead, by=acme.sam, now=ELEVEN)
    refresh_leads(session, acme.id, [done.id, open_lead.id, new.id], now=TWO)

    assert clocks(session, done) == [(tried.id, True, TimerState.MET)]
    assert clocks(session, open_lead) == [(tried.id, True, TimerState.CANCELLED)]
    assert clocks(session, new) == [(tried.id, False, TimerState.BREACHED)]
    assert "timer_breached" in letters(session)


def test_stopping_ends_what_runs_and_keeps_what_is_finished(
    session: Session, acme: Cast, tried: AgreementVersion
):
    done, open_lead = handed_off(session, acme), handed_off(session, acme)
    accept(session, done, by=acme.sam, now=TEN)

    lifecycle.stop_shadow(session, tried, by=acme.mona, now=TEN)
    later = handed_off(session, acme, now=ELEVEN)
    session.expire_all()

    assert clocks(session, done) == [(tried.id, True, TimerState.MET)]
    assert clocks(session, open_lead) == [(tried.id, True, TimerState.CANCELLED)]
    assert clocks(session, later) == []
    assert tried.state is VersionState.DRAFT
    assert session.exec(select(Timer).where(Timer.next_at != None)).all() == []  # noqa: E711


def test_a_trial_that_was_stopped_can_go_on(session: Session, acme: Cast, tried: AgreementVersion):
    lifecycle.stop_shadow(session, tried, by=acme.mona, now=TEN)

    lifecycle.start_shadow(session, tried, by=acme.mona, now=ELEVEN)

    lead = handed_off(session, acme, now=ELEVEN)
    assert clocks(session, lead) == [(tried.id, True, TimerState.RUNNING)]


def test_a_wording_that_clocks_ran_under_is_not_written_over(
    session: Session, acme: Cast, tried: AgreementVersion
):
    lead = handed_off(session, acme)
    found = session.get_one(Agreement, tried.agreement_id)

    draft = lifecycle.amend(
        session, found, NewVersion(targets=WITHIN_AN_HOUR), by=acme.mona, now=TEN
    )
    session.expire_all()

    assert (draft.number, tried.state) == (2, VersionState.REPLACED)
    assert clocks(session, lead) == [(tried.id, True, TimerState.CANCELLED)]


def test_only_a_draft_that_is_not_tried_yet_can_be_tried(
    session: Session, acme: Cast, tried: AgreementVersion
):
    with pytest.raises(Refused, match="is being tried already"):
        lifecycle.start_shadow(session, tried, by=acme.mona, now=TEN)
    sign_both(session, acme, tried, now=TEN)

    with pytest.raises(Refused, match="Only a draft"):
        lifecycle.start_shadow(session, tried, by=acme.mona, now=TEN)
    with pytest.raises(Refused, match="not being tried"):
        lifecycle.stop_shadow(session, tried, by=acme.mona, now=TEN)
