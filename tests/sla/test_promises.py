from alignment.accounts.roles import Side
from alignment.leads.happenings import TOUCHES, Happening
from alignment.sla.promises import (
    accept_or_return,
    cadence,
    decide,
    first_touch,
    light_agreement,
    next_touch,
)
from alignment.sla.targets import OpenTime, WorkingDays, by_key


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

    assert Happening.MAILED_AUTOMATICALLY not in promise.stops_on | promise.cancels_on
    assert promise.stops_on == TOUCHES


def test_all_standard_promises_fit_in_one_agreement() -> None:
    more = (next_touch(working_days=3), cadence(times=5, working_days=10), decide(working_days=14))

    assert len(by_key((*light_agreement(), *more))) == 6
    assert [each.allowed for each in more] == [WorkingDays(3), WorkingDays(10), WorkingDays(14)]


def test_a_merged_lead_ends_every_promise() -> None:
    more = (next_touch(working_days=3), cadence(times=5, working_days=10), decide(working_days=14))

    assert all(Happening.MERGED in each.cancels_on for each in (*light_agreement(), *more))


def test_whatever_sales_decides_about_a_lead_accepts_it() -> None:
    assert Happening.QUALIFIED in accept_or_return(hours=4).stops_on
    assert Happening.LOST in accept_or_return(hours=4).stops_on
