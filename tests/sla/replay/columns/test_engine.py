"""What columns say of many leads is what the stopwatch says of each."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.promises.segments import Condition, Operator, Segment
from alignment.sla.promises.standard_targets import (
    accept_or_return,
    answer_to_return,
    completeness,
    decide,
    minimum_touches,
    next_touch,
)
from alignment.sla.promises.targets import OpenTime, Target, WorkingDays
from alignment.sla.replay.columns.engine import ReplayedTarget
from alignment.sla.replay.columns.stopwatch import STATES
from alignment.worktime.calendar import Calendar
from tests.sla.lead_histories import MONA, OFFICE, SAM, berlin, line, told
from tests.sla.replayed_histories import column, columns_of, replay_says, replayed, stopwatch_says
from tests.sla.strategies import FIELDS, MONDAY, histories, instants, targets

NIGHT = Calendar.weekly(
    "America/New_York",
    {"mon": [("22:00", "06:00")], "wed": [("09:00", "12:30"), ("13:15", "17:00")]},
    holidays=[date(2027, 3, 24)],
)
SUMMER = Calendar.weekly(
    "Europe/Berlin",
    {"fri": [("20:00", "02:30")], "sun": [("01:00", "04:00")], "mon": [("00:00", "24:00")]},
)
"""Open while the clocks change on Sunday 28 March 2027."""
CALENDARS = [OFFICE, Calendar.always(), NIGHT, SUMMER]

MET, MET_LATE, BREACHED = (
    STATES.index(state) for state in (TimerState.MET, TimerState.MET_LATE, TimerState.BREACHED)
)
FOUR_HOURS = accept_or_return(hours=4)
HOT = replace(
    FOUR_HOURS,
    rank=1,
    allowed=OpenTime(3600),
    segment=Segment(
        name="Hot", conditions=(Condition(fact="score", operator=Operator.AT_LEAST, number=80),)
    ),
)


def office(_: object) -> Calendar:
    return OFFICE


def test_each_lead_stands_where_its_own_history_puts_it() -> None:
    past = {
        1: told("handed_off 22 09:00", "accepted 22 13:00"),
        2: told("handed_off 22 09:00", "accepted 22 13:01"),
        3: told("handed_off 22 09:00"),
        4: told("handed_off 22 16:00"),
        5: told("handed_off 22 09:00", "merged 22 18:00"),
        6: told("arrived 22 09:00"),
    }

    (found,) = replayed(past, [FOUR_HOURS], office, berlin("23 10:00"))

    assert states(found) == {1: "met", 2: "met_late", 3: "breached", 4: "running", 5: "cancelled"}
    assert found.read_by_fallback == 0


def test_nobody_and_nothing_is_replayed_to_nothing() -> None:
    (found,) = replayed({}, [FOUR_HOURS], office, berlin("23 10:00"))

    assert (len(found.cycles), found.read_by_fallback) == (0, 0)


def test_pauses_do_not_count_and_reopened_leads_have_another_round() -> None:
    past = {
        1: told("handed_off 22 09:00", "paused 22 10:00", "resumed 22 12:00", "accepted 22 15:00"),
        2: told("handed_off 22 09:00", "paused 22 10:00"),
        3: told("handed_off 22 09:00", "returned 22 10:00", "fixed 22 11:00"),
    }

    (found,) = replayed(past, [FOUR_HOURS], office, berlin("24 09:00"))

    assert list(zip(found.cycles.lead_ids, found.cycles.numbers, strict=True)) == [
        (1, 1),
        (2, 1),
        (3, 1),
        (3, 2),
    ]
    assert [STATES[x] for x in found.cycles.states] == ["met", "paused", "met", "breached"]


def test_what_started_before_is_left_out() -> None:
    past = {1: told("handed_off 22 09:00"), 2: told("handed_off 23 09:00")}

    (found,) = replayed(past, [FOUR_HOURS], office, berlin("24 09:00"), since=berlin("23 00:00"))

    assert states(found) == {2: "breached"}


def test_the_owner_at_the_due_time_answers_for_sales_and_the_giver_for_marketing() -> None:
    past = {
        1: [
            line("handed_off", "22 09:00", by=MONA, owner=SAM),
            line("assigned", "23 10:00", owner=MONA),
            line("returned", "23 11:00"),
        ]
    }

    accepted, answered = replayed(
        past, [FOUR_HOURS, answer_to_return(hours=8)], office, berlin("24 09:00")
    )

    assert accepted.cycles.owner_ids.tolist() == [SAM]
    assert answered.cycles.owner_ids.tolist() == [MONA]


def test_the_facts_at_the_start_choose_the_segment() -> None:
    past = {
        1: [line("handed_off", "22 09:00", facts={"score": 90})],
        2: [line("handed_off", "22 09:00", facts={"score": 10})],
    }

    everybody, hot = sorted(
        replayed(past, [FOUR_HOURS, HOT], office, berlin("22 11:00")),
        key=lambda one: one.target.segment.name != "everything else",
    )

    assert (states(everybody), states(hot)) == ({2: "running"}, {1: "breached"})
    assert (everybody.read_by_fallback, hot.read_by_fallback) == (0, 0)


def test_what_happens_at_the_last_instant_has_happened() -> None:
    past = {
        1: [*told("handed_off 22 09:00"), line("paused", "22 10:00")],
        2: [
            line("handed_off", "22 09:30", facts={"score": 10}),
            line("reprioritised", "22 10:00", facts={"score": 90}),
        ],
        3: told("handed_off 22 09:00", "accepted 22 10:00:01"),
    }

    hot, everybody = replayed(past, [FOUR_HOURS, HOT], office, berlin("22 10:00"))

    assert (states(everybody), states(hot)) == ({1: "paused", 3: "running"}, {2: "running"})


def test_a_lead_is_complete_when_its_history_says_so() -> None:
    past = {
        1: [line("handed_off", "22 09:00", facts={"known": ["phone"]})],
        2: [
            line("handed_off", "22 09:00", facts={"known": []}),
            line("reprioritised", "22 09:30", facts={"known": ["phone"]}),
        ],
        3: [
            line("handed_off", "22 09:00", facts={"known": []}),
            line("reprioritised", "22 10:30", facts={"known": ["phone"]}),
        ],
        4: [line("handed_off", "22 09:00", facts={"known": ["email"]})],
        5: [
            line("arrived", "22 08:00", facts={"known": ["phone"]}),
            line("handed_off", "22 09:00"),
            line("handed_off", "22 09:30", name="again"),
        ],
    }
    promise = completeness(required_fields=("phone",), hours=1)

    (found,) = replayed(past, [promise], office, berlin("22 12:00"))

    assert sorted(zip(found.cycles.lead_ids, found.cycles.states, strict=True)) == [
        *((1, MET), (2, MET), (3, MET_LATE), (4, BREACHED), (5, MET), (5, MET)),
    ]
    assert found.read_by_fallback == 0


def test_a_clock_goes_on_when_its_pauses_have_used_up_their_limit() -> None:
    limited = replace(FOUR_HOURS, pause_limit=timedelta(hours=2))
    past = {
        1: told("handed_off 22 09:00", "paused 22 10:00", "accepted 22 15:00"),
        2: told("handed_off 22 09:00", "paused 22 10:00", "accepted 22 15:01"),
        3: told(
            *("handed_off 22 09:00", "paused 22 10:00", "resumed 22 11:00"),
            *("paused 22 12:00", "resumed 22 14:00", "accepted 22 15:01"),
        ),
        4: told("handed_off 22 14:00", "paused 22 15:00"),
        5: told("handed_off 22 14:00", "paused 22 15:00", "resumed 22 15:30", "paused 22 16:00"),
    }

    (found,) = replayed(past, [limited], office, berlin("22 17:00"))

    assert states(found) == {1: "met", 2: "met_late", 3: "met_late", 4: "running", 5: "paused"}
    assert found.read_by_fallback == 0


def test_only_what_columns_cannot_tell_is_read_one_by_one() -> None:
    past = {
        1: told("handed_off 22 09:00", "accepted 22 10:00"),
        2: told("handed_off 22 09:00", "paused 22 10:00", "accepted 22 16:30"),
        3: [
            line("handed_off", "22 09:00", facts={"score": 10}),
            line("reprioritised", "22 10:00", facts={"score": 90}),
        ],
        4: [line("handed_off", "22 09:00", name="a"), line("handed_off", "22 09:00", name="b")],
    }
    limited = replace(FOUR_HOURS, pause_reasons=frozenset({"holiday"}))

    everybody, hot = replayed(past, [limited, HOT], office, berlin("23 09:00"))[::-1]

    assert states(everybody) == {1: "met", 2: "met_late", 4: "breached"}
    assert states(hot) == {3: "breached"}
    assert (everybody.read_by_fallback, hot.read_by_fallback) == (2, 1)


def test_the_least_time_that_would_do_ends_with_the_second_of_the_answer() -> None:
    past = {
        1: told("handed_off 22 09:00", "accepted 22 13:00"),
        2: told("handed_off 22 16:00", "accepted 23 09:00"),
        3: told("handed_off 22 16:00", "accepted 22 20:00"),
        4: told("handed_off 22 09:00", "paused 22 10:00", "resumed 22 12:00", "accepted 22 13:00"),
        5: told("handed_off 22 09:00", "merged 23 09:00"),
    }

    (found,) = replayed(past, [FOUR_HOURS], office, berlin("24 09:00"))

    # An hour promised at 16:00 is due at 17:00: an answer at 20:00 needs a second more.
    assert found.cycles.seconds_needed.tolist() == [4 * 3600, 3601, 3601, 2 * 3600, 0]


@pytest.mark.large
@settings(deadline=None, max_examples=300)
@given(
    st.dictionaries(st.integers(1, 99), histories(14), max_size=6),
    targets(),
    st.sampled_from(CALENDARS),
    instants(),
    st.none() | instants(),
)
def test_any_history_reads_as_the_stopwatch_reads_it(
    past: Mapping[int, list[HistoryEvent]],
    target: Target,
    calendar: Calendar,
    now: datetime,
    since: datetime | None,
) -> None:
    twice = {lead: [*history, *history[:2]] for lead, history in past.items()}

    found = replayed(twice, [target], lambda _: calendar, now, since=since)

    assert replay_says(found) == stopwatch_says(
        twice, [target], lambda _: calendar, now, since=since
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_crowd_of_leads_reads_as_the_stopwatch_reads_each(seed: int) -> None:
    chance = random.Random(seed)
    past = {chance.randint(1, 10**6): crowded(chance) for _ in range(150)}
    promises = [*alike(chance), replace(drawn(chance), key="another")]
    calendar = CALENDARS[seed % 4]
    now = MONDAY + timedelta(minutes=30 * chance.randint(100, 800))
    since = chance.choice([None, MONDAY + timedelta(hours=chance.randint(0, 24))])

    found = replayed(past, promises, lambda _: calendar, now, since=since)

    said = replay_says(found)
    assert said == stopwatch_says(past, promises, lambda _: calendar, now, since=since)
    assert sum(one.read_by_fallback for one in found) < len(said) / 2


def test_the_crowd_has_every_state_and_many_rounds() -> None:
    chance = random.Random(1)
    past = {lead: crowded(chance) for lead in range(400)}

    promises = [replace(drawn(chance), key=f"drawn_{number}") for number in range(4)]

    found = replayed(past, promises, office, MONDAY + timedelta(days=4))

    assert any(promise.required_fields for promise in promises)
    assert {STATES[place].value for one in found for place in one.cycles.states} >= {
        "met",
        "breached",
        "paused",
        "cancelled",
    }
    assert max(number for one in found for number in one.cycles.numbers) > 2


@pytest.mark.parametrize(
    "target",
    [
        decide(working_days=2),
        next_touch(working_days=1),
        minimum_touches(times=2, working_days=3),
        replace(completeness(required_fields=("phone",), hours=1), owed_by=Side.SALES),
        replace(FOUR_HOURS, per_owner=True, max_restarts=2),
    ],
    ids=lambda target: target.key,
)
def test_standard_promises_are_never_read_one_by_one_but_for_twins(target: Target) -> None:
    chance = random.Random(7)
    past = {lead: crowded(chance) for lead in range(200)}
    lonely = {lead: [] if has_twins(history) else history for lead, history in past.items()}
    now = MONDAY + timedelta(days=9)

    (found,) = replayed(lonely, [target], office, now)

    assert replay_says([found]) == stopwatch_says(lonely, [target], office, now)
    assert found.read_by_fallback == 0
    assert len(found.cycles) > 50


def test_two_lines_of_one_kind_and_instant_are_twins() -> None:
    past = {
        1: told("handed_off 22 09:00", "called 22 09:00"),
        2: [line("called", "22 09:00", name="a"), line("called", "22 09:00", name="b")],
    }

    lines = columns_of(past, berlin("23 09:00"))

    assert lines.have_ambiguous_order.tolist() == [False, True]
    assert lines.lead_ids.tolist() == column([1, 2]).tolist()


def states(found: ReplayedTarget) -> dict[int, str]:
    places = zip(found.cycles.lead_ids.tolist(), found.cycles.states.tolist(), strict=True)
    return {lead: STATES[place].value for lead, place in places}


KINDS = [
    *(EventKind.HANDED_OFF, EventKind.HANDED_OFF, EventKind.ASSIGNED, EventKind.ACCEPTED),
    *(EventKind.RETURNED, EventKind.FIXED, EventKind.CALLED, EventKind.WROTE, EventKind.PAUSED),
    *(EventKind.RESUMED, EventKind.MERGED, EventKind.REOPENED, EventKind.LOST),
]


def crowded(chance: random.Random) -> list[HistoryEvent]:
    """Up to 14 lines, some at one instant, some told twice, some in the week after."""
    minutes, slots = chance.choice([1, 6, 30, 60]), chance.choice([12, 48, 200])
    return [
        one_of(chance, minutes * chance.randint(0, slots)) for _ in range(chance.randint(1, 14))
    ]


def one_of(chance: random.Random, minute: int) -> HistoryEvent:
    kind = chance.choice(KINDS)
    owned = kind is EventKind.ASSIGNED or chance.random() < 0.1
    return HistoryEvent(
        kind=kind,
        at=MONDAY + timedelta(minutes=minute, days=chance.choice([0, 0, 6])),
        id=str(chance.randint(0, 30)),
        by_id=chance.choice([None, 1, 2]),
        owner_id=chance.randint(1, 3) if owned else None,
        facts=facts_of(chance) if chance.random() < 0.2 else None,
        sequence=chance.randint(0, 3),
    )


def facts_of(chance: random.Random) -> dict[str, object]:
    known: dict[str, object] = {"known": sorted(chance.sample(FIELDS, chance.randint(0, 3)))}
    return chance.choice([known, {"score": chance.choice([10, 90])}])


def alike(chance: random.Random) -> list[Target]:
    """A promise to one segment, to two, or to everybody."""
    promise = drawn(chance)
    hot = replace(promise, rank=1, allowed=OpenTime(3600), segment=HOT.segment)
    return chance.choice([[promise], [hot], [promise, hot]])


def drawn(chance: random.Random) -> Target:
    times: list[OpenTime | WorkingDays] = [OpenTime(60 * chance.randint(1, 900)), WorkingDays(2)]
    kinds = sorted(set(KINDS))
    starts = {EventKind.HANDED_OFF, *chance.sample(kinds, 1)}
    stops = set(chance.sample(kinds, 2))
    required = tuple(chance.sample(FIELDS, chance.choice([0, 0, 1, 2])))
    return Target(
        key="drawn",
        name="Drawn",
        owed_by=Side.SALES,
        starts_on=frozenset(starts),
        stops_on=frozenset(stops),
        cancels_on=frozenset(set(chance.sample(kinds, 2)) - starts - stops),
        allowed=chance.choice(times),
        required_fields=required,
        times=1 if required else chance.choice([1, 1, 2, 3]),
        counts_early=chance.random() < 0.5,
        per_owner=chance.random() < 0.3,
        pause_limit=chance.choice([None, None, timedelta(minutes=30 * chance.randint(1, 20))]),
        pause_people=chance.choice([frozenset(), frozenset(), frozenset({1})]),
        max_restarts=chance.randint(0, 3),
    )


def has_twins(history: list[HistoryEvent]) -> bool:
    return max(Counter((each.at, each.kind) for each in history).values()) > 1
