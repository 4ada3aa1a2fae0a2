from dataclasses import replace

from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.reasons import Reason, ReasonKind
from alignment.sla.promises.standard_targets import accept_or_return, completeness, minimum_touches
from tests.sla.lead_histories import HOUR, OLGA, SAM, berlin, line, reading, told

FOUR_HOURS = accept_or_return(hours=4)


def test_the_reasons_tell_what_happened_in_order() -> None:
    history = [
        line("accepted", "22 14:00", by=SAM),
        line("paused", "22 10:00", by=SAM, reason="on_leave"),
        line("resumed", "22 11:00"),
        line("handed_off", "22 09:00"),
    ]

    assert reading(history, FOUR_HOURS, "22 15:00").reasons == (
        Reason(kind=ReasonKind.STARTED, at=berlin("22 09:00"), event_kind=EventKind.HANDED_OFF),
        Reason(kind=ReasonKind.PAUSED, at=berlin("22 10:00"), by_id=SAM, note="on_leave"),
        Reason(kind=ReasonKind.RESUMED, at=berlin("22 11:00")),
        Reason(
            kind=ReasonKind.KEPT, at=berlin("22 14:00"), event_kind=EventKind.ACCEPTED, by_id=SAM
        ),
    )


def test_an_answer_from_before_the_start_keeps_its_true_instant() -> None:
    early = reading(told("accepted 22 08:00", "handed_off 22 09:00"), FOUR_HOURS, "22 10:00")

    assert early.stopped_at == berlin("22 09:00")
    assert (early.reasons[0].kind, early.reasons[0].at) == (
        ReasonKind.KEPT_BEFORE_START,
        berlin("22 08:00"),
    )


def test_each_touch_that_counted_is_a_reason() -> None:
    history = told("handed_off 22 09:00", "called 22 10:00", "wrote 22 11:00")

    assert whys(history, minimum_touches(times=2, working_days=2)) == [
        ReasonKind.STARTED,
        ReasonKind.COUNTED,
        ReasonKind.KEPT,
    ]


def test_a_pause_that_was_not_allowed_or_used_up_is_a_reason() -> None:
    promise = replace(FOUR_HOURS, pause_limit=HOUR, pause_people=frozenset({SAM}))
    history = [
        line("handed_off", "22 09:00"),
        line("paused", "22 10:00", by=OLGA),
        line("paused", "22 11:00", by=SAM),
    ]

    assert whys(history, promise) == [
        ReasonKind.STARTED,
        ReasonKind.PAUSE_NOT_ALLOWED,
        ReasonKind.PAUSED,
        ReasonKind.PAUSE_USED_UP,
    ]


def test_a_refused_pause_after_the_end_is_no_reason() -> None:
    promise = replace(FOUR_HOURS, pause_people=frozenset({SAM}))
    history = [
        line("handed_off", "22 09:00"),
        line("accepted", "22 10:00"),
        line("paused", "22 11:00", by=OLGA),
    ]

    assert whys(history, promise) == [ReasonKind.STARTED, ReasonKind.KEPT]


def test_each_way_to_end_is_a_reason() -> None:
    start = line("handed_off", "22 09:00", owner=SAM)
    passed_on = line("assigned", "22 10:00", owner=OLGA)

    assert whys([start, *told("recycled 22 10:00")], FOUR_HOURS)[-1] is ReasonKind.DROPPED
    assert whys([start, *told("merged 22 10:00")], FOUR_HOURS)[-1] is ReasonKind.VOIDED
    assert whys([start, passed_on], replace(FOUR_HOURS, per_owner=True)) == [ReasonKind.STARTED]


def test_what_was_missing_is_a_reason_each_time_it_was_something_else() -> None:
    history = [
        line("handed_off", "22 09:00", facts={"known": ["email"]}),
        line("reprioritised", "22 09:10", facts={"score": 90}),
        line("reprioritised", "22 09:20", facts={"known": ["email", "phone"]}),
        line("reprioritised", "22 09:40", facts={"known": ["email", "phone", "region"]}),
    ]
    promise = completeness(required_fields=("phone", "region"), hours=1)

    reasons = reading(history, promise, "22 12:00").reasons

    assert [(reason.kind, reason.note) for reason in reasons] == [
        (ReasonKind.STARTED, ""),
        (ReasonKind.INCOMPLETE, "phone, region"),
        (ReasonKind.INCOMPLETE, "region"),
        (ReasonKind.KEPT, ""),
    ]


def whys(history, target) -> list[ReasonKind]:
    return [reason.kind for reason in reading(history, target, "22 15:00").reasons]
