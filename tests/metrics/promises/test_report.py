"""Both numbers, with what they are counted of: nothing is dropped, nothing is counted twice."""

import pytest

from alignment.accounts.models import Workspace
from alignment.accounts.roles import Side
from alignment.leads.event_kinds import BACKDATED, EventKind
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.metrics.promises.listing import queries
from alignment.metrics.promises.listing.queries import PromiseFilter, PromiseRow
from alignment.metrics.promises.outcomes import PromiseRemark
from alignment.metrics.promises.report import (
    SidePromises,
    figure_words,
    promise_document,
    promise_report,
)
from alignment.metrics.promises.tally import PromiseTally
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Cause
from tests.factories import MONDAY_NINE
from tests.metrics.stories import NOON_OF_LAST_DAY, SPRING, berlin, breach, promise, tell


@pytest.fixture
def told(session, acme):
    """Of sales: two kept, one of them withdrawn; three missed, one excused; one open.

    One was cancelled. In shadow one kept, one missed. Bo was handed off without any promise.
    """
    ada = tell(session, acme, "Ada", handed_off="2027-04-01 08:00")
    tell(session, acme, "Bo", handed_off="2027-04-01 08:00")

    def give(day, state, **more):
        due = f"2027-04-{day:02} 10:00"
        return promise(session, acme, ada, side=Side.SALES, due=due, state=state, **more)

    give(1, TimerState.MET)
    breach(session, give(2, TimerState.MET), withdrawn_at=MONDAY_NINE)
    breach(session, give(3, TimerState.BREACHED), is_excused=True, cause=Cause.SYSTEM)
    breach(session, give(4, TimerState.MET_LATE))
    give(5, TimerState.RUNNING)
    give(6, TimerState.PAUSED)
    give(7, TimerState.CANCELLED)
    give(8, TimerState.MET, is_shadow=True)
    breach(session, give(9, TimerState.BREACHED, is_shadow=True), is_shadow=True)
    return ada


def read(session, acme):
    return promise_report(session, acme.workspace, period=SPRING, now=NOON_OF_LAST_DAY)


def test_each_promise_is_counted_in_its_place(session, acme, told):
    found = read(session, acme)

    assert found.sides[Side.SALES] == SidePromises(
        signed=PromiseTally(kept=2, missed=3, open=1, excused=1),
        backdated=0,
        withdrawn=1,
        cancelled=1,
        shadow=PromiseTally(kept=1, missed=1, open=0),
    )
    assert found.sides[Side.MARKETING].due == 0


def test_what_a_touch_dated_back_kept_is_counted_apart_and_as_kept(session, acme):
    ada = tell(session, acme, "Ada", handed_off="2027-04-01 08:00")
    touched_at, told_at = berlin("2027-04-01 09:00"), berlin("2027-04-01 16:00")

    for at, reason in ((touched_at, BACKDATED), (told_at, "")):
        record_event(
            session,
            ada,
            NewLeadEvent(kind=EventKind.CALLED, at=at, by_id=acme.sam.id, reason=reason),
            now=told_at,
        )
        due = "2027-04-01 12:00"
        timer = promise(session, acme, ada, side=Side.SALES, due=due, state=TimerState.MET)
        timer.stopped_at = at
        session.flush()

    found = read(session, acme).sides[Side.SALES]

    assert (found.signed.kept, found.backdated) == (2, 1)
    assert (
        promise_document(acme.workspace, read(session, acme))["promises"]["sales"]["dated_back"]
        == 1
    )
    wanted = PromiseFilter(period=SPRING, side=Side.SALES, outcome=PromiseRemark.DATED_BACK)
    page = queries.promises_page(session, acme.sam, wanted, number=1, now=NOON_OF_LAST_DAY)
    assert [row.timer.stopped_at for row in page.rows if isinstance(row, PromiseRow)] == [
        touched_at
    ]


def test_what_was_also_written_down_at_once_is_not_dated_back(session, acme):
    ada = tell(session, acme, "Ada", handed_off="2027-04-01 08:00")
    at = berlin("2027-04-01 09:00")
    record_event(
        session,
        ada,
        NewLeadEvent(kind=EventKind.CALLED, at=at, by_id=acme.sam.id, reason=BACKDATED),
        now=at,
    )
    record_event(session, ada, NewLeadEvent(kind=EventKind.WROTE, at=at, by_id=acme.sam.id), now=at)
    timer = promise(
        session, acme, ada, side=Side.SALES, due="2027-04-01 12:00", state=TimerState.MET
    )
    timer.stopped_at = at
    session.flush()

    assert read(session, acme).sides[Side.SALES].backdated == 0


def test_handoffs_without_an_agreement_are_counted_apart(session, acme, told):
    assert read(session, acme).without_agreement == 1


def test_of_a_lead_handed_off_twice_the_handoff_without_a_promise_is_without_agreement(
    session, acme
):
    di = tell(
        session,
        acme,
        "Di",
        handed_off="2027-04-01 08:00",
        returned="2027-04-02 08:00",
        fixed="2027-04-05 08:00",
    )
    timer = promise(
        session, acme, di, side=Side.SALES, due="2027-04-05 12:00", state=TimerState.MET
    )
    timer.started_at = berlin("2027-04-05 08:00")
    session.flush()

    assert read(session, acme).without_agreement == 1


def test_a_lead_that_only_a_shadow_promised_for_is_without_agreement(session, acme):
    cy = tell(session, acme, "Cy", handed_off="2027-04-01 08:00")
    promise(
        session,
        acme,
        cy,
        side=Side.SALES,
        due="2027-04-01 10:00",
        state=TimerState.MET,
        is_shadow=True,
    )

    assert read(session, acme).without_agreement == 1


def test_both_rates_are_told_and_shadow_is_in_neither(session, acme, told):
    sales = promise_document(acme.workspace, read(session, acme))["promises"]["sales"]

    assert (sales["rate"], sales["rate_without_excused"]) == (2 / 5, 2 / 4)
    assert sales["shadow"] == {"due": 2, "kept": 1, "open": 0}


def test_figures_read_as_numbers_fractions_and_what_is_open(session, acme, told):
    sales = read(session, acme).sides[Side.SALES]

    said = {
        key: figure_words(key, sales) for key in ("due", "rate", "rate_without_excused", "shadow")
    }
    assert said == {
        "due": "5",
        "rate": "2 of 5",
        "rate_without_excused": "2 of 4",
        "shadow": "1 of 2",
    }


def test_a_stranger_counts_nothing_of_it(session, stella, told):
    umbrella = session.get_one(Workspace, stella.workspace_id)

    found = promise_report(session, umbrella, period=SPRING, now=NOON_OF_LAST_DAY)

    assert found.sides[Side.SALES].due == 0
    assert found.without_agreement == 0


def test_a_file_holds_every_promise_once_however_many(session, acme, told, monkeypatch):
    monkeypatch.setattr(queries, "EXPORT_CHUNK", 2)

    rows = list(queries.every_promise(session, acme.id, SPRING))

    assert [row.timer.due_at.day for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert [row.timer.due_at.day for row in rows if row.is_excused] == [3]
    assert [row.timer.due_at.day for row in rows if row.is_withdrawn] == [2]
    assert [row.breach.cause for row in rows if row.breach and row.breach.cause] == [Cause.SYSTEM]
