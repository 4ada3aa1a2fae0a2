from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.sla.promises.standard_targets import accept_or_return, decide, next_touch
from alignment.sla.promises.targets import HoursSource, OpenTime, Target
from alignment.web.agreements.promise_text import TextContext, allowed_time_text, promise_text
from tests.factories import MONDAY_NINE


def test_a_length_is_said_in_hours_or_in_working_days():
    said = [
        allowed_time_text(accept_or_return(hours=0.25)),
        allowed_time_text(decide(working_days=1)),
        allowed_time_text(next_touch(working_days=2)),
    ]

    assert said == ["15 minutes", "1 working day", "2 working days"]


def test_a_changed_number_stands_beside_the_one_it_replaces():
    context = TextContext(now=MONDAY_NINE, replaced=[accept_or_return(hours=4)])

    changed, same = (promise_text(accept_or_return(hours=each), None, context) for each in (2, 4))

    assert (changed.previous_allowed_time, same.previous_allowed_time) == ("4 hours", "")


def test_an_always_open_clock_says_so_and_needs_no_hours():
    demo_request = Target(
        key="demo_request",
        name="Answer a demo request",
        owed_by=Side.SALES,
        starts_on=frozenset({EventKind.ARRIVED}),
        stops_on=frozenset({EventKind.CALLED}),
        allowed=OpenTime(900),
        clock_of=HoursSource.ALWAYS,
    )

    promise = promise_text(demo_request, None, TextContext(now=MONDAY_NINE))

    assert promise.within == "within 15 minutes, day and night, of its arrival"
