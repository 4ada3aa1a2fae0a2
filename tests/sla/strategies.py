"""Random histories whose lines often fall on the same minute, and random targets."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from alignment.accounts.roles import Side
from alignment.leads import event_kinds
from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.promises.targets import OpenTime, Target, WorkingDays

MONDAY = datetime(2027, 3, 22, 8, 0, tzinfo=UTC)
KINDS = [
    EventKind.HANDED_OFF,
    EventKind.ASSIGNED,
    EventKind.ACCEPTED,
    EventKind.RETURNED,
    EventKind.CALLED,
    EventKind.PAUSED,
    EventKind.RESUMED,
    EventKind.MERGED,
    EventKind.REOPENED,
    EventKind.RELEASED,
]
FIELDS = ("region", "score", "phone")
NOBODY, SOMEBODY, TURNS = st.none(), st.integers(1, 3), st.integers(0, 2)
OWNERS = {
    EventKind.ASSIGNED: SOMEBODY,
    EventKind.HANDED_OFF: NOBODY | SOMEBODY,
    EventKind.RELEASED: st.just(event_kinds.NOBODY),
}
"""An assignment names an owner, a handoff may; a release says that nobody owns it any more."""


@st.composite
def histories(draw: st.DrawFn, most: int = 9) -> list[HistoryEvent]:
    """Half hours over a week, so that order at one instant matters."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=most))
    slots = st.integers(0, 2 * 24 * 7) | st.integers(0, 24)
    return [
        HistoryEvent(
            kind=kind,
            at=MONDAY + draw(slots) * timedelta(minutes=30),
            id=str(place),
            owner_id=draw(OWNERS.get(kind, NOBODY)),
            facts=draw(st.none() | facts()),
            sequence=draw(TURNS),
        )
        for place, kind in enumerate(kinds)
    ]


def facts() -> st.SearchStrategy[dict[str, object]]:
    """What a line tells of a lead: by names of what is known, or by single values."""
    names = st.lists(st.sampled_from(FIELDS), unique=True).map(sorted)
    return st.builds(lambda known: {"known": known}, names) | st.sampled_from(
        [{"region": "Austria"}, {"region": ""}, {"score": 0}, {"score": None}]
    )


@st.composite
def targets(draw: st.DrawFn) -> Target:
    """Small promises of every shape: open time, working days, touches, complete leads."""
    required = draw(st.just([]) | st.lists(st.sampled_from(FIELDS), min_size=1, unique=True))
    some = st.frozensets(st.sampled_from(KINDS[:5] + KINDS[7:9]), min_size=1, max_size=3)
    starts, stops = draw(some), draw(some)
    return Target(
        key="drawn",
        name="Drawn",
        owed_by=Side.SALES,
        starts_on=starts,
        stops_on=stops,
        cancels_on=draw(some) - stops - starts,
        allowed=draw(
            st.integers(1, 60).map(lambda n: OpenTime(n * 4 * 60))
            | st.integers(1, 4).map(WorkingDays)
        ),
        times=1 if required else draw(st.integers(1, 3)),
        counts_early=draw(st.booleans()),
        per_owner=draw(st.booleans()),
        max_restarts=draw(st.integers(0, 2)),
        required_fields=tuple(required),
        pause_limit=draw(st.none() | st.integers(1, 300).map(lambda n: timedelta(minutes=n))),
    )


def instants() -> st.SearchStrategy[datetime]:
    return st.integers(0, 60 * 24 * 8).map(lambda minute: MONDAY + timedelta(minutes=minute))
