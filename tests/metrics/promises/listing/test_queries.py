from dataclasses import replace

import pytest

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.intake import source_id_of
from alignment.metrics.funnel.breakdown import FunnelBy, load_funnel
from alignment.metrics.promises import queries as promises_queries
from alignment.metrics.promises.listing import queries
from alignment.metrics.promises.listing.queries import PromiseFilter, PromiseRow
from alignment.metrics.promises.outcomes import PromiseOutcome
from alignment.metrics.promises.tally import PromiseTally
from alignment.sla.clock.stopwatch import TimerState
from tests.metrics.stories import NOON_OF_LAST_DAY, SPRING, berlin, promise, tell

OF_SALES = PromiseFilter(period=SPRING, side=Side.SALES)


@pytest.fixture
def told(session, acme):
    """Seven promises: one kept, three missed, two open, one cancelled; one of marketing."""
    ada = tell(session, acme, "Ada", "Fair")
    bo = tell(session, acme, "Bo")
    for lead, due, state in [
        (ada, "2027-04-01 10:00", TimerState.MET),
        (ada, "2027-04-02 10:00", TimerState.MET_LATE),
        (bo, "2027-04-03 10:00", TimerState.BREACHED),
        (bo, "2027-04-04 10:00", TimerState.RUNNING),
        (ada, "2027-04-30 13:00", TimerState.RUNNING),
        (bo, "2027-04-05 10:00", TimerState.PAUSED),
        (bo, "2027-04-06 10:00", TimerState.CANCELLED),
    ]:
        promise(session, acme, lead, side=Side.SALES, due=due, state=state)
    promise(session, acme, bo, side=Side.MARKETING, due="2027-04-07 10:00", state=TimerState.MET)


def due_on(session, user, wanted):
    found = queries.promises_page(session, user, wanted, number=1, now=NOON_OF_LAST_DAY)
    days = [row.timer.due_at.day for row in found.rows if isinstance(row, PromiseRow)]
    assert len(days) == found.total
    return days


@pytest.mark.parametrize(
    ("outcome", "days"),
    [
        (PromiseOutcome.KEPT, [1]),
        (PromiseOutcome.MISSED, [2, 3, 4]),
        (PromiseOutcome.OPEN, [5, 30]),
        (None, [1, 2, 3, 4, 5, 30]),
    ],
)
def test_the_list_holds_what_the_number_counts(session, acme, told, outcome, days):
    found = load_funnel(
        session, acme.workspace, by=FunnelBy.MONTH, period=SPRING, now=NOON_OF_LAST_DAY
    )

    assert due_on(session, acme.sam, replace(OF_SALES, outcome=outcome)) == days
    assert found.total.promises[Side.SALES] == PromiseTally(kept=1, missed=3, open=2)


def test_the_list_can_be_of_one_source_or_of_none(session, acme, told):
    fair = source_id_of(session, acme.id, "Fair")

    assert due_on(session, acme.sam, replace(OF_SALES, source_id=fair)) == [1, 2, 30]
    assert due_on(session, acme.sam, replace(OF_SALES, without_source=True)) == [3, 4, 5]


def test_a_promise_counts_under_the_source_of_the_handoff_it_is_about(session, acme):
    """Fair at the first handoff; corrected to Web before the second; Search since then."""
    fair, web, search = (source_id_of(session, acme.id, x) for x in ("Fair", "Web", "Search"))
    lead = tell(
        session,
        acme,
        "Ada",
        "Fair",
        handed_off="2027-04-01 08:00",
        returned="2027-04-02 08:00",
    )
    lead.source_id = web
    record_event(
        session,
        lead,
        NewLeadEvent(kind=EventKind.FIXED, at=berlin("2027-04-05 08:00")),
        now=NOON_OF_LAST_DAY,
    )
    lead.source_id = search
    for day in (1, 5):
        due = f"2027-04-0{day} 12:00"
        timer = promise(session, acme, lead, side=Side.SALES, due=due, state=TimerState.MET)
        timer.started_at = berlin(f"2027-04-0{day} 08:00")
    session.flush()

    found = promises_queries.promise_columns(session, acme.id, SPRING, now=NOON_OF_LAST_DAY)

    assert sorted(found.source_ids) == [fair, web]
    assert due_on(session, acme.sam, replace(OF_SALES, source_id=fair)) == [1]
    assert due_on(session, acme.sam, replace(OF_SALES, source_id=web)) == [5]
    assert due_on(session, acme.sam, replace(OF_SALES, source_id=search)) == []


def test_what_is_answered_before_it_is_due_has_not_fallen_due(session, acme):
    lead = tell(session, acme, "Ada")
    for due in ("2027-04-30 11:00", "2027-04-30 13:00"):
        promise(session, acme, lead, side=Side.SALES, due=due, state=TimerState.MET)

    found = load_funnel(
        session, acme.workspace, by=FunnelBy.MONTH, period=SPRING, now=NOON_OF_LAST_DAY
    )

    assert found.total.promises[Side.SALES] == PromiseTally(kept=1, missed=0, open=1)


def test_the_list_is_of_one_side(session, acme, told):
    assert due_on(session, acme.sam, replace(OF_SALES, side=Side.MARKETING)) == [7]


def test_a_stranger_sees_no_promise(session, acme, told, stella):
    assert due_on(session, stella, OF_SALES) == []


def test_a_long_list_goes_on_page_by_page(session, acme):
    lead = tell(session, acme, "Ada")
    for number in range(51):
        promise(
            session,
            acme,
            lead,
            side=Side.SALES,
            due=f"2027-04-01 10:{number:02}",
            state=TimerState.MET,
        )

    second = queries.promises_page(session, acme.sam, OF_SALES, number=2, now=NOON_OF_LAST_DAY)

    assert second.total == 51
    (last,) = second.rows
    assert isinstance(last, PromiseRow)
    assert last.timer.due_at.minute == 50
