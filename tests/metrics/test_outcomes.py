import pytest
from sqlmodel import func, select

from alignment.accounts.roles import Side
from alignment.metrics.outcomes import Apart, Outcome, came_out
from alignment.sla.models import Timer
from alignment.sla.stopwatch import State
from tests.factories import MONDAY_NINE
from tests.metrics.stories import berlin, breach, promise, tell

DUE = "2027-04-30 12:00:00"


@pytest.mark.parametrize(
    ("state", "now", "outcome"),
    [
        (State.MET, "2027-04-30 11:00:00", Outcome.KEPT),
        (State.MET, "2027-04-30 13:00:00", Outcome.KEPT),
        (State.MET_LATE, "2027-04-30 13:00:00", Outcome.MISSED),
        (State.BREACHED, "2027-04-30 13:00:00", Outcome.MISSED),
        (State.RUNNING, "2027-04-30 12:00:00", Outcome.OPEN),
        (State.RUNNING, "2027-04-30 12:00:01", Outcome.MISSED),
        (State.PAUSED, "2027-04-30 13:00:00", Outcome.OPEN),
        (State.CANCELLED, "2027-04-30 13:00:00", None),
    ],
)
def test_a_promise_has_one_outcome_and_a_cancelled_one_has_none(session, acme, state, now, outcome):
    lead = tell(session, acme, "Ada")
    promise(session, acme, lead, side=Side.SALES, due=DUE, state=state)

    found = {
        each: session.exec(
            select(func.count()).select_from(Timer).where(came_out(each, now=berlin(now)))
        ).one()
        for each in Outcome
    }

    assert found == {each: int(each is outcome) for each in Outcome}


@pytest.mark.parametrize(
    ("state", "is_shadow", "missed", "apart"),
    [
        pytest.param(State.BREACHED, False, {}, None, id="missed"),
        pytest.param(State.BREACHED, False, {"is_excused": True}, Apart.EXCUSED, id="excused"),
        pytest.param(State.MET, False, {"withdrawn_at": MONDAY_NINE}, Apart.WITHDRAWN, id="kept"),
        pytest.param(
            State.MET,
            False,
            {"withdrawn_at": MONDAY_NINE, "is_excused": True},
            Apart.WITHDRAWN,
            id="kept, though excused before",
        ),
        pytest.param(State.BREACHED, True, {}, Apart.SHADOW, id="in shadow"),
    ],
)
def test_what_is_told_apart(session, acme, state, is_shadow, missed, apart):
    lead = tell(session, acme, "Ada")
    timer = promise(session, acme, lead, side=Side.SALES, due=DUE, state=state, is_shadow=is_shadow)
    breach(session, timer, **missed)

    found = {each: how_many(session, each) for each in Apart}

    assert found == {each: int(each is apart) for each in Apart}


def test_what_nobody_signed_has_no_outcome(session, acme):
    lead = tell(session, acme, "Ada")
    promise(session, acme, lead, side=Side.SALES, due=DUE, state=State.MET, is_shadow=True)

    assert [how_many(session, each) for each in Outcome] == [0, 0, 0]


def how_many(session, outcome):
    is_so = came_out(outcome, now=berlin("2027-04-30 13:00:00"))
    return session.exec(select(func.count()).select_from(Timer).where(is_so)).one()
