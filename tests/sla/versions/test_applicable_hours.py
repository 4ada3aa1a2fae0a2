"""Ada of the United States and Bo of Europe under one promise, each in the hours of the region."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from sqlmodel import Session, select

from alignment.accounts.models import OpeningHours
from alignment.accounts.opening_hours import versions
from alignment.accounts.opening_hours.lead_regions import LeadRegion
from alignment.accounts.opening_hours.versions import NewHours
from alignment.leads.bulk.history_additions import HistoryAddition, add_history
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import hand_off
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.models import Lead
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewVersion
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Agreement, AgreementVersion, Timer
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from alignment.sla.promises.targets import HoursSource, Target
from alignment.sla.replay.drafts import replay_draft
from alignment.sla.timers import rebasing
from alignment.sla.timers.inspection import inspect_lead
from alignment.sla.timers.refresh import refresh_leads
from alignment.sla.versions import queries
from tests.factories import MONDAY_NINE, Cast, make_cast, make_lead
from tests.sla.lead_histories import HOUR, berlin
from tests.sla.light_agreement import clock, draft_light, sign_both

SUNDAY = MONDAY_NINE - timedelta(days=1)
ONE_IN_BERLIN, ONE_IN_NEW_YORK = berlin("2027-03-01 13:00"), berlin("2027-03-01 19:00")
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
NOON = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "12:00-17:00")
IN_REGION = replace(accept_or_return(hours=4), clock_of=HoursSource.LEAD_REGION)
PROMISES = (IN_REGION, answer_to_return(hours=8))


def region_hours(
    session: Session,
    acme: Cast,
    name: str,
    *,
    zone: str = "America/New_York",
    week: dict[str, str] = WEEK,
    now: datetime = SUNDAY,
    covers_open: bool = False,
) -> OpeningHours:
    region = LeadRegion(workspace_id=acme.id, name=name)
    wish = NewHours(zone=zone, **week)
    return versions.change_opening_hours(
        session, region, wish, by=acme.mona, now=now, covers_open=covers_open
    )


def in_force(session: Session, acme: Cast, targets: tuple[Target, ...]) -> AgreementVersion:
    version = draft_light(session, acme, targets=targets, now=MONDAY_NINE)
    return sign_both(session, acme, version, now=MONDAY_NINE)


def handed_off(session: Session, acme: Cast, region: str, *, now: datetime = MONDAY_NINE) -> Lead:
    lead = make_lead(session, acme, region=region)
    hand_off(session, lead, by=acme.mona, now=now, owner=acme.sam)
    return lead


def accepts(session: Session, lead: Lead) -> Timer:
    return clock(session, lead, "accept_or_return")


def move_to(session: Session, acme: Cast, lead: Lead, region: str, *, at: datetime) -> None:
    line = NewLeadEvent(kind=EventKind.REPRIORITISED, at=at, facts={"region": region})
    add_history(session, acme.id, [HistoryAddition(lead=lead, events=(line,))], now=at)
    refresh_leads(session, acme.id, {lead.id}, now=at)


def why(session: Session, lead: Lead, *, now: datetime = MONDAY_NINE) -> str:
    return " ".join(inspect_lead(session, lead, now=now)[0].explanation("Europe/Berlin"))


def test_each_lead_counts_the_hours_of_its_own_region(session: Session, acme: Cast):
    us = region_hours(session, acme, "US")
    emea = region_hours(session, acme, "EMEA", zone="Europe/Berlin", week=NOON)
    in_force(session, acme, PROMISES)

    ada, bo = handed_off(session, acme, " us "), handed_off(session, acme, "EMEA")

    assert (accepts(session, ada).opening_hours_id, accepts(session, ada).due_at) == (
        us.id,
        ONE_IN_NEW_YORK,
    )
    assert (accepts(session, bo).opening_hours_id, accepts(session, bo).due_at) == (
        emea.id,
        berlin("2027-03-01 16:00"),
    )
    assert "Counts the hours of the lead's region (US)." in why(session, ada)


@pytest.mark.parametrize(
    ("region", "sentence"),
    [
        ("", "since the lead's region is not known."),
        ("APAC", "since the lead's region (APAC) had none of its own."),
    ],
)
def test_a_region_without_hours_counts_those_of_the_team_and_says_so(
    session: Session, acme: Cast, region: str, sentence: str
):
    region_hours(session, acme, "US")
    in_force(session, acme, PROMISES)

    lead = handed_off(session, acme, region)

    stored = accepts(session, lead)
    assert (stored.opening_hours_id, stored.due_at) == (acme.sales_hours.id, ONE_IN_BERLIN)
    assert f"Counts the hours of the team that owes it, {sentence}" in why(session, lead)


def test_a_lead_that_moves_keeps_the_hours_its_clock_began_with(session: Session, acme: Cast):
    region_hours(session, acme, "US")
    in_force(session, acme, PROMISES)
    lead = handed_off(session, acme, "EMEA")

    move_to(session, acme, lead, "US", at=MONDAY_NINE + HOUR)

    stored = accepts(session, lead)
    assert (stored.opening_hours_id, stored.due_at) == (acme.sales_hours.id, ONE_IN_BERLIN)
    assert "(EMEA) had none of its own" in why(session, lead, now=ONE_IN_BERLIN)


def test_the_next_round_counts_where_the_lead_is_by_then(session: Session, acme: Cast):
    us = region_hours(session, acme, "US")
    in_force(session, acme, PROMISES)
    lead = handed_off(session, acme, "EMEA")
    at = MONDAY_NINE + HOUR
    again = NewLeadEvent(
        kind=EventKind.HANDED_OFF, at=at + HOUR, by_id=acme.mona.id, facts={"region": "US"}
    )
    lines = (
        NewLeadEvent(kind=EventKind.ACCEPTED, at=at, by_id=acme.sam.id),
        NewLeadEvent(kind=EventKind.REPRIORITISED, at=at, facts={"region": "US"}),
        NewLeadEvent(kind=EventKind.RETURNED, at=at + HOUR / 2, by_id=acme.sam.id),
        again,
    )

    add_history(session, acme.id, [HistoryAddition(lead=lead, events=lines)], now=ONE_IN_BERLIN)
    refresh_leads(session, acme.id, {lead.id}, now=ONE_IN_BERLIN)

    first, second = (clock(session, lead, "accept_or_return", cycle=x) for x in (1, 2))
    assert (first.opening_hours_id, first.state) == (acme.sales_hours.id, TimerState.MET)
    assert (second.opening_hours_id, second.due_at) == (us.id, ONE_IN_NEW_YORK)


def test_other_hours_of_a_region_leave_open_clocks_alone_unless_chosen(
    session: Session, acme: Cast
):
    first = region_hours(session, acme, "US")
    in_force(session, acme, PROMISES)
    ada, bo = handed_off(session, acme, "US"), handed_off(session, acme, "")

    region_hours(session, acme, "us", week=NOON, now=MONDAY_NINE)
    refresh_leads(session, acme.id, {ada.id, bo.id}, now=MONDAY_NINE)
    kept = accepts(session, ada).opening_hours_id
    third = region_hours(session, acme, "US", week=NOON, now=MONDAY_NINE, covers_open=True)

    assert (kept, third.version) == (first.id, 3)
    assert (accepts(session, ada).opening_hours_id, accepts(session, ada).due_at) == (
        third.id,
        berlin("2027-03-01 22:00"),
    )
    assert accepts(session, bo).opening_hours_id == acme.sales_hours.id


@pytest.mark.parametrize("covers_open", [False, True])
def test_the_first_hours_of_a_region_move_its_open_clocks_only_if_chosen(
    session: Session, acme: Cast, covers_open: bool
):
    in_force(session, acme, PROMISES)
    ada, bo = handed_off(session, acme, "US"), handed_off(session, acme, "EMEA")
    at = MONDAY_NINE + HOUR
    region = LeadRegion(workspace_id=acme.id, name="US")
    thought_of = versions.new_version(
        session, region, NewHours(zone="America/New_York", **WEEK), now=at
    )

    previewed = rebasing.preview_hours(session, thought_of, now=at)
    region_hours(session, acme, "US", now=at, covers_open=covers_open)
    refresh_leads(session, acme.id, {ada.id, bo.id}, now=at)

    assert (previewed.open_timers, previewed.would_move) == (1, 1)
    assert accepts(session, ada).due_at == (ONE_IN_NEW_YORK if covers_open else ONE_IN_BERLIN)
    assert accepts(session, bo).due_at == ONE_IN_BERLIN


def test_open_clocks_move_with_a_wording_that_asks_for_the_region(session: Session, acme: Cast):
    us = region_hours(session, acme, "US")
    before = in_force(session, acme, (accept_or_return(hours=4), answer_to_return(hours=8)))
    lead = handed_off(session, acme, "US")
    at = MONDAY_NINE + HOUR

    later = lifecycle.amend(
        session,
        session.get_one(Agreement, before.agreement_id),
        NewVersion(targets=PROMISES, covers_open=True),
        by=acme.mona,
        now=at,
    )
    sign_both(session, acme, later, now=at)

    stored = accepts(session, lead)
    assert (stored.version_id, stored.opening_hours_id) == (later.id, us.id)
    assert stored.due_at == ONE_IN_NEW_YORK


def test_a_replay_comes_to_what_is_stored(session: Session, acme: Cast):
    region_hours(session, acme, "US")
    version = in_force(session, acme, PROMISES)
    leads = [handed_off(session, acme, region) for region in ("US", "EMEA", "")]
    move_to(session, acme, leads[1], "US", at=MONDAY_NINE + HOUR)
    at = berlin("2027-03-01 15:00")
    refresh_leads(session, acme.id, {lead.id for lead in leads}, now=at)

    found = replay_draft(
        session,
        session.get_one(Agreement, version.agreement_id),
        PROMISES,
        since=MONDAY_NINE,
        now=at,
        wanted=Fraction(95, 100),
    )

    promise = next(x for x in found.promises if x.key == "accept_or_return")
    stored = [x.state for x in session.exec(select(Timer))]
    assert sorted(stored) == [TimerState.BREACHED, TimerState.BREACHED, TimerState.RUNNING]
    assert promise.compared.total.draft == promise.compared.total.actual
    assert (promise.compared.total.draft.breached, promise.targets[0].read_by_fallback) == (2, 0)


def test_another_workspaces_regions_count_nothing_here(session: Session, acme: Cast):
    region_hours(session, make_cast(session, name="Globex"), "US")
    in_force(session, acme, PROMISES)

    lead = handed_off(session, acme, "US")

    assert accepts(session, lead).opening_hours_id == acme.sales_hours.id
    assert len(queries.hours_by_id(session, acme.id)) == 2
