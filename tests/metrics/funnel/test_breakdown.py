import pytest
from sqlmodel import func, select

from alignment.accounts.roles import Side
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.leads.models import Lead
from alignment.leads.reopening import ReopenReason, reopen
from alignment.metrics.formulas import Share, WaitDuration
from alignment.metrics.funnel.breakdown import FunnelBy, load_funnel
from alignment.metrics.funnel.figures import Conversion, HandoffCount
from alignment.metrics.promises.tally import PromiseTally
from alignment.sla.clock.stopwatch import TimerState
from tests.factories import make_lead
from tests.metrics.stories import NOON_OF_LAST_DAY, SPRING, promise, tell

HOUR, DAY = 3_600, 86_400


def counted(session, acme, by=FunnelBy.MONTH, now=NOON_OF_LAST_DAY):
    """The figures of the spring by the words of their line."""
    found = load_funnel(session, acme.workspace, by=by, period=SPRING, now=now)
    names = {
        FunnelBy.MONTH: lambda line: line.month.words,
        FunnelBy.SOURCE: lambda line: line.origin.name,
        FunnelBy.MONTH_SOURCE: lambda line: (line.month.words, line.origin.name),
    }
    return {names[by](line): line.figures for line in found.lines}, found


def of(figures, *fates):
    return tuple(figures.handoffs_by_outcome[fate].handoffs for fate in fates)


def test_accepted_returned_and_undecided_add_up_to_handed_off(session, acme):
    at = "2027-03-01 10:00"
    tell(session, acme, "Ada", handed_off=at, accepted="2027-03-01 11:00")
    tell(session, acme, "Bo", handed_off=at, returned="2027-03-02 09:00")
    tell(session, acme, "Cy", handed_off=at)
    tell(session, acme, "Di", handed_off=at, won="2027-04-01 09:00")
    tell(session, acme, "Ed", handed_off=at, lost="2027-04-01 09:00")

    march = counted(session, acme)[0]["March 2027"]

    assert march.handed_off == 5
    assert of(
        march, HandoffOutcome.ACCEPTED, HandoffOutcome.RETURNED, HandoffOutcome.UNDECIDED
    ) == (3, 1, 1)
    assert of(march, HandoffOutcome.WON, HandoffOutcome.UNTOUCHED) == (1, 2)
    assert march.conversion == Conversion(share=Share(part=1, whole=5), open=2)
    assert march.win_rate == Share(part=1, whole=2)


def test_a_lead_accepted_and_then_given_back_counts_as_returned(session, acme):
    tell(
        session,
        acme,
        "Ada",
        handed_off="2027-03-01 10:00",
        accepted="2027-03-01 11:00",
        returned="2027-03-03 10:00",
    )

    march = counted(session, acme)[0]["March 2027"]

    assert of(
        march, HandoffOutcome.ACCEPTED, HandoffOutcome.RETURNED, HandoffOutcome.UNDECIDED
    ) == (0, 1, 0)


@pytest.mark.parametrize(
    ("reason", "won"), [(ReopenReason.CAME_BACK, 1), (ReopenReason.CLOSED_BY_MISTAKE, 0)]
)
def test_a_deal_of_march_stays_one_when_the_lead_is_opened_again_unless_it_was_a_mistake(
    session, acme, reason, won
):
    lead = tell(session, acme, "Ada", handed_off="2027-03-01 10:00", won="2027-03-09 10:00")

    reopen(session, lead, reason=reason, owner=acme.sam, by=acme.sam, now=NOON_OF_LAST_DAY)

    assert of(counted(session, acme)[0]["March 2027"], HandoffOutcome.WON) == (won,)


def test_a_fixed_lead_counts_once_a_cycle_and_once_as_a_lead(session, acme):
    tell(
        session,
        acme,
        "Ada",
        handed_off="2027-03-01 10:00",
        returned="2027-03-02 10:00",
        fixed="2027-03-03 10:00",
        accepted="2027-03-03 11:00",
        won="2027-04-20 10:00",
    )

    march = counted(session, acme)[0]["March 2027"]

    assert march.handoffs_by_outcome[HandoffOutcome.HANDED_OFF] == HandoffCount(handoffs=2, leads=1)
    assert march.handoffs_by_outcome[HandoffOutcome.ENTRY] == HandoffCount(handoffs=1, leads=1)
    assert march.handoffs_by_outcome[HandoffOutcome.RETURNED] == HandoffCount(handoffs=1, leads=1)
    assert march.handoffs_by_outcome[HandoffOutcome.ACCEPTED] == HandoffCount(handoffs=1, leads=1)
    assert march.conversion.share == Share(part=1, whole=2)


def test_a_recycled_lead_that_is_handed_off_again_is_a_second_entry(session, acme):
    tell(
        session,
        acme,
        "Ada",
        handed_off="2027-03-01 10:00",
        returned="2027-03-02 10:00",
        recycled="2027-03-03 10:00",
        handed_off2="2027-03-20 10:00",
    )

    march = counted(session, acme)[0]["March 2027"]

    assert march.handoffs_by_outcome[HandoffOutcome.ENTRY] == HandoffCount(handoffs=2, leads=1)


def test_a_lead_of_two_months_is_one_lead_in_the_total(session, acme):
    tell(
        session,
        acme,
        "Ada",
        handed_off="2027-02-26 10:00",
        returned="2027-02-26 11:00",
        fixed="2027-03-01 10:00",
    )

    by_month, found = counted(session, acme)

    assert by_month["February 2027"].handoffs_by_outcome[HandoffOutcome.HANDED_OFF] == HandoffCount(
        handoffs=1, leads=1
    )
    assert by_month["March 2027"].handoffs_by_outcome[HandoffOutcome.HANDED_OFF] == HandoffCount(
        handoffs=1, leads=1
    )
    assert found.total.handoffs_by_outcome[HandoffOutcome.HANDED_OFF] == HandoffCount(
        handoffs=2, leads=1
    )


def test_what_came_of_a_handoff_counts_in_the_month_of_the_handoff(session, acme):
    tell(session, acme, "Ada", handed_off="2027-02-01 10:00", won="2027-04-29 10:00")

    by_month, _ = counted(session, acme)

    assert of(by_month["February 2027"], HandoffOutcome.WON) == (1,)
    assert of(by_month["April 2027"], HandoffOutcome.WON, HandoffOutcome.HANDED_OFF) == (0, 0)


def test_months_end_at_local_midnight_before_and_after_a_change_of_clocks(session, acme):
    tell(session, acme, "Ada", handed_off="2027-02-28 23:59:59")
    tell(session, acme, "Bo", handed_off="2027-03-01 00:00:00")
    tell(session, acme, "Cy", handed_off="2027-03-31 23:59:59")
    tell(session, acme, "Di", handed_off="2027-04-01 00:00:00")
    tell(session, acme, "Ed", handed_off="2027-01-31 23:59:59")
    tell(session, acme, "Flo", handed_off="2027-05-01 00:00:00")

    by_month, found = counted(session, acme)

    assert [figures.handed_off for figures in by_month.values()] == [1, 2, 1]
    assert found.total.handed_off == 4


def test_a_month_without_anything_has_its_line_and_no_invented_numbers(session, acme):
    tell(session, acme, "Ada", handed_off="2027-04-01 10:00")

    by_month, _ = counted(session, acme)

    assert list(by_month) == ["February 2027", "March 2027", "April 2027"]
    march = by_month["March 2027"]
    assert march.handed_off == 0
    assert (march.median_response, march.p90_response) == (None, None)
    assert march.win_rate.ratio is None
    assert march.promises[Side.SALES].share.ratio is None


def test_the_response_runs_from_handoff_to_the_first_human_touch(session, acme):
    tell(
        session,
        acme,
        "Ada",
        handed_off="2027-03-26 17:00",
        mailed_automatically="2027-03-26 17:01",
        accepted="2027-03-26 17:30",
        called="2027-03-29 17:00",
        wrote="2027-03-30 09:00",
    )

    march = counted(session, acme)[0]["March 2027"]

    three_days_less_an_hour = 3 * DAY - HOUR
    assert march.median_response == WaitDuration(seconds=three_days_less_an_hour, at_least=False)


def test_who_has_no_touch_yet_counts_with_the_time_so_far(session, acme):
    tell(session, acme, "Ada", handed_off="2027-04-29 12:00", called="2027-04-29 13:00")
    tell(session, acme, "Bo", handed_off="2027-04-29 12:00", met="2027-04-29 14:00")
    tell(session, acme, "Cy", handed_off="2027-04-28 12:00")

    april = counted(session, acme)[0]["April 2027"]

    assert april.median_response == WaitDuration(seconds=2 * HOUR, at_least=False)
    assert april.p90_response == WaitDuration(seconds=2 * DAY, at_least=True)


def test_a_lead_returned_untouched_stopped_waiting_when_it_was_returned(session, acme):
    tell(session, acme, "Ada", handed_off="2027-03-01 10:00", returned="2027-03-01 12:00")

    march = counted(session, acme)[0]["March 2027"]

    assert march.median_response == WaitDuration(seconds=2 * HOUR, at_least=False)
    assert of(march, HandoffOutcome.UNTOUCHED) == (0,)


def test_a_touch_before_the_handoff_answered_it_at_once(session, acme):
    tell(session, acme, "Ada", called="2027-03-01 09:00", handed_off="2027-03-01 10:00")

    march = counted(session, acme)[0]["March 2027"]

    assert march.median_response == WaitDuration(seconds=0, at_least=False)


def test_promises_count_in_the_month_they_fell_due_and_open_ones_apart(session, acme):
    lead = tell(session, acme, "Ada", handed_off="2027-03-31 10:00")
    for due, state in [
        ("2027-03-31 23:59", TimerState.MET),
        ("2027-04-01 00:00", TimerState.MET),
        ("2027-04-02 10:00", TimerState.MET_LATE),
        ("2027-04-03 10:00", TimerState.BREACHED),
        ("2027-04-30 13:00", TimerState.RUNNING),
        ("2027-04-04 10:00", TimerState.PAUSED),
        ("2027-04-05 10:00", TimerState.CANCELLED),
    ]:
        promise(session, acme, lead, side=Side.SALES, due=due, state=state)
    promise(session, acme, lead, side=Side.MARKETING, due="2027-04-06 10:00", state=TimerState.MET)

    by_month, _ = counted(session, acme)

    assert by_month["March 2027"].promises[Side.SALES] == PromiseTally(kept=1, missed=0, open=0)
    assert by_month["April 2027"].promises == {
        Side.MARKETING: PromiseTally(kept=1, missed=0, open=0),
        Side.SALES: PromiseTally(kept=1, missed=2, open=2),
    }


def test_a_promise_past_due_is_missed_before_anybody_noticed(session, acme):
    lead = tell(session, acme, "Ada", handed_off="2027-04-30 10:00")
    for due in ("2027-04-30 11:59:59", "2027-04-30 12:00:00"):
        promise(session, acme, lead, side=Side.SALES, due=due, state=TimerState.RUNNING)

    april = counted(session, acme)[0]["April 2027"]

    assert april.promises[Side.SALES] == PromiseTally(kept=0, missed=1, open=1)


def test_a_source_that_nobody_gave_is_not_the_source_called_unknown(session, acme):
    tell(session, acme, "Ada", "unknown", handed_off="2027-03-01 10:00")
    tell(session, acme, "Bo", "", handed_off="2027-03-01 10:00")
    tell(session, acme, "Cy", "", handed_off="2027-03-01 10:00")

    by_source, _ = counted(session, acme, FunnelBy.SOURCE)

    assert {name: figures.handed_off for name, figures in by_source.items()} == {
        "No source given": 2,
        "unknown": 1,
    }


def test_by_month_and_source_every_pair_that_has_something_is_a_line(session, acme):
    fair = tell(session, acme, "Ada", "Fair", handed_off="2027-02-01 10:00")
    tell(session, acme, "Bo", "Web", handed_off="2027-03-01 10:00")
    promise(session, acme, fair, side=Side.SALES, due="2027-03-02 10:00", state=TimerState.MET)

    by_both, _ = counted(session, acme, FunnelBy.MONTH_SOURCE)

    assert {name: figures.handed_off for name, figures in by_both.items()} == {
        ("February 2027", "Fair"): 1,
        ("March 2027", "Web"): 1,
        ("March 2027", "Fair"): 0,
    }
    assert by_both["March 2027", "Fair"].promises[Side.SALES].kept == 1


def test_every_lead_of_the_period_is_accounted_for(session, acme):
    tell(session, acme, "Ada", handed_off="2027-03-01 10:00")
    tell(session, acme, "Bo", handed_off="2027-03-01 10:00", won="2027-03-09 10:00")
    tell(session, acme, "Cy", won="2027-03-09 10:00")
    make_lead(session, acme, "Di")
    tell(session, acme, "Ed", arrived="2027-03-01 10:00")

    _, found = counted(session, acme)

    assert found.leads_without_handoff == {
        HandoffOutcome.WON_WITHOUT_HANDOFF: 1,
        HandoffOutcome.NOT_HANDED_OFF: 2,
    }
    everybody = session.exec(select(func.count()).select_from(Lead)).one()
    leads = found.total.handoffs_by_outcome[HandoffOutcome.HANDED_OFF].leads
    assert leads + sum(found.leads_without_handoff.values()) == everybody == 5


def test_nothing_of_another_workspace_is_counted(session, acme, stella):
    lead = tell(session, acme, "Ada", handed_off="2027-03-01 10:00")
    promise(session, acme, lead, side=Side.SALES, due="2027-03-02 10:00", state=TimerState.MET)
    umbrella = session.get_one(type(acme.workspace), stella.workspace_id)

    found = load_funnel(session, umbrella, by=FunnelBy.MONTH, period=SPRING, now=NOON_OF_LAST_DAY)

    assert found.total.handed_off == 0
    assert found.total.promises[Side.SALES] == PromiseTally(kept=0, missed=0, open=0)
