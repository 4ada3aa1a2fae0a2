from datetime import timedelta

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import HANDOFF_KINDS, TOUCH_KINDS, EventKind
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    completeness,
    decide,
    first_touch,
    in_working_days,
    light_agreement,
    minimum_touches,
    next_touch,
    with_escalation,
)
from alignment.sla.promises.targets import OpenTime, RecipientRole, WorkingDays, targets_by_key


def test_the_light_agreement_is_two_way() -> None:
    promised = [(each.key, each.owed_by, each.allowed) for each in light_agreement()]

    assert promised == [
        ("accept_or_return", Side.SALES, OpenTime(4 * 3600)),
        ("first_touch", Side.SALES, OpenTime(8 * 3600)),
        ("answer_to_return", Side.MARKETING, OpenTime(8 * 3600)),
    ]


def test_a_quarter_of_an_hour_can_be_promised() -> None:
    assert first_touch(hours=0.25).allowed == OpenTime(900)


def test_automatic_mail_neither_keeps_nor_cancels_a_touch() -> None:
    promise = first_touch(hours=8)

    assert EventKind.MAILED_AUTOMATICALLY not in promise.stops_on | promise.cancels_on
    assert promise.stops_on == TOUCH_KINDS


def test_all_standard_promises_fit_in_one_agreement() -> None:
    more = (
        next_touch(working_days=3),
        minimum_touches(times=5, working_days=10),
        decide(working_days=14),
    )

    assert len(targets_by_key((*light_agreement(), *more))) == 6
    assert [each.allowed for each in more] == [WorkingDays(3), WorkingDays(10), WorkingDays(14)]


def test_a_merged_lead_ends_every_promise() -> None:
    more = (
        next_touch(working_days=3),
        minimum_touches(times=5, working_days=10),
        decide(working_days=14),
    )

    assert all(EventKind.MERGED in each.cancels_on for each in (*light_agreement(), *more))


def test_whatever_sales_decides_about_a_lead_accepts_it() -> None:
    assert EventKind.QUALIFIED in accept_or_return(hours=4).stops_on
    assert EventKind.LOST in accept_or_return(hours=4).stops_on


def test_completeness_starts_with_the_handoff_and_is_proved_by_what_is_told() -> None:
    promise = completeness(required_fields=("phone",), hours=1)

    assert (promise.owed_by, promise.starts_on) == (Side.MARKETING, HANDOFF_KINDS)
    assert promise.stops_on == HANDOFF_KINDS | {EventKind.REPRIORITISED}
    assert EventKind.RETURNED not in promise.cancels_on


def test_the_ladder_repeats_to_the_owner_three_times_and_reaches_both_leads() -> None:
    (target,) = with_escalation([accept_or_return(hours=4)])

    hours = [(step.when / timedelta(hours=1), step.to) for step in target.steps]  # type: ignore[operator]

    assert hours == [
        (4, RecipientRole.OWNER),
        (8, RecipientRole.OWNER),
        (8, RecipientRole.OWNERS_MANAGER),
        (12, RecipientRole.OWNER),
        (16, RecipientRole.BOTH_LEADS),
    ]


def test_any_promise_can_be_made_in_working_days() -> None:
    promise = in_working_days(accept_or_return(hours=4), 2)

    assert promise.allowed == WorkingDays(2)
    assert promise.stops_on == accept_or_return(hours=4).stops_on
