"""What the board counts, and which missed promises it reads."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.leads.handoff import accept
from alignment.sla.breaches.board.queries import (
    BoardPart,
    MissedCount,
    MissedFilter,
    count_missed,
    latest_missed,
)
from alignment.sla.models import Breach, Cause
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast
from tests.sla.light_agreement import in_force
from tests.sla.missed_promises import TWO_OCLOCK, given, noticed

STILL_OPEN, DONE_SINCE = BoardPart.STILL_OPEN, BoardPart.DONE_SINCE
EVERY_CAUSE = (None, *Cause)


@pytest.fixture
def two_missed(session: Session, acme: Cast) -> tuple[Breach, Breach]:
    """Sales was to accept two leads by one o'clock; the second was accepted at two."""
    in_force(session, acme)
    first, second = given(session, acme, "Ada"), given(session, acme, "Bo")
    breaches = noticed(session, first), noticed(session, second)
    accept(session, second, by=acme.sam, now=TWO_OCLOCK)
    refresh_leads(session, acme.id, [second.id], now=TWO_OCLOCK)
    return breaches


def acceptances(counts: list[MissedCount]) -> set[tuple[BoardPart, Cause | None, int]]:
    return {(each.part, each.cause, each.count) for each in counts if each.side is Side.SALES}


def shown(
    session: Session, acme: Cast, part: BoardPart, causes: Collection[Cause | None] = EVERY_CAUSE
) -> list[Breach]:
    wanted = MissedFilter(side=Side.SALES, part=part, since=MONDAY_NINE, causes=causes)
    return [row.breach for row in latest_missed(session, acme.id, wanted, limit=12)]


def test_open_and_done_are_counted_apart_and_by_cause(
    session: Session, acme: Cast, two_missed: tuple[Breach, Breach]
):
    two_missed[0].cause = Cause.PERSON
    session.flush()

    assert acceptances(count_missed(session, acme.id, since=MONDAY_NINE)) == {
        (STILL_OPEN, Cause.PERSON, 1),
        (DONE_SINCE, None, 1),
    }


def test_what_was_done_before_this_week_is_gone_what_is_open_stays(
    session: Session, acme: Cast, two_missed: tuple[Breach, Breach]
):
    next_week = MONDAY_NINE + timedelta(days=7)

    counts = count_missed(session, acme.id, since=next_week)

    assert acceptances(counts) == {(STILL_OPEN, None, 1)}


def test_the_rows_of_a_part_are_those_that_are_counted(
    session: Session, acme: Cast, two_missed: tuple[Breach, Breach]
):
    still_open, done = two_missed

    assert shown(session, acme, STILL_OPEN) == [still_open]
    assert shown(session, acme, DONE_SINCE) == [done]
    assert shown(session, acme, STILL_OPEN, causes=(Cause.PERSON,)) == []
    assert shown(session, acme, STILL_OPEN, causes=(None,)) == [still_open]


def test_another_workspace_counts_for_itself(
    session: Session, acme: Cast, two_missed: tuple[Breach, Breach]
):
    assert count_missed(session, acme.id + 1, since=MONDAY_NINE) == []
