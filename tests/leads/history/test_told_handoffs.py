"""A handoff told twice is one handoff, whatever order its lines came in."""

from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from alignment.leads.event_kinds import EventKind
from alignment.leads.history.told_handoffs import told_handoffs

BERLIN = ZoneInfo("Europe/Berlin")
MONA = 1


@dataclass(frozen=True)
class Line:
    """One line of a history."""

    kind: EventKind
    at: datetime
    by_id: int | None = None


def line(kind: str, at: str, by: int | None = None) -> Line:
    """The line of "03-01 10:00" in Berlin; of "03-01" nobody knows the time."""
    return Line(EventKind(kind), datetime.fromisoformat(f"2027-{at}").replace(tzinfo=BERLIN), by)


def handoffs(*lines: Line) -> list[str]:
    """When each handoff was made, the same in every order."""
    found = {
        tuple(f"{x.standing.at:%m-%d %H:%M}" for x in told_handoffs(order, BERLIN))
        for order in permutations(lines)
    }
    assert len(found) == 1
    return list(found.pop())


def test_a_lead_that_sales_has_is_not_handed_off_again():
    assert handoffs(
        line("handed_off", "03-01 10:00"),
        line("accepted", "03-01 11:00"),
        line("handed_off", "03-03 10:00"),
        line("handed_off", "03-09"),
    ) == ["03-01 10:00"]


@pytest.mark.parametrize(
    "ended", ["returned", "recycled", "withdrawn", "won", "lost", "unreachable"]
)
def test_after_its_return_or_end_it_is(ended: str):
    assert handoffs(
        line("handed_off", "03-01 10:00"),
        line(ended, "03-02 10:00"),
        line("handed_off", "03-03 10:00"),
    ) == ["03-01 10:00", "03-03 10:00"]


def test_a_lead_opened_again_is_with_sales():
    assert handoffs(
        line("handed_off", "03-01 10:00"),
        line("lost", "03-02 10:00"),
        line("reopened", "03-03 10:00"),
        line("handed_off", "03-04 10:00"),
    ) == ["03-01 10:00"]


def test_a_date_without_a_time_repeats_what_was_told_with_one_on_that_day():
    assert handoffs(
        line("handed_off", "03-01"),
        line("handed_off", "03-01 10:00"),
        line("won", "03-01"),
        line("handed_off", "03-08 09:00"),
        line("handed_off", "03-08"),
    ) == ["03-01 10:00", "03-08 09:00"]


def test_a_date_alone_is_a_handoff_where_nobody_knows_more():
    assert handoffs(line("handed_off", "03-01"), line("called", "03-01 10:00")) == ["03-01 00:00"]


def test_midnight_in_another_zone_is_a_time():
    new_york = ZoneInfo("America/New_York")
    six_in_berlin = Line(EventKind.HANDED_OFF, datetime(2027, 3, 2, tzinfo=new_york))

    [told] = told_handoffs([line("handed_off", "03-02"), six_in_berlin], BERLIN)

    assert told.standing is six_in_berlin


def test_who_was_fixed_had_been_returned_and_fixed_twice_is_fixed_once():
    assert handoffs(
        line("handed_off", "03-01 10:00"),
        line("fixed", "03-02 10:00"),
        line("fixed", "03-02 10:01"),
        line("handed_off", "03-02 11:00"),
    ) == ["03-01 10:00", "03-02 10:00"]


def test_of_two_at_one_instant_the_one_that_knows_who_did_it_stands():
    unnamed, named = line("handed_off", "03-01 10:00"), line("handed_off", "03-01 10:00", MONA)

    for order in permutations((unnamed, named)):
        [told] = told_handoffs(order, BERLIN)
        assert (told.standing, told.repeated) == (named, [unnamed])
