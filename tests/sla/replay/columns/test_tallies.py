import random
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest

from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.promises.standard_targets import accept_or_return, decide
from alignment.sla.promises.targets import OpenTime
from alignment.sla.replay.columns.fallback import ReadingRow, as_columns
from alignment.sla.replay.columns.history import Flags
from alignment.sla.replay.columns.stopwatch import STATES, ReadingColumns
from alignment.sla.replay.columns.tallies import (
    Tally,
    count_never_answered,
    shortest_sufficient_time,
    tally,
    tally_by_group,
)
from tests.sla.lead_histories import OFFICE
from tests.sla.replay.columns.test_engine import crowded
from tests.sla.replayed_histories import Histories, replayed
from tests.sla.strategies import MONDAY

FOUR_HOURS = accept_or_return(hours=4)
MET, LATE, BREACHED, RUNNING, CANCELLED = (
    STATES.index(state)
    for state in (
        TimerState.MET,
        TimerState.MET_LATE,
        TimerState.BREACHED,
        TimerState.RUNNING,
        TimerState.CANCELLED,
    )
)


def test_open_and_cancelled_rounds_make_no_rate() -> None:
    found = tally(np.array([MET, MET, MET, LATE, BREACHED, RUNNING, CANCELLED]))

    assert found == Tally(met=3, met_late=1, breached=1, running=1, cancelled=1)
    assert found.kept_rate == 0.6


def test_nothing_settled_has_no_rate() -> None:
    assert tally(np.array([RUNNING])).kept_rate is None
    assert tally(np.array([], np.int64)) == Tally()


def test_each_group_is_counted_apart_the_smallest_first() -> None:
    found = tally_by_group(np.array([MET, LATE, MET, MET]), np.array([70, 7, 7, 70]))

    assert list(found.items()) == [(7, Tally(met=1, met_late=1)), (70, Tally(met=2))]


def test_the_shortest_time_is_that_of_the_last_answer_that_must_be_in_time() -> None:
    found = settled(*((MET, minute * 60) for minute in range(1, 21)))

    assert shortest_sufficient_time(FOUR_HOURS, found, share=Fraction(95, 100)) == 19 * 60
    assert shortest_sufficient_time(FOUR_HOURS, found, share=Fraction(96, 100)) == 20 * 60
    assert shortest_sufficient_time(FOUR_HOURS, found, share=Fraction(1, 100)) == 60


def test_what_was_never_answered_is_missed_whatever_the_time() -> None:
    found = settled((MET, 600), (LATE, 900), (BREACHED, 1200), (CANCELLED, 0))

    assert count_never_answered(found) == 1
    assert shortest_sufficient_time(FOUR_HOURS, found, share=Fraction(2, 3)) == 900
    assert shortest_sufficient_time(FOUR_HOURS, found, share=Fraction(3, 4)) is None


def test_no_time_reaches_95_percent_where_6_of_100_were_never_answered() -> None:
    answered = [(MET, minute * 60) for minute in range(1, 95)]

    with_six, with_four = (settled(*answered, *[(BREACHED, 10**7)] * n) for n in (6, 4))

    assert shortest_sufficient_time(FOUR_HOURS, with_six, share=Fraction(95, 100)) is None
    assert shortest_sufficient_time(FOUR_HOURS, with_four, share=Fraction(95, 100)) == 94 * 60


def test_what_is_not_due_yet_counts_only_while_the_time_is_too_short_for_it() -> None:
    found = settled((MET, 600), (MET, 900), (RUNNING, 1200))

    assert shortest_sufficient_time(FOUR_HOURS, found, share=Fraction(2, 3)) == 900
    assert shortest_sufficient_time(FOUR_HOURS, found, share=Fraction(3, 4)) == 1200


def test_no_time_keeps_what_nobody_ever_answered_and_days_are_not_open_time() -> None:
    assert (
        shortest_sufficient_time(FOUR_HOURS, settled((BREACHED, 600)), share=Fraction(1, 2)) is None
    )
    assert shortest_sufficient_time(FOUR_HOURS, settled(), share=Fraction(1, 2)) is None
    assert (
        shortest_sufficient_time(decide(working_days=2), settled((MET, 600)), share=Fraction(1, 2))
        is None
    )


@pytest.mark.parametrize("seed", range(6))
def test_with_a_second_less_the_share_is_missed(seed: int) -> None:
    chance = random.Random(seed)
    past = {lead: crowded(chance) for lead in range(120)}
    (found,) = replayed(past, [FOUR_HOURS], lambda _: OFFICE, MONDAY + timedelta(days=8))
    kept = int(np.isin(found.cycles.states, (MET, LATE)).sum())
    reachable = Fraction(kept, kept + count_never_answered(found.cycles))
    share = reachable * Fraction(chance.randint(80, 99), 100)

    seconds = shortest_sufficient_time(FOUR_HOURS, found.cycles, share=share)

    assert seconds is not None
    never_kept = found.cycles.states == BREACHED
    assert kept_share(past, seconds, never_kept) >= share
    assert kept_share(past, seconds - 1, never_kept) < share


def kept_share(past: Histories, seconds: int, never_kept: Flags) -> Fraction:
    """With this time, where what was never kept is missed."""
    target = replace(FOUR_HOURS, allowed=OpenTime(seconds))
    (found,) = replayed(past, [target], lambda _: OFFICE, MONDAY + timedelta(days=8))
    is_met = found.cycles.states == MET
    is_missed = np.isin(found.cycles.states, (LATE, BREACHED)) | never_kept
    return Fraction(int(is_met.sum()), int((is_met | is_missed).sum()))


def settled(*rounds: tuple[int, int]) -> ReadingColumns:
    rows: list[ReadingRow] = [
        (lead, 1, state, 0, 0, need) for lead, (state, need) in enumerate(rounds)
    ]
    return as_columns(rows)
