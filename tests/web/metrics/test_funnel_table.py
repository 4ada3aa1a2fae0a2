"""What the Compare page says in sentences."""

from alignment.accounts.roles import Side
from alignment.metrics.funnel.breakdown import Funnel, FunnelBy, load_funnel
from alignment.sla.clock.stopwatch import TimerState
from alignment.web.metrics.funnel_table import finding_on_promises, is_empty
from tests.metrics.stories import NOON_OF_LAST_DAY, SPRING, promise, tell


def by_month(session, acme) -> Funnel:
    return load_funnel(
        session, acme.workspace, by=FunnelBy.MONTH, period=SPRING, now=NOON_OF_LAST_DAY
    )


def test_the_finding_is_of_the_newest_month_in_which_both_sides_had_promises(session, acme):
    lead = tell(session, acme, "Ada")
    for side, due, state in [
        (Side.MARKETING, "2027-02-10 10:00", TimerState.MET),
        (Side.SALES, "2027-02-10 10:00", TimerState.MET_LATE),
        (Side.SALES, "2027-02-11 10:00", TimerState.MET),
        (Side.SALES, "2027-03-10 10:00", TimerState.MET),
        (Side.MARKETING, "2027-04-30 15:00", TimerState.RUNNING),
        (Side.SALES, "2027-04-10 10:00", TimerState.MET),
    ]:
        promise(session, acme, lead, side=side, due=due, state=state)

    said = finding_on_promises(by_month(session, acme))

    assert said == "In February 2027 marketing kept 1 of 1 of its promises, sales 1 of 2"


def test_without_such_a_month_the_chart_is_named_by_what_it_shows(session, acme):
    lead = tell(session, acme, "Ada")
    promise(session, acme, lead, side=Side.SALES, due="2027-04-10 10:00", state=TimerState.MET)

    assert finding_on_promises(by_month(session, acme)) == "Promises kept in time"


def test_a_period_is_empty_without_handoffs_promises_and_leads_apart(session, acme):
    assert is_empty(by_month(session, acme))

    lead = tell(session, acme, "Ada", won="2026-01-01 10:00")
    assert is_empty(by_month(session, acme))

    promise(session, acme, lead, side=Side.SALES, due="2027-04-30 15:00", state=TimerState.RUNNING)
    assert not is_empty(by_month(session, acme))
