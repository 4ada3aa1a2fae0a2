"""Speed to lead is split between the system and people; nobody who waits is left out."""

import numpy as np

from alignment.metrics.formulas import Share, Unknown, WaitDuration
from alignment.metrics.speed.durations import NOT_HAPPENED, SpeedStats, speed_stats

MINUTE = 60
NOW = 100 * MINUTE


def of(
    *leads: tuple[int, int | None, int | None],
    ended: int | None = None,
    back: int = 0,
    unknown: int = 0,
) -> SpeedStats:
    """Each stay as minutes of beginning, owner and touch; the first ``back`` are dated back, of the
    first ``unknown`` nobody said who owned them."""

    def column(place: int) -> np.ndarray:
        told = [NOT_HAPPENED if lead[place] is None else lead[place] * MINUTE for lead in leads]  # type: ignore[operator]
        return np.array(told, dtype=np.int64)

    return speed_stats(
        began=column(0),
        assigned=column(1),
        touched=column(2),
        ended=np.full(
            len(leads), NOT_HAPPENED if ended is None else ended * MINUTE, dtype=np.int64
        ),
        is_owner_unknown=np.arange(len(leads)) < unknown,
        is_dated_back=np.arange(len(leads)) < back,
        now=NOW,
    )


def minutes(count: int, *, at_least: bool = False) -> WaitDuration:
    return WaitDuration(seconds=count * MINUTE, at_least=at_least)


def test_a_lead_owned_after_ten_minutes_and_touched_after_thirty_took_ten_and_twenty():
    found = of((0, 10, 30))

    assert (found.system.median, found.human.median) == (minutes(10), minutes(20))
    assert found.total.median == minutes(30)


def test_a_touch_before_anybody_owned_it_ends_the_part_of_the_system():
    found = of((0, 20, 15), (0, None, 15))

    assert (found.system.median, found.human.median) == (minutes(15), minutes(0))


def test_who_waits_for_a_touch_counts_with_at_least_the_time_so_far():
    found = of((0, 10, None))

    assert found.untouched == 1
    assert found.total.median == minutes(100, at_least=True)
    assert (found.system.median, found.human.median) == (minutes(10), minutes(90, at_least=True))


def test_who_waits_for_an_owner_is_still_with_the_system():
    found = of((0, None, None))

    assert (found.unassigned, found.human.stays, found.human.median) == (1, 0, None)
    assert found.system.median == minutes(100, at_least=True)


def test_who_was_returned_without_a_touch_waited_until_then_and_waits_no_more():
    found = of((0, 10, None), ended=40)

    assert (found.total.median, found.human.median) == (minutes(40), minutes(30))
    assert (found.untouched, found.never_touched) == (0, 1)


def test_who_was_returned_in_three_minutes_without_a_touch_is_neither_in_time_nor_late():
    assert of((0, 0, None), ended=3).within[5] == Share(part=0, whole=0)


def test_of_an_unknown_owner_the_two_parts_are_not_known():
    found = of((0, None, 15), unknown=1)

    assert (found.owner_unknown, found.total.median) == (1, minutes(15))
    assert (found.system.median, found.human.p90) == (Unknown.NOT_KNOWN, Unknown.NOT_KNOWN)


def test_the_parts_are_those_of_the_stays_whose_owner_is_known():
    found = of((0, None, 15), (0, 10, 30), unknown=1)

    assert (found.system.stays, found.system.median) == (1, minutes(10))
    assert found.human.median == minutes(20)


def test_what_was_dated_back_is_counted_apart():
    found = of((0, 0, 5), (0, 0, 50), back=1)

    assert (found.stays, found.backdated, found.total.stays) == (2, 1, 1)
    assert found.total.median == minutes(50)


def test_who_may_still_be_in_time_is_neither_in_time_nor_late():
    found = of((0, 0, 4), (0, 0, 20), (98, 98, None), (0, 0, None))

    assert found.within == {
        5: Share(part=1, whole=3),
        15: Share(part=1, whole=3),
        60: Share(part=2, whole=3),
    }


def test_the_p90_of_ten_is_the_ninth():
    found = of(*((0, 0, each) for each in range(1, 11)))

    assert found.total.p90 == minutes(9)


def test_of_nobody_nothing_is_told():
    found = of()

    assert (found.stays, found.total.median, found.within[5].ratio) == (0, None, None)
