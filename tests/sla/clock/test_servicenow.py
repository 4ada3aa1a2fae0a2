"""A month of a real log of cases, read by the engine and by the oracle."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.promises.standard_targets import first_touch
from alignment.sla.promises.targets import OpenTime, Target, WorkingDays
from alignment.worktime.calendar import Calendar
from tests.sla.oracle import office_minutes
from tests.sla.oracle_comparison import engine_says, oracle_says

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "servicenow"
LOG = SHARED / "incident_event_log.first3000incidents.csv"

DAYS = ("mon", "tue", "wed", "thu", "fri")
ZONE = "Europe/Lisbon"
OFFICE = Calendar.weekly(
    ZONE,
    {day: [("09:00", "17:00")] for day in DAYS},
    holidays={date(2016, 3, 25): "Good Friday"},
)
RESOLVE = Target(
    key="resolve",
    name="Resolve",
    owed_by=Side.SALES,
    starts_on=frozenset({EventKind.HANDED_OFF, EventKind.REOPENED}),
    stops_on=frozenset({EventKind.QUALIFIED}),
    allowed=OpenTime(40 * 3600),
)
EACH_OWNER = Target(
    key="each_owner",
    name="Resolve as its owner",
    owed_by=Side.SALES,
    starts_on=frozenset({EventKind.HANDED_OFF, EventKind.REOPENED}),
    stops_on=frozenset({EventKind.QUALIFIED}),
    allowed=OpenTime(16 * 3600),
    per_owner=True,
    pause_limit=timedelta(hours=8),
)
IN_TWO_DAYS = replace(RESOLVE, key="in_two_days", allowed=WorkingDays(2))
THREE_TOUCHES = Target(
    key="three_touches",
    name="Three touches",
    owed_by=Side.SALES,
    starts_on=frozenset({EventKind.HANDED_OFF}),
    stops_on=frozenset({EventKind.CALLED}),
    allowed=OpenTime(24 * 3600),
    times=3,
)


pytestmark = pytest.mark.skipif(
    not LOG.exists(), reason="the shared data folder is not beside the project"
)


@pytest.fixture(scope="module")
def histories() -> list[list[HistoryEvent]]:
    return list(cases_of_march())


@pytest.fixture(scope="module")
def open_minutes() -> list[int]:
    first, last = moment("1/3/2016 00:00"), moment("1/7/2016 00:00")
    return office_minutes(ZONE, 9, 17, first, last, closed=["2016-03-25"])


@pytest.mark.parametrize("now", ["2016-03-31 15:20", "2016-05-02 11:00"])
def test_a_month_of_real_cases_reads_as_the_oracle_counts(
    now: str, histories: list[list[HistoryEvent]], open_minutes: list[int]
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    counted: Counter[object] = Counter()

    for history in histories:
        for target in (first_touch(hours=8), RESOLVE, IN_TWO_DAYS, EACH_OWNER, THREE_TOUCHES):
            said = engine_says(history, target, OFFICE, at)

            assert said == oracle_says(history, target, open_minutes, at, zone=ZONE), history
            counted.update(reading[1] for reading in said)

    assert len(histories) == 2793
    assert {"running", "paused", "met", "met_late", "breached"} <= counted.keys()
    print(f"{len(histories)} cases, {counted.total()} readings: {dict(counted)}")  # noqa: T201


def cases_of_march() -> Iterator[list[HistoryEvent]]:
    with LOG.open(encoding="utf-8-sig", newline="") as file:
        for _, rows in groupby(csv.DictReader(file), key=itemgetter("number")):
            case = list(rows)
            if moment(case[0]["opened_at"]).month == 3:
                yield list(happenings(case))


def happenings(case: list[dict[str, str]]) -> Iterator[HistoryEvent]:
    """Opened is handed off; a change of state is a touch, and pauses, resumes, stops or reopens."""
    number = case[0]["number"]
    yield HistoryEvent(
        kind=EventKind.HANDED_OFF, at=moment(case[0]["opened_at"]), id=f"{number} opened"
    )
    state, owner = "New", "?"
    for place, row in enumerate(case):
        at, name = moment(row["sys_updated_at"]), f"{number} {place}"
        if row["assigned_to"] not in (owner, "?"):
            owner = row["assigned_to"]
            owner_id = int(owner.removeprefix("Resolver "))
            yield HistoryEvent(
                kind=EventKind.ASSIGNED, at=at, id=f"{name} assigned", owner_id=owner_id
            )
        for kind in changes(state, row["incident_state"]):
            yield HistoryEvent(kind=kind, at=at, id=f"{name} {kind}")
        state = row["incident_state"]


def changes(before: str, after: str) -> Iterator[EventKind]:
    if before == after:
        return
    yield EventKind.CALLED
    if after.startswith("Awaiting"):
        yield EventKind.PAUSED
    elif before.startswith("Awaiting"):
        yield EventKind.RESUMED
    if after == "Resolved":
        yield EventKind.QUALIFIED
    elif before in ("Resolved", "Closed") and after != "Closed":
        yield EventKind.REOPENED


def moment(text: str) -> datetime:
    """Written day first, with neither padding nor zone; read as UTC."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
