"""Where a lead stands is read from its history, whatever order the lines came in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import permutations

import pytest

from alignment.leads.event_kinds import CLOSED_BY_MISTAKE, EventKind
from alignment.leads.history.lead_state import STAGE_AFTER, derive_lead_state

SAM, TIM = 1, 2


@dataclass
class Line:
    """One line of a history."""

    kind: EventKind
    at: datetime
    owner_id: int | None = None
    reason: str = ""
    id: int | None = None
    facts: dict[str, object] | None = None


def line(
    kind: str, hour: int, *, owner: int | None = None, reason: str = "", told: int | None = None
) -> Line:
    at = datetime(2027, 3, 1, hour, tzinfo=UTC)
    return Line(EventKind(kind), at, owner_id=owner, reason=reason, id=told)


BY_MISTAKE = line("reopened", 11, reason=CLOSED_BY_MISTAKE)
RETURNED_AND_FIXED = [
    line("arrived", 8),
    line("handed_off", 9, owner=SAM),
    line("returned", 10, reason="no_fit"),
    line("fixed", 11, owner=TIM),
    line("accepted", 12, owner=TIM),
    line("called", 13),
]


def test_all_720_orders_of_six_lines_stand_the_same():
    expected = derive_lead_state(RETURNED_AND_FIXED)

    assert all(derive_lead_state(order) == expected for order in permutations(RETURNED_AND_FIXED))


def test_all_120_orders_of_five_lines_of_one_instant_stand_the_same():
    told = [
        line("arrived", 9),
        line("handed_off", 9, owner=SAM),
        line("accepted", 9, owner=TIM),
        line("qualified", 9),
        line("won", 9),
    ]

    found = {derive_lead_state(order).stage for order in permutations(told)}

    assert found == {"won"}


@pytest.mark.parametrize(
    ("handed_off", "assigned", "owner"), [(1, 2, TIM), (2, 1, SAM), (None, 1, SAM), (1, None, TIM)]
)
def test_of_two_owners_at_one_instant_the_one_told_last_has_it(handed_off, assigned, owner):
    lines = [
        line("handed_off", 9, owner=SAM, told=handed_off),
        line("assigned", 9, owner=TIM, told=assigned),
    ]

    found = {
        (x.owner_id, x.sales_cycles[0].owner_id)
        for x in map(derive_lead_state, permutations(lines))
    }

    assert found == {(owner, owner)}


def test_a_fix_and_an_assignment_at_one_instant_give_the_second_stay_its_last_owner():
    fixed = [line("handed_off", 9, owner=SAM, told=1), line("fixed", 11, owner=SAM, told=2)]

    found = derive_lead_state([*fixed, line("assigned", 11, owner=TIM, told=3)])

    assert (found.owner_id, found.sales_cycles[1].owner_id) == (TIM, TIM)


def test_a_fix_closes_one_stay_with_sales_and_opens_the_next():
    first, second = derive_lead_state(RETURNED_AND_FIXED).sales_cycles

    assert (first.returned_at, first.answered_at) == (at(10), at(11))
    assert first.return_reason == "no_fit"
    assert first.accepted_at is None
    assert (second.handed_off_at, second.owner_id) == (at(11), TIM)
    assert (second.accepted_at, second.touched_at, second.answered_at) == (at(12), at(13), None)


def test_the_latest_handoff_and_owner_count():
    found = derive_lead_state(RETURNED_AND_FIXED)

    assert (found.stage, found.owner_id, found.handed_off_at) == ("accepted", TIM, at(11))


@pytest.mark.parametrize(
    ("happened", "owner"),
    [
        ([], TIM),
        ([line("called", 10)], SAM),
        ([line("called", 12)], TIM),
        ([line("called", 8)], SAM),
        ([line("lost", 10)], SAM),
        ([line("returned", 10), line("fixed", 11, owner=TIM)], SAM),
    ],
    ids=["open", "touched", "touched later", "touched before", "lost", "returned and fixed"],
)
def test_a_stay_is_of_who_owned_it_when_it_was_touched_or_ended(happened, owner):
    lines = [line("handed_off", 9, owner=SAM), line("assigned", 11, owner=TIM), *happened]

    assert derive_lead_state(lines).sales_cycles[0].owner_id == owner


@pytest.mark.parametrize(
    ("happened", "owner_of_stay"),
    [([], None), ([line("called", 10)], SAM), ([line("called", 12)], None)],
    ids=["open", "touched by its owner", "touched in the queue"],
)
def test_in_the_queue_nobody_owns_it_from_then_on(happened, owner_of_stay):
    lines = [line("handed_off", 9, owner=SAM), line("released", 11), *happened]

    found = derive_lead_state(lines)

    assert (found.stage, found.owner_id) == ("handed_off", None)
    assert found.sales_cycles[0].owner_id == owner_of_stay


def test_who_takes_it_from_the_queue_owns_it():
    lines = [
        line("handed_off", 9, owner=SAM),
        line("released", 11),
        line("assigned", 12, owner=TIM),
    ]

    assert derive_lead_state(lines).owner_id == TIM


@pytest.mark.parametrize(("released", "given", "owner"), [(1, 2, TIM), (2, 1, None)])
def test_of_a_release_and_a_gift_at_one_instant_the_one_told_last_stands(released, given, owner):
    lines = [line("released", 11, told=released), line("assigned", 11, owner=TIM, told=given)]

    assert derive_lead_state(lines).owner_id == owner


def test_what_happened_before_the_handoff_belongs_to_the_first_stay():
    found = derive_lead_state([line("called", 8), line("handed_off", 9)])

    assert found.sales_cycles[0].touched_at == at(8)


def test_automatic_mail_is_no_touch():
    found = derive_lead_state([line("handed_off", 9), line("mailed_automatically", 10)])

    assert found.sales_cycles[0].touched_at is None
    assert found.stage == "handed_off"


def test_the_first_touch_counts_and_not_a_later_one():
    found = derive_lead_state([line("handed_off", 9), line("met", 12), line("wrote", 10)])

    assert found.sales_cycles[0].touched_at == at(10)


def test_a_lead_without_history_is_new():
    found = derive_lead_state([])

    assert (found.stage, found.owner_id, found.handed_off_at, found.sales_cycles) == (
        "new",
        None,
        None,
        (),
    )


@pytest.mark.parametrize(("kind", "stage"), STAGE_AFTER.items())
def test_each_happening_leaves_the_lead_at_its_stage(kind: EventKind, stage: str):
    found = derive_lead_state([line("handed_off", 9), line(kind, 10)])

    assert found.stage == stage


def test_a_lost_lead_opened_again_is_with_sales():
    found = derive_lead_state([line("handed_off", 9), line("lost", 10), line("reopened", 11)])

    assert found.stage == "accepted"
    assert found.sales_cycles[0].lost_at == at(10)


def test_a_win_is_dated_by_the_first_time_it_was_told():
    found = derive_lead_state([line("handed_off", 9), line("won", 12), line("won", 11)])

    assert found.won_at == at(11)
    assert found.sales_cycles[0].won_at == at(11)


@pytest.mark.parametrize("closed", ["won", "lost"])
def test_what_was_closed_by_mistake_is_neither_won_nor_lost_once_it_is_opened_again(closed: str):
    told = [line("handed_off", 9), line(closed, 10), BY_MISTAKE]

    [cycle] = derive_lead_state(told).sales_cycles

    assert (cycle.won_at, cycle.lost_at) == (None, None)
    assert derive_lead_state([*told, line("won", 15)]).won_at == at(15)


def test_a_customer_who_came_back_stays_won():
    told = [line("handed_off", 9), line("won", 10), line("reopened", 11, reason="came_back")]

    assert (derive_lead_state(told).stage, derive_lead_state(told).won_at) == ("accepted", at(10))
    assert derive_lead_state(told).sales_cycles[0].won_at == at(10)
    assert derive_lead_state([*told, line("won", 15)]).sales_cycles[0].won_at == at(10)


def test_a_mistake_takes_back_the_last_closing_and_none_before():
    told = [
        line("handed_off", 9),
        line("won", 10),
        line("reopened", 11, reason="came_back"),
        line("lost", 12),
        line("reopened", 13, reason=CLOSED_BY_MISTAKE),
    ]

    [cycle] = derive_lead_state(told).sales_cycles

    assert (cycle.won_at, cycle.lost_at) == (at(10), None)


def test_a_cycle_is_assigned_when_somebody_first_owned_it():
    first, second = derive_lead_state(
        [
            line("handed_off", 9),
            line("assigned", 10, owner=SAM),
            line("assigned", 11, owner=TIM),
            line("returned", 12),
            line("fixed", 13, owner=TIM),
        ]
    ).sales_cycles

    assert (first.assigned_at, first.owner_id) == (at(10), TIM)
    assert second.assigned_at == at(13)


@pytest.mark.parametrize(
    ("touches", "is_dated_back"),
    [
        ([line("called", 10, reason="dated_back")], True),
        ([line("called", 10, reason="dated_back"), line("wrote", 12)], True),
        ([line("called", 10, reason="dated_back"), line("called", 10)], False),
        ([line("wrote", 9), line("called", 10, reason="dated_back")], False),
        ([], False),
    ],
    ids=["alone", "before another", "told twice", "after another", "no touch"],
)
def test_a_first_touch_that_a_person_dated_back_is_marked(touches, is_dated_back):
    [cycle] = derive_lead_state([line("handed_off", 8), *touches]).sales_cycles

    assert cycle.is_touch_backdated is is_dated_back


def at(hour: int) -> datetime:
    return datetime(2027, 3, 1, hour, tzinfo=UTC)


def test_a_win_dated_before_the_only_handoff_stays_a_win():
    stands = derive_lead_state([line("won", 9), line("handed_off", 10)])

    assert stands.stage == "won"
    assert stands.sales_cycles[0].won_at == line("won", 9).at


def test_a_customer_handed_off_a_second_time_is_with_sales_again():
    stands = derive_lead_state([line("handed_off", 8), line("won", 9), line("handed_off", 10)])

    assert stands.stage == "handed_off"
