"""What open clocks would come to under another wording or other hours; and it comes to that."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.accounts.opening_hours import versions
from alignment.accounts.opening_hours.versions import NewHours
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import accept, hand_off
from alignment.leads.models import Lead
from alignment.leads.touches import record_touch
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return, first_touch
from alignment.sla.promises.targets import Target
from alignment.sla.timers import queries as timers_queries
from alignment.sla.timers import rebasing
from alignment.sla.timers.inspection import inspect_lead
from alignment.sla.timers.rebasing import RebasePreview
from alignment.sla.timers.refresh import refresh_leads
from alignment.sla.versions import queries as versions_queries
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, clock, in_force, sign_both

HALF_PAST_TEN, ONE, TWO = (berlin(f"2027-03-01 {x}") for x in ("10:30", "13:00", "14:00"))
FROM_NOON = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "12:00-17:00")


@pytest.fixture
def first(session: Session, acme: Cast) -> AgreementVersion:
    return in_force(session, acme)


@pytest.fixture
def leads(session: Session, acme: Cast, first: AgreementVersion) -> list[Lead]:
    """Two handed off on Monday at nine; the second was called at ten past."""
    found = [make_lead(session, acme, name) for name in ("Ada Byron", "Bo Yu")]
    for lead in found:
        hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    called_at = MONDAY_NINE + timedelta(minutes=10)
    record_touch(session, found[1], EventKind.CALLED, by=acme.sam, now=called_at)
    return found


def draft(
    session: Session, acme: Cast, first: AgreementVersion, *targets: Target
) -> AgreementVersion:
    found = session.get_one(Agreement, first.agreement_id)
    return lifecycle.amend(
        session,
        found,
        NewVersion(targets=targets, covers_open=True),
        by=acme.mona,
        now=HALF_PAST_TEN,
    )


def hours_from_noon() -> NewHours:
    return NewHours(zone="Europe/Berlin", **FROM_NOON)


def as_kept(session: Session, leads: list[Lead]) -> list[dict[str, object]]:
    return [
        timer.model_dump() for lead in leads for timer in timers_queries.timers_of(session, lead)
    ]


def test_a_stricter_wording_moves_clocks_and_some_are_missed(
    session: Session, acme: Cast, first: AgreementVersion, leads: list[Lead]
):
    stricter = draft(
        session,
        acme,
        first,
        accept_or_return(hours=1),
        first_touch(hours=8),
        answer_to_return(hours=8),
    )

    assert rebasing.preview_version(session, stricter, now=HALF_PAST_TEN) == RebasePreview(
        open_timers=3, would_move=2, become_breached=2, become_kept=0, dropped=0
    )


def test_a_wording_that_promises_less_drops_clocks(
    session: Session, acme: Cast, first: AgreementVersion, leads: list[Lead]
):
    less = draft(session, acme, first, accept_or_return(hours=4), answer_to_return(hours=8))

    assert rebasing.preview_version(session, less, now=HALF_PAST_TEN) == RebasePreview(
        open_timers=3, would_move=0, become_breached=0, become_kept=0, dropped=1
    )


def test_a_wording_that_asks_for_less_keeps_clocks_at_once(
    session: Session, acme: Cast, first: AgreementVersion, leads: list[Lead]
):
    touched = accept_or_return(hours=4)
    touched = Target(**vars(touched) | {"stops_on": touched.stops_on | {EventKind.CALLED}})
    milder = draft(session, acme, first, touched, first_touch(hours=8), answer_to_return(hours=8))

    found = rebasing.preview_version(session, milder, now=HALF_PAST_TEN)

    assert (found.open_timers, found.become_kept) == (3, 1)


def test_looking_writes_nothing(
    session: Session, acme: Cast, first: AgreementVersion, leads: list[Lead]
):
    stricter = draft(session, acme, first, accept_or_return(hours=1), answer_to_return(hours=1))
    before = as_kept(session, leads)

    rebasing.preview_version(session, stricter, now=HALF_PAST_TEN)
    hours = versions.new_version(session, acme.sales, hours_from_noon(), now=HALF_PAST_TEN)
    rebasing.preview_hours(session, hours, now=HALF_PAST_TEN)
    session.flush()

    assert as_kept(session, leads) == before
    assert not session.new
    assert len(versions_queries.hours_by_id(session, acme.id)) == 2
    assert stricter.effective_at is None


def test_what_was_previewed_is_what_comes(
    session: Session, acme: Cast, first: AgreementVersion, leads: list[Lead]
):
    stricter = draft(session, acme, first, accept_or_return(hours=1), answer_to_return(hours=8))
    previewed = rebasing.preview_version(session, stricter, now=HALF_PAST_TEN)

    sign_both(session, acme, stricter, now=HALF_PAST_TEN)

    timers = [x for lead in leads for x in timers_queries.timers_of(session, lead)]
    assert previewed.become_breached == sum(x.state is TimerState.BREACHED for x in timers) == 2
    assert previewed.dropped == sum(x.state is TimerState.CANCELLED for x in timers) == 1


def test_nothing_moves_before_anything_is_in_force(session: Session, acme: Cast):
    version = lifecycle.draft(
        session,
        NewAgreement(name="Leads", marketing=acme.marketing, sales=acme.sales),
        NewVersion(targets=(accept_or_return(hours=1), answer_to_return(hours=1))),
        by=acme.mona,
        now=MONDAY_NINE,
    )

    assert rebasing.preview_version(session, version, now=MONDAY_NINE).open_timers == 0


def test_a_missed_clock_is_not_among_those_that_would_move(
    session: Session, acme: Cast, first: AgreementVersion, leads: list[Lead]
):
    milder = draft(session, acme, first, accept_or_return(hours=16), answer_to_return(hours=8))

    found = rebasing.preview_version(session, milder, now=TWO)  # nobody has looked since one

    assert found.open_timers == 1


def test_other_hours_move_the_clocks_of_their_team(
    session: Session, acme: Cast, first: AgreementVersion, leads: list[Lead]
):
    hours = versions.new_version(session, acme.sales, hours_from_noon(), now=HALF_PAST_TEN)

    assert rebasing.preview_hours(session, hours, now=HALF_PAST_TEN) == RebasePreview(
        open_timers=3, would_move=3, become_breached=0, become_kept=0, dropped=0
    )


def test_the_other_teams_hours_move_nothing_of_ours(
    session: Session, acme: Cast, first: AgreementVersion, leads: list[Lead]
):
    hours = versions.new_version(session, acme.marketing, hours_from_noon(), now=HALF_PAST_TEN)

    assert rebasing.preview_hours(session, hours, now=HALF_PAST_TEN).open_timers == 0


def test_open_clocks_count_in_new_hours_if_chosen_and_finished_ones_do_not(
    session: Session, acme: Cast, leads: list[Lead]
):
    ada, bo = leads
    accept(session, bo, by=acme.sam, now=HALF_PAST_TEN)

    hours = versions.change_opening_hours(
        session, acme.sales, hours_from_noon(), by=acme.mona, now=HALF_PAST_TEN, covers_open=True
    )

    moved, kept = (clock(session, lead, "accept_or_return") for lead in (ada, bo))
    assert (moved.opening_hours_id, moved.due_at) == (hours.id, berlin("2027-03-01 16:00"))
    assert moved.started_at == MONDAY_NINE
    assert (kept.opening_hours_id, kept.due_at, kept.state) == (
        acme.sales_hours.id,
        ONE,
        TimerState.MET,
    )


def test_a_missed_clock_keeps_its_hours_and_its_breach(
    session: Session, acme: Cast, leads: list[Lead]
):
    refresh_leads(session, acme.id, [lead.id for lead in leads], now=TWO)

    versions.change_opening_hours(
        session, acme.sales, hours_from_noon(), by=acme.mona, now=TWO, covers_open=True
    )

    assert clock(session, leads[0], "accept_or_return").due_at == ONE
    assert [breach.withdrawn_at for breach in breaches(session)] == [None, None]


def test_a_clock_moved_into_new_hours_stays_there(session: Session, acme: Cast, leads: list[Lead]):
    versions.change_opening_hours(
        session, acme.sales, hours_from_noon(), by=acme.mona, now=HALF_PAST_TEN, covers_open=True
    )
    versions.change_opening_hours(
        session,
        acme.sales,
        NewHours(zone="Europe/Berlin", sat="09:00-10:00"),
        by=acme.mona,
        now=HALF_PAST_TEN,
    )

    refresh_leads(session, acme.id, [lead.id for lead in leads], now=TWO)

    owed = clock(session, leads[0], "accept_or_return")
    assert (owed.state, owed.due_at) == (TimerState.RUNNING, berlin("2027-03-01 16:00"))


def test_a_clock_that_moved_says_under_which_version_it_reads(
    session: Session, acme: Cast, first: AgreementVersion, leads: list[Lead]
):
    stricter = draft(session, acme, first, accept_or_return(hours=3), answer_to_return(hours=8))
    sign_both(session, acme, stricter, now=HALF_PAST_TEN)

    (accepted, *_) = inspect_lead(session, leads[0], now=HALF_PAST_TEN)
    later = make_lead(session, acme, "Cy Twombly")
    hand_off(session, later, by=acme.mona, now=HALF_PAST_TEN, owner=acme.sam)
    (unmoved, *_) = inspect_lead(session, later, now=HALF_PAST_TEN)

    moved = "Moved under version 2 Monday 1 March 2027 at 10:30, counted from the start."
    assert accepted.explanation("Europe/Berlin")[1] == moved
    assert not any(told.startswith("Moved under") for told in unmoved.explanation("Europe/Berlin"))
