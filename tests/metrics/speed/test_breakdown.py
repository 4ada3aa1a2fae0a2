"""Speed to lead by week, team, owner and source, read from real histories."""

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.leads.event_kinds import BACKDATED, EventKind
from alignment.leads.handoff_outcomes import HandoffOutcome
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.intake import source_id_of
from alignment.leads.models import Lead
from alignment.metrics.formulas import WaitDuration
from alignment.metrics.funnel.breakdown import FunnelBy, load_funnel
from alignment.metrics.funnel.figure_words import value_words
from alignment.metrics.speed.breakdown import SpeedBy, SpeedToLead, speed_to_lead, total_speed
from alignment.metrics.speed.figures import speed_columns, speed_document, speed_rows
from tests.factories import Cast, make_lead, make_team, make_user
from tests.metrics.stories import NOON_OF_LAST_DAY, SPRING, berlin

H, M = 3600, 60


@pytest.fixture
def tim(session: Session, acme: Cast) -> User:
    """Of a sales team of his own."""
    north = make_team(session, acme.workspace, side=Side.SALES, name="North")
    return make_user(session, acme.workspace, "Tim", team=north)


@pytest.fixture
def spring(session: Session, acme: Cast, tim: User) -> None:
    """Four leads; summer time begins between the arrival and the touch of the second."""
    tell(session, acme, "Ada", "Fair", acme.sam, "03-01 09:00", "03-01 09:10", "03-01 09:40")
    tell(session, acme, "Bo", "Demo", tim, "03-27 18:00", "03-28 09:00", "03-28 10:00")
    tell(session, acme, "Cy", "Fair", acme.sam, "04-30 11:00", "04-30 11:30", None)
    tell(session, acme, "Di", "", None, "04-30 11:00", None, None)


def tell(
    session: Session,
    acme: Cast,
    name: str,
    source: str,
    owner: User | None,
    arrived: str,
    assigned: str | None,
    called: str | None,
) -> None:
    at = day(arrived)
    source_id = source_id_of(session, acme.id, source)
    lead = make_lead(session, acme, name, source_id=source_id, arrived_at=at)
    record(session, lead, EventKind.HANDED_OFF, at)
    if assigned and owner:
        record(session, lead, EventKind.ASSIGNED, day(assigned), owner_id=owner.id)
    if called:
        record(session, lead, EventKind.CALLED, day(called), by_id=owner.id if owner else None)


def record(session: Session, lead: Lead, kind: EventKind, at: datetime, **columns: Any) -> None:
    record_event(session, lead, NewLeadEvent(kind=kind, at=at, **columns), now=at)


def day(text: str) -> datetime:
    return berlin(f"2027-{text}")


def read(session: Session, acme: Cast, by: SpeedBy) -> SpeedToLead:
    return speed_to_lead(session, acme.workspace, by=by, period=SPRING, now=NOON_OF_LAST_DAY)


@pytest.mark.usefixtures("spring")
def test_in_all_it_is_calendar_time_across_a_change_of_clocks(session: Session, acme: Cast):
    found = total_speed(session, acme.workspace, period=SPRING, now=NOON_OF_LAST_DAY)

    assert (found.stays, found.untouched, found.unassigned) == (4, 2, 1)
    assert found.total.p90 == WaitDuration(seconds=15 * H, at_least=True)
    assert found.system.p90 == WaitDuration(seconds=14 * H, at_least=True)
    assert found.human.median == WaitDuration(seconds=30 * M, at_least=True)


@pytest.mark.usefixtures("spring")
@pytest.mark.parametrize(
    ("by", "lines"),
    [
        (
            SpeedBy.WEEK,
            [("Week of 1 Mar 2027", 1), ("Week of 22 Mar 2027", 1), ("Week of 26 Apr 2027", 2)],
        ),
        (SpeedBy.TEAM, [("Sales", 2), ("No team of sales", 1), ("North", 1)]),
        (SpeedBy.OWNER, [("Sam", 2), ("Nobody owned it", 1), ("Tim", 1)]),
        (SpeedBy.SOURCE, [("Fair", 2), ("Demo", 1), ("No source given", 1)]),
    ],
)
def test_every_stay_stands_on_one_line(
    session: Session, acme: Cast, by: SpeedBy, lines: list[tuple[str, int]]
):
    found = read(session, acme, by)

    assert [(line.name, line.speed.stays) for line in found.lines] == lines


def test_each_stay_is_charged_to_who_had_it(session: Session, acme: Cast, tim: User):
    lead = make_lead(session, acme, arrived_at=day("03-01 09:00"))
    record(session, lead, EventKind.HANDED_OFF, day("03-01 09:00"), owner_id=acme.sam.id)
    record(session, lead, EventKind.RETURNED, day("03-01 10:00"), by_id=acme.sam.id)
    record(session, lead, EventKind.FIXED, day("03-01 11:30"), owner_id=tim.id)
    record(session, lead, EventKind.CALLED, day("03-01 12:00"), by_id=tim.id)

    assert waits_by_owner(session, acme) == {"Sam": 60 * M, "Tim": 30 * M}


def test_a_late_touch_stays_with_who_owned_the_lead_then(session: Session, acme: Cast, tim: User):
    tell(session, acme, "Ada", "", acme.sam, "03-01 09:00", "03-01 09:00", "03-01 15:00")
    [ada] = _leads(session)
    record(session, ada, EventKind.ASSIGNED, day("03-02 09:00"), owner_id=tim.id)

    assert waits_by_owner(session, acme) == {"Sam": 6 * H}


def test_who_gave_a_lead_away_untouched_is_not_charged(session: Session, acme: Cast, tim: User):
    tell(session, acme, "Ada", "", acme.sam, "03-01 09:00", "03-01 09:00", None)
    [ada] = _leads(session)
    record(session, ada, EventKind.ASSIGNED, day("03-01 10:00"), owner_id=tim.id)
    record(session, ada, EventKind.CALLED, day("03-01 11:00"), by_id=tim.id)

    assert waits_by_owner(session, acme) == {"Tim": 2 * H}


@pytest.mark.parametrize("by", [SpeedBy.OWNER, SpeedBy.TEAM])
def test_a_history_that_names_no_owner_has_a_line_of_its_own_and_no_parts(
    session: Session, acme: Cast, by: SpeedBy
):
    lead = make_lead(session, acme, arrived_at=day("03-01 09:00"))
    record(session, lead, EventKind.HANDED_OFF, day("03-01 09:00"))
    record(session, lead, EventKind.CALLED, day("03-04 09:00"), by_id=acme.sam.id)

    [line] = read(session, acme, by).lines

    assert (line.name, line.owner_id, line.speed.owner_unknown) == ("Owner not known", None, 1)
    assert line.speed.total.median == WaitDuration(seconds=72 * H, at_least=False)
    assert {value_words(line.speed.system.median), value_words(line.speed.human.median)} == {
        "not known"
    }


def waits_by_owner(session: Session, acme: Cast) -> dict[str, int]:
    medians = {
        line.name: line.speed.total.median for line in read(session, acme, SpeedBy.OWNER).lines
    }
    return {name: x.seconds for name, x in medians.items() if isinstance(x, WaitDuration)}


def test_automatic_mail_is_no_touch_and_a_dated_back_one_stands_apart(session: Session, acme: Cast):
    for name in ("Ada", "Bo"):
        tell(session, acme, name, "", acme.sam, "03-01 09:00", "03-01 09:00", None)
    ada, bo = _leads(session)
    record(session, ada, EventKind.MAILED_AUTOMATICALLY, day("03-01 09:01"))
    record(session, bo, EventKind.CALLED, day("03-01 09:05"), by_id=acme.sam.id, reason=BACKDATED)

    found = read(session, acme, SpeedBy.WEEK).total

    assert (found.stays, found.untouched, found.backdated, found.total.stays) == (2, 1, 1, 1)


@pytest.mark.usefixtures("spring")
def test_a_file_and_a_document_tell_the_same(session: Session, acme: Cast):
    found = read(session, acme, SpeedBy.SOURCE)

    told = speed_document(acme.workspace, found)
    cells = [dict(zip(speed_columns(), row, strict=True)) for row in speed_rows(found)]

    assert [cell["name"] for cell in cells] == ["Fair", "Demo", "No source given", "Total"]
    for cell, row in zip(cells, [*told["rows"], told["total"]], strict=True):
        assert cell["stays"] == row["stays"]
        assert cell["within_60_minutes"] == row["within_60"]["part"]
        assert cell["total_median_seconds"] == row["total_median"]["seconds"]


@pytest.mark.usefixtures("spring")
def test_no_touch_yet_is_the_number_of_the_funnel(session: Session, acme: Cast):
    lead = make_lead(session, acme, arrived_at=day("03-01 09:00"))
    record(session, lead, EventKind.HANDED_OFF, day("03-01 09:00"), owner_id=acme.sam.id)
    record(session, lead, EventKind.RETURNED, day("03-01 10:00"), by_id=acme.sam.id)

    speed = total_speed(session, acme.workspace, period=SPRING, now=NOON_OF_LAST_DAY)
    funnel = load_funnel(
        session, acme.workspace, by=FunnelBy.MONTH, period=SPRING, now=NOON_OF_LAST_DAY
    )

    untouched = funnel.total.handoffs_by_outcome[HandoffOutcome.UNTOUCHED]
    assert (speed.untouched, speed.never_touched, untouched.handoffs) == (2, 1, 2)


def test_nobody_handed_off_has_no_speed(session: Session, acme: Cast):
    found = read(session, acme, SpeedBy.TEAM)

    assert (found.lines, found.total.stays, found.total.total.median) == ((), 0, None)


def _leads(session: Session) -> list[Lead]:
    return list(session.exec(select(Lead).order_by(col(Lead.id))))
