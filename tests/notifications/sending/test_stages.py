"""What is sent at once, told together, or waits: the table of grouping, row by row."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alignment.notifications.causes import WaitCause
from alignment.notifications.downtime.lateness import lateness_of
from alignment.notifications.notice_kinds import KINDS
from alignment.notifications.preferences.quiet_hours import Deferral
from alignment.notifications.sending.stages import STAGES, decide, next_full_hour
from alignment.notifications.sending.verdicts import (
    Drop,
    QueuedDelivery,
    QueueState,
    RecentDelivery,
    Send,
    Wait,
)
from tests.factories import MONDAY_NINE

A_SECOND = timedelta(seconds=1)
A_MINUTE = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)


def waiting(count, kind="lead_assigned", *, first=1, since=MONDAY_NINE, **given):
    return [
        QueuedDelivery(id=first + n, kind=KINDS[kind], due_at=since, turn_at=since, **given)
        for n in range(count)
    ]


def sent(*ats, kind="lead_assigned", **given):
    return [RecentDelivery(kind=kind, at=at, **given) for at in ats]


def planned(*some, earlier=(), is_braked=False, now=MONDAY_NINE):
    rows = [one for group in some for one in group]
    return decide(QueueState(waiting=rows, recent=earlier, is_rate_limited=is_braked, now=now))


def test_up_to_five_new_leads_are_told_one_by_one():
    assert planned(waiting(5)) == [Send(ids=(number,)) for number in (1, 2, 3, 4, 5)]


def test_twelve_at_once_are_one_summary():
    (summary,) = planned(waiting(12))

    assert summary == Send(ids=tuple(range(1, 13)))


def test_the_sixth_within_a_minute_waits_until_the_first_is_a_minute_old():
    before = sent(*(MONDAY_NINE + n * A_SECOND for n in range(5)))
    now = MONDAY_NINE + 10 * A_SECOND

    assert planned(waiting(1), earlier=before, now=now) == [
        Wait(ids=(1,), until=MONDAY_NINE + A_MINUTE, cause=WaitCause.GROUPING)
    ]


def test_after_a_summary_nothing_of_its_kind_goes_for_a_minute():
    before = sent(MONDAY_NINE, is_summary=True)

    early = planned(waiting(1), earlier=before, now=MONDAY_NINE + 30 * A_SECOND)
    then = planned(waiting(2), earlier=before, now=MONDAY_NINE + A_MINUTE)

    assert early == [Wait(ids=(1,), until=MONDAY_NINE + A_MINUTE, cause=WaitCause.GROUPING)]
    assert then == [Send(ids=(1,)), Send(ids=(2,))]


def test_what_had_to_wait_is_told_together():
    held = [replace(one, turn_at=MONDAY_NINE + A_MINUTE) for one in waiting(2)]

    assert planned(held, now=MONDAY_NINE + A_MINUTE) == [Send(ids=(1, 2))]
    assert planned(held[:1], now=MONDAY_NINE + A_MINUTE) == [Send(ids=(1,))]


def test_five_of_one_kind_leave_room_for_another_kind():
    before = sent(*[MONDAY_NINE] * 5)

    decisions = planned(waiting(1), waiting(1, "timer_breached", first=2), earlier=before)

    assert decisions == [
        Wait(ids=(1,), until=MONDAY_NINE + A_MINUTE, cause=WaitCause.GROUPING),
        Send(ids=(2,)),
    ]


def test_what_is_nearly_due_waits_a_minute_for_others():
    soon = waiting(3, "timer_warned")

    assert planned(soon) == [
        Wait(ids=(1, 2, 3), until=MONDAY_NINE + A_MINUTE, cause=WaitCause.GROUPING)
    ]
    assert planned(soon, now=MONDAY_NINE + A_MINUTE) == [Send(ids=(1, 2, 3))]


def test_what_is_nearly_due_is_told_no_more_than_every_five_minutes():
    before = sent(MONDAY_NINE, kind="timer_warned")
    one = waiting(1, "timer_warned", since=MONDAY_NINE + A_MINUTE)

    early = planned(one, earlier=before, now=MONDAY_NINE + 4 * A_MINUTE)
    then = planned(one, earlier=before, now=MONDAY_NINE + 5 * A_MINUTE)

    assert early == [Wait(ids=(1,), until=MONDAY_NINE + 5 * A_MINUTE, cause=WaitCause.GROUPING)]
    assert then == [Send(ids=(1,))]


def test_what_is_done_again_joins_the_next_summary():
    decisions = planned(waiting(6), waiting(1, "breach_resolved", first=7))

    assert decisions == [Send(ids=(1, 2, 3, 4, 5, 6, 7))]


def test_what_is_done_again_goes_by_itself_where_no_summary_comes():
    done = waiting(1, "breach_resolved")

    assert planned(done) == [
        Wait(ids=(1,), until=MONDAY_NINE + 5 * A_MINUTE, cause=WaitCause.GROUPING)
    ]
    assert planned(done, now=MONDAY_NINE + 5 * A_MINUTE) == [Send(ids=(1,))]


def test_the_worst_comes_first_and_carries_the_others():
    held = waiting(1, "breach_resolved", was_rate_limited=True)
    missed = waiting(1, "timer_breached", first=2, since=MONDAY_NINE + A_SECOND)

    (summary,) = planned(held, missed, now=MONDAY_NINE + AN_HOUR)

    assert summary == Send(ids=(2, 1))


def test_a_brake_holds_everything_until_the_next_hour_and_then_tells_it_at_once():
    ten_past = MONDAY_NINE + 10 * A_MINUTE
    held = waiting(3, was_rate_limited=True)

    assert planned(waiting(3), is_braked=True, now=ten_past) == [
        Wait(ids=(1, 2, 3), until=MONDAY_NINE + AN_HOUR, cause=WaitCause.RATE_LIMIT)
    ]
    assert planned(held, is_braked=True, now=MONDAY_NINE + AN_HOUR) == [Send(ids=(1, 2, 3))]


def test_a_brake_holds_nothing_past_its_deadline_and_takes_the_rest_along():
    urgent = waiting(1, deliver_by_at=MONDAY_NINE + 30 * A_MINUTE)
    others = waiting(2, "lead_returned", first=2)
    leaves_at = MONDAY_NINE + 25 * A_MINUTE

    early = planned(urgent, others, is_braked=True, now=MONDAY_NINE + 10 * A_MINUTE)
    then = planned(urgent, others, is_braked=True, now=leaves_at)

    assert early == [Wait(ids=(1, 2, 3), until=leaves_at, cause=WaitCause.RATE_LIMIT)]
    assert then == [Send(ids=(1, 2, 3))]


def test_a_deadline_after_the_next_hour_changes_nothing():
    urgent = waiting(1, deliver_by_at=MONDAY_NINE + 2 * AN_HOUR)

    assert planned(urgent, is_braked=True) == [
        Wait(ids=(1,), until=MONDAY_NINE + AN_HOUR, cause=WaitCause.RATE_LIMIT)
    ]


def test_of_a_short_time_half_is_left_to_its_reader():
    urgent = waiting(1, deliver_by_at=MONDAY_NINE + 4 * A_MINUTE)
    until = MONDAY_NINE + 2 * A_MINUTE

    assert planned(urgent, is_braked=True) == [
        Wait(ids=(1,), until=until, cause=WaitCause.RATE_LIMIT)
    ]
    assert planned(urgent, is_braked=True, now=until) == [Send(ids=(1,))]


def test_grouping_holds_nothing_past_its_deadline_either():
    before = sent(MONDAY_NINE - A_MINUTE, kind="timer_warned")
    soon = waiting(1, "timer_warned", deliver_by_at=MONDAY_NINE + 3 * A_MINUTE)
    until = MONDAY_NINE + 90 * A_SECOND

    assert planned(soon, earlier=before) == [Wait(ids=(1,), until=until, cause=WaitCause.GROUPING)]
    assert planned(soon, earlier=before, now=until) == [Send(ids=(1,))]


def test_what_is_past_its_deadline_already_is_held_like_anything_else():
    late = waiting(1, deliver_by_at=MONDAY_NINE)

    assert planned(late, is_braked=True) == [
        Wait(ids=(1,), until=MONDAY_NINE + AN_HOUR, cause=WaitCause.RATE_LIMIT)
    ]


def test_quiet_hours_hold_what_is_urgent_and_then_nothing_does():
    until = MONDAY_NINE + AN_HOUR
    urgent = waiting(1, deliver_by_at=MONDAY_NINE + 30 * A_MINUTE)
    quiet = [
        replace(each, deferral=Deferral(until=until, reason="Quiet hours.")) for each in urgent
    ]

    [held] = planned(quiet, is_braked=True)

    assert (held.until, held.cause) == (until, WaitCause.RECIPIENT)
    assert planned(urgent, is_braked=True, now=until) == [Send(ids=(1,))]


def test_an_invitation_is_neither_braked_nor_merged():
    decisions = planned(waiting(30, "invitation"), is_braked=True)

    assert decisions == [Send(ids=(number,)) for number in range(1, 31)]


def test_what_may_have_left_already_goes_again_as_it_was():
    decisions = planned(waiting(1, may_have_left=True), waiting(9, first=2))

    assert decisions == [Send(ids=(1,)), Send(ids=tuple(range(2, 11)))]


def test_ten_minutes_late_is_not_late():
    stood_still = [(MONDAY_NINE, MONDAY_NINE + 10 * A_MINUTE)]

    assert lateness_of(MONDAY_NINE, MONDAY_NINE, stood_still) is None


@pytest.mark.parametrize(("hours", "is_counted"), [(5, False), (72, True)])
def test_after_a_standstill_a_person_gets_one_message(hours, is_counted):
    until = MONDAY_NINE + hours * AN_HOUR
    late = lateness_of(MONDAY_NINE, MONDAY_NINE, [(MONDAY_NINE, until)])
    missed = waiting(2, "timer_breached", lateness=late)
    fresh = waiting(1, first=3, since=until)

    (early,) = planned(missed, fresh, now=until)
    (then,) = planned(missed, fresh, now=until + 3 * A_MINUTE)

    assert early == Wait(ids=(1, 2, 3), until=until + 3 * A_MINUTE, cause=WaitCause.DOWNTIME)
    assert then == Send(ids=(3, 1, 2) if is_counted else (1, 2, 3))


def test_a_single_late_message_stays_what_it_is():
    until = MONDAY_NINE + 5 * AN_HOUR
    late = lateness_of(MONDAY_NINE, MONDAY_NINE, [(MONDAY_NINE, until)])

    decisions = planned(waiting(1, lateness=late), now=until + AN_HOUR)

    assert decisions == [Send(ids=(1,))]


def test_what_its_recipient_does_not_want_now_waits_whatever_the_others_do():
    until = MONDAY_NINE + AN_HOUR
    quiet = waiting(1, "invitation", deferral=Deferral(until=until, reason="Quiet hours until 10."))

    decisions = planned(quiet, waiting(1, first=2))

    assert decisions == [
        Wait(ids=(1,), until=until, cause=WaitCause.RECIPIENT, obstacle="Quiet hours until 10."),
        Send(ids=(2,)),
    ]


@pytest.mark.parametrize("is_rate_limited", [False, True])
@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("was_rate_limited", [False, True])
def test_no_stage_gives_a_verdict_that_it_may_not_and_every_delivery_gets_one(
    is_rate_limited, is_late, was_rate_limited
):
    now = MONDAY_NINE + AN_HOUR
    late = lateness_of(MONDAY_NINE, MONDAY_NINE, [(MONDAY_NINE, now)]) if is_late else None
    rows = [
        *waiting(1, deferral=Deferral(until=now + AN_HOUR, reason="Day off.")),
        *waiting(7, first=2, lateness=late, was_rate_limited=was_rate_limited),
        *waiting(2, "breach_resolved", first=9),
        *waiting(2, "timer_warned", first=11, since=now),
        *waiting(1, "invitation", first=13),
    ]
    queue = QueueState(waiting=rows, is_rate_limited=is_rate_limited, now=now)

    given = [(stage, type(verdict)) for stage in STAGES for verdict in stage.decide(queue)]
    decided = sorted(one for verdict in decide(queue) for one in verdict.ids)

    assert all(kind in stage.may for stage, kind in given)
    assert decided == list(range(1, 14))


def test_no_stage_drops_anything():
    assert not any(Drop in stage.may for stage in STAGES)


def test_the_next_hour_is_the_next_full_one():
    assert next_full_hour(MONDAY_NINE) == MONDAY_NINE + AN_HOUR
    assert next_full_hour(MONDAY_NINE + 59 * A_MINUTE) == MONDAY_NINE + AN_HOUR
