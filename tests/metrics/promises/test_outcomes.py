import pytest
from sqlmodel import func, select

from alignment.accounts.roles import Side
from alignment.metrics.promises.outcomes import PromiseOutcome, PromiseRemark, has_outcome
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Timer
from tests.factories import MONDAY_NINE
from tests.metrics.stories import berlin, breach, promise, tell

DUE = "2027-04-30 12:00:00"


@pytest.mark.parametrize(
    ("state", "now", "outcome"),
    [
        (TimerState.MET, "2027-04-30 11:00:00", PromiseOutcome.OPEN),
        (TimerState.MET, "2027-04-30 12:00:00", PromiseOutcome.KEPT),
        (TimerState.MET, "2027-04-30 13:00:00", PromiseOutcome.KEPT),
        (TimerState.MET_LATE, "2027-04-30 13:00:00", PromiseOutcome.MISSED),
        (TimerState.BREACHED, "2027-04-30 13:00:00", PromiseOutcome.MISSED),
        (TimerState.RUNNING, "2027-04-30 12:00:00", PromiseOutcome.OPEN),
        (TimerState.RUNNING, "2027-04-30 12:00:01", PromiseOutcome.MISSED),
        (TimerState.PAUSED, "2027-04-30 13:00:00", PromiseOutcome.OPEN),
        (TimerState.CANCELLED, "2027-04-30 13:00:00", None),
    ],
)
def test_a_promise_has_one_outcome_and_a_cancelled_one_has_none(session, acme, state, now, outcome):
    lead = tell(session, acme, "Ada")
    promise(session, acme, lead, side=Side.SALES, due=DUE, state=state)

    found = {
        each: session.exec(
            select(func.count()).select_from(Timer).where(has_outcome(each, now=berlin(now)))
        ).one()
        for each in PromiseOutcome
    }

    assert found == {each: int(each is outcome) for each in PromiseOutcome}


@pytest.mark.parametrize(
    ("state", "is_shadow", "missed", "apart"),
    [
        pytest.param(TimerState.BREACHED, False, {}, None, id="missed"),
        pytest.param(
            TimerState.BREACHED, False, {"is_excused": True}, PromiseRemark.EXCUSED, id="excused"
        ),
        pytest.param(
            TimerState.MET, False, {"withdrawn_at": MONDAY_NINE}, PromiseRemark.WITHDRAWN, id="kept"
        ),
        pytest.param(
            TimerState.MET,
            False,
            {"withdrawn_at": MONDAY_NINE, "is_excused": True},
            PromiseRemark.WITHDRAWN,
            id="kept, though excused before",
        ),
        pytest.param(TimerState.BREACHED, True, {}, PromiseRemark.SHADOW, id="in shadow"),
    ],
)
def test_what_is_told_apart(session, acme, state, is_shadow, missed, apart):
    lead = tell(session, acme, "Ada")
    timer = promise(session, acme, lead, side=Side.SALES, due=DUE, state=state, is_shadow=is_shadow)
    breach(session, timer, **missed)

    found = {each: how_many(session, each) for each in PromiseRemark}

    assert found == {each: int(each is apart) for each in PromiseRemark}


def test_what_nobody_signed_has_no_outcome(session, acme):
    lead = tell(session, acme, "Ada")
    promise(session, acme, lead, side=Side.SALES, due=DUE, state=TimerState.MET, is_shadow=True)

    assert [how_many(session, each) for each in PromiseOutcome] == [0, 0, 0]


def how_many(session, outcome):
    is_so = has_outcome(outcome, now=berlin("2027-04-30 13:00:00"))
    return session.exec(select(func.count()).select_from(Timer).where(is_so)).one()
