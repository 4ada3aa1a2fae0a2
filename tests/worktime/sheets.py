"""Random opening hours, in zones and at times at which clocks change in every way they do."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from tests.worktime.oracle import WEEKDAYS, Sheet, Written

# A date near each kind of change: forward, back, at midnight, by half an hour, by a whole date.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Europe/Dublin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kathmandu", date(1986, 1, 1)),
    ("Asia/Kathmandu", date(2026, 7, 1)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Apia", date(2012, 4, 1)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("America/St_Johns", date(2010, 3, 14)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("Antarctica/Troll", date(2026, 10, 25)),
    ("Asia/Pyongyang", date(2018, 5, 5)),
    ("Asia/Tehran", date(2022, 9, 22)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 30)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
    ("Asia/Kolkata", date(2026, 6, 1)),
    ("UTC", date(2026, 6, 1)),
]
changes = st.sampled_from(CHANGES)
lengths = st.integers(0, 40 * 60).map(lambda minutes: timedelta(minutes=minutes))
EDGES = [*range(0, 241, 15), 60, 90, 150, *range(300, 1440, 30), 1439]


@st.composite
def days(draw: st.DrawFn) -> Written:
    """Up to three intervals within one date."""
    edges = sorted(draw(st.lists(st.sampled_from(EDGES), unique=True, max_size=6)))
    if len(edges) % 2:
        edges.append(1440)
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(_text(opens), _text(closes)) for opens, closes in pairs]


@st.composite
def sheets(draw: st.DrawFn, zone: str, near: date) -> Sheet:
    week = {weekday: draw(days()) for weekday in WEEKDAYS if draw(st.integers(0, 3))}
    week |= draw(nights(week))
    week = week if any(week.values()) else {"tue": [("09:00", "17:00")]}
    close_by = st.integers(-4, 6).map(lambda day: near + timedelta(days=day))
    one_date = days() | st.just([("09:00", "12:00"), ("22:00", "03:00")])
    overrides = draw(st.dictionaries(close_by, one_date, max_size=2))
    return Sheet(zone, week, draw(st.lists(close_by, max_size=2)), overrides)


@st.composite
def nights(draw: st.DrawFn, week: dict[str, Written]) -> dict[str, Written]:
    """A weekday or two with a night that ends before the next day's opening."""
    found = {}
    for weekday in draw(st.sets(st.sampled_from(WEEKDAYS), max_size=3)):
        after = week.get(WEEKDAYS[(WEEKDAYS.index(weekday) + 1) % 7], [])
        before = [pair for pair in week.get(weekday, []) if pair[0] < pair[1] <= "21:00"]
        latest = min([opens for opens, _ in after], default="20:00")
        closes = draw(st.sampled_from(["00:00", "01:30", "02:15", "06:00"]))
        if closes <= latest:
            found[weekday] = [*before, ("22:00", closes)]
    return found


@st.composite
def instants(draw: st.DrawFn, near: date) -> datetime:
    """A whole minute within a few days of the change."""
    midnight = datetime(near.year, near.month, near.day, tzinfo=UTC)
    return midnight + timedelta(minutes=draw(st.integers(-2 * 1440, 3 * 1440)))


@st.composite
def pauses(draw: st.DrawFn, near: date) -> list[tuple[datetime, datetime]]:
    """Any number of them, in no order, overlapping, some reversed."""
    return draw(st.lists(st.tuples(instants(near), instants(near)), max_size=3))


def _text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
