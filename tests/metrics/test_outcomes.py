import pytest
from sqlmodel import func, select

from alignment.accounts.roles import Side
from alignment.metrics.outcomes import Outcome, came_out
from alignment.sla.models import Timer
from alignment.sla.stopwatch import State
from tests.metrics.stories import berlin, promise, tell

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
