"""A signed version holds from its date on; what waits, runs or is over then is as was chosen."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.errors import Refused
from alignment.leads.handoff import accept, hand_off
from alignment.leads.models import Lead
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.activation import activate_due_versions
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Agreement, AgreementVersion, VersionState
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from alignment.sla.timers import queries as timers_queries
from alignment.sla.timers.refresh import refresh_leads
from alignment.sla.timers.sweep import sweep_due_timers
from alignment.sla.versions import queries as versions_queries
from tests.factories import MONDAY_NINE, Cast, make_cast, make_hours, make_lead
from tests.sla.lead_histories import berlin
from tests.sla.light_agreement import breaches, clock, in_force, journal, sign_both

TEN, HALF_PAST_TEN, ELEVEN = (berlin(f"2027-03-01 {x}") for x in ("10:00", "10:30", "11:00"))
NOON, ONE = berlin("2027-03-01 12:00"), berlin("2027-03-01 13:00")
WEDNESDAY, WEDNESDAY_MIDNIGHT = date(2027, 3, 3), berlin("2027-03-03 00:00")
TUESDAY_FIVE, WEDNESDAY_NINE = berlin("2027-03-02 17:00"), berlin("2027-03-03 09:00")
WITHIN_AN_HOUR = (accept_or_return(hours=1), answer_to_return(hours=8))


def agreement_of(session: Session, version: AgreementVersion) -> Agreement:
    return session.get_one(Agreement, version.agreement_id)


def amended(
    session: Session,
    acme: Cast,
    first: AgreementVersion,
    *,
    now: datetime,
    hours: float = 1,
    on: date | None = None,
    covers_open: bool = False,
) -> AgreementVersion:
    """Signed by both: accept or return within so many hours."""
    version = lifecycle.amend(
        session,
        agreement_of(session, first),
        NewVersion(
            targets=[accept_or_return(hours=hours), answer_to_return(hours=8)],
            takes_effect_on=on,
            covers_open=covers_open,
        ),
        by=acme.mona,
        now=now,
    )
    return sign_both(session, acme, version, now=now)


def handed_off(session: Session, acme: Cast, *, now: datetime = MONDAY_NINE) -> Lead:
    lead = make_lead(session, acme)
    hand_off(session, lead, by=acme.mona, now=now, owner=acme.sam)
    return lead


def test_it_holds_from_midnight_of_its_date_where_the_workspace_is(session: Session, acme: Cast):
    first = in_force(session, acme)

    second = amended(session, acme, first, now=TEN, on=WEDNESDAY)

    assert second.effective_at == WEDNESDAY_MIDNIGHT
    assert (first.state, first.ended_at) == (VersionState.SIGNED, WEDNESDAY_MIDNIGHT)
    found = agreement_of(session, first)
    assert versions_queries.version_in_force(session, found, at=TUESDAY_FIVE) is first
    assert versions_queries.version_in_force(session, found, at=WEDNESDAY_MIDNIGHT) is second


def test_a_date_that_is_over_when_both_have_signed_means_at_once(session: Session, acme: Cast):
    first = in_force(session, acme)

    second = amended(session, acme, first, now=TEN, on=date(2027, 2, 1))

    assert second.effective_at == TEN


def test_until_its_date_leads_are_read_under_the_version_before(session: Session, acme: Cast):
    first = in_force(session, acme)
    second = amended(session, acme, first, now=TEN, on=WEDNESDAY)

    on_tuesday = handed_off(session, acme, now=TUESDAY_FIVE)
    on_wednesday = handed_off(session, acme, now=WEDNESDAY_NINE)

    assert clock(session, on_tuesday, "accept_or_return").version_id == first.id
    assert clock(session, on_wednesday, "accept_or_return").version_id == second.id


def test_a_newer_wording_for_an_earlier_date_takes_the_place_of_the_one_that_waits(
    session: Session, acme: Cast
):
    first = in_force(session, acme)
    second = amended(session, acme, first, now=TEN, on=WEDNESDAY)

    third = amended(session, acme, first, now=ELEVEN, on=date(2027, 3, 2))

    found = agreement_of(session, first)
    assert second.state is VersionState.REPLACED
    assert versions_queries.version_in_force(session, found, at=WEDNESDAY_NINE) is third
    assert versions_queries.version_in_force(session, found, at=NOON) is first


def test_ending_an_agreement_ends_what_waits_as_well(session: Session, acme: Cast):
    first = in_force(session, acme)
    second = amended(session, acme, first, now=TEN, on=WEDNESDAY)

    lifecycle.end(session, agreement_of(session, first), by=acme.mona, now=ELEVEN)

    assert {first.state, second.state} == {VersionState.ENDED}
    lead = handed_off(session, acme, now=WEDNESDAY_NINE)
    assert timers_queries.timers_of(session, lead) == []


def test_the_tick_after_its_date_closes_the_version_before_once(
    engine: Engine, session: Session, acme: Cast
):
    first = in_force(session, acme)
    amended(session, acme, first, now=TEN, on=WEDNESDAY)
    session.commit()

    assert [activate_due_versions(engine, now=at) for at in (TUESDAY_FIVE, WEDNESDAY_NINE)] == [
        0,
        1,
    ]
    assert activate_due_versions(engine, now=WEDNESDAY_NINE) == 0
    session.refresh(first)
    assert first.state is VersionState.REPLACED


def test_open_clocks_move_under_it_if_chosen_and_keep_their_start(session: Session, acme: Cast):
    first = in_force(session, acme)
    lead = handed_off(session, acme)
    before = clock(session, lead, "accept_or_return")
    row = before.id

    second = amended(session, acme, first, hours=2, now=HALF_PAST_TEN, covers_open=True)

    after = clock(session, lead, "accept_or_return")
    assert (after.id, after.version_id, after.state) == (row, second.id, TimerState.RUNNING)
    assert (after.started_at, after.due_at) == (MONDAY_NINE, ELEVEN)
    dropped = clock(session, lead, "first_touch")
    assert (dropped.version_id, dropped.state) == (first.id, TimerState.CANCELLED)


def test_a_clock_that_moves_may_be_missed_at_once(session: Session, acme: Cast):
    first = in_force(session, acme)
    lead = handed_off(session, acme)

    amended(session, acme, first, hours=1, now=HALF_PAST_TEN, covers_open=True)

    assert clock(session, lead, "accept_or_return").state is TimerState.BREACHED
    assert [breach.due_at for breach in breaches(session)] == [TEN]


def test_a_finished_clock_and_a_missed_one_stay_where_they_were(session: Session, acme: Cast):
    first = in_force(session, acme)
    kept, missed = handed_off(session, acme), handed_off(session, acme)
    accept(session, kept, by=acme.sam, now=TEN)
    late = berlin("2027-03-01 13:30")
    refresh_leads(session, acme.id, [kept.id, missed.id], now=late)

    amended(session, acme, first, hours=16, now=late, covers_open=True)

    finished, breached = (clock(session, x, "accept_or_return") for x in (kept, missed))
    assert (finished.version_id, finished.state) == (first.id, TimerState.MET)
    assert (breached.version_id, breached.state) == (first.id, TimerState.BREACHED)
    assert [(x.due_at, x.withdrawn_at) for x in breaches(session)] == [(ONE, None)]


def test_what_is_told_later_is_read_under_the_version_the_clock_moved_to(
    session: Session, acme: Cast
):
    first = in_force(session, acme)
    lead = handed_off(session, acme)
    second = amended(session, acme, first, hours=16, now=TEN, covers_open=True)

    accept(session, lead, by=acme.sam, now=berlin("2027-03-01 16:00"))

    accepted = clock(session, lead, "accept_or_return")
    assert (accepted.version_id, accepted.state) == (second.id, TimerState.MET)


def test_clocks_move_twice_if_two_amendments_say_so(session: Session, acme: Cast):
    first = in_force(session, acme)
    lead = handed_off(session, acme)
    amended(session, acme, first, hours=6, now=TEN, covers_open=True)

    third = amended(session, acme, first, hours=3, now=ELEVEN, covers_open=True)

    (moved,) = (
        x for x in timers_queries.timers_of(session, lead) if x.target_key == "accept_or_return"
    )
    assert (moved.version_id, moved.due_at) == (third.id, NOON)


@pytest.mark.parametrize("covers_open", [True, False])
def test_what_waits_and_is_rewritten_for_the_same_date_moves_no_clock(
    engine: Engine, session: Session, acme: Cast, covers_open: bool
):
    first = in_force(session, acme)
    never = amended(session, acme, first, now=TEN, on=WEDNESDAY, covers_open=not covers_open)
    third = amended(session, acme, first, now=ELEVEN, on=WEDNESDAY, covers_open=covers_open)
    lead = handed_off(session, acme, now=TUESDAY_FIVE)
    session.commit()

    activate_due_versions(engine, now=WEDNESDAY_NINE)

    session.expire_all()
    owed = clock(session, lead, "accept_or_return")
    assert owed.version_id == (third.id if covers_open else first.id)
    assert never.state is VersionState.REPLACED


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_date_of_no_year_of_ours_is_refused(session: Session, acme: Cast, year: int):
    first = in_force(session, acme)

    with pytest.raises(Refused, match="2000 to 2100"):
        amended(session, acme, first, now=TEN, on=date(year, 1, 1))


def test_new_leads_only_leaves_open_clocks_alone(session: Session, acme: Cast):
    first = in_force(session, acme)
    lead = handed_off(session, acme)

    amended(session, acme, first, hours=1, now=HALF_PAST_TEN)

    owed = clock(session, lead, "accept_or_return")
    assert (owed.version_id, owed.due_at) == (first.id, ONE)


def test_a_later_date_moves_open_clocks_when_it_comes_and_only_once(
    engine: Engine, session: Session, acme: Cast
):
    first = in_force(session, acme)
    second = amended(session, acme, first, hours=16, now=TEN, on=WEDNESDAY, covers_open=True)
    lead = handed_off(session, acme, now=TUESDAY_FIVE)
    session.commit()

    assert [activate_due_versions(engine, now=WEDNESDAY_NINE) for _ in range(2)] == [1, 0]

    session.expire_all()
    owed = clock(session, lead, "accept_or_return")
    assert (owed.version_id, owed.started_at) == (second.id, TUESDAY_FIVE)
    assert owed.due_at == berlin("2027-03-04 17:00")


def test_a_sweep_before_that_tick_reads_the_same(engine: Engine, session: Session, acme: Cast):
    first = in_force(session, acme)
    second = amended(session, acme, first, hours=2, now=TEN, on=WEDNESDAY, covers_open=True)
    lead = handed_off(session, acme, now=TUESDAY_FIVE)
    session.commit()

    sweep_due_timers(engine, now=berlin("2027-03-03 12:30"))
    activate_due_versions(engine, now=berlin("2027-03-03 12:31"))

    session.expire_all()
    owed = clock(session, lead, "accept_or_return")
    assert (owed.version_id, owed.state) == (second.id, TimerState.BREACHED)
    assert owed.due_at == berlin("2027-03-03 11:00")
    assert len(breaches(session)) == 1


def test_the_first_to_sign_chooses_for_which_leads_and_the_second_agrees(
    session: Session, acme: Cast
):
    first = in_force(session, acme)
    version = lifecycle.amend(
        session,
        agreement_of(session, first),
        NewVersion(targets=WITHIN_AN_HOUR),
        by=acme.mona,
        now=TEN,
    )
    lifecycle.sign(session, version, by=acme.mona, now=TEN, covers_open=True)

    with pytest.raises(Refused, match="signed it for open leads too"):
        lifecycle.sign(session, version, by=acme.sam, now=TEN, covers_open=False)
    lifecycle.sign(session, version, by=acme.sam, now=TEN, covers_open=True)

    assert version.covers_open


def test_a_lead_that_cannot_be_read_keeps_no_other_from_moving(
    engine: Engine, session: Session, acme: Cast
):
    first = in_force(session, acme)
    unreadable = handed_off(session, acme, now=TUESDAY_FIVE)
    make_hours(session, acme.sales, version=2)
    readable = handed_off(session, acme, now=TUESDAY_FIVE)
    second = amended(
        session, acme, first, hours=16, now=TUESDAY_FIVE, on=WEDNESDAY, covers_open=True
    )
    acme.sales_hours.week = {}
    session.add(acme.sales_hours)
    session.commit()

    assert activate_due_versions(engine, now=WEDNESDAY_NINE) == 1

    session.expire_all()
    assert clock(session, readable, "accept_or_return").version_id == second.id
    assert clock(session, unreadable, "accept_or_return").version_id == first.id


def test_two_schedulers_at_once_move_each_clock_once(postgresql_engine: Engine):
    with db.transaction(postgresql_engine) as session:
        acme = make_cast(session)
        first = in_force(session, acme)
        leads = [handed_off(session, acme, now=TUESDAY_FIVE) for _ in range(20)]
        second = amended(
            session, acme, first, hours=1, now=TUESDAY_FIVE, on=WEDNESDAY, covers_open=True
        )
    late = berlin("2027-03-03 10:30")

    with ThreadPoolExecutor(max_workers=2) as workers:
        ticks = [
            workers.submit(activate_due_versions, postgresql_engine, now=late) for _ in range(2)
        ]
        wait(ticks)

    assert max(tick.result() for tick in ticks) == 1
    with db.transaction(postgresql_engine) as session:
        timers = [clock(session, lead, "accept_or_return") for lead in leads]
        assert {timer.version_id for timer in timers} == {second.id}
        assert len(breaches(session)) == 20
        assert len(journal(session, "timer_breached")) == 20
