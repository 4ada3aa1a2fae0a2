"""Leads of the demo company whose clocks stand, right now, in every state for both teams.

Counted back from ``now`` in open time, so that it is as true on a Sunday night as on a Monday.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from alignment.accounts.roles import Side
from alignment.cli.demo_company import Company
from alignment.leads.bulk import LineRow
from alignment.leads.handoff import ReturnReason
from alignment.leads.happenings import Happening
from alignment.worktime.calendar import Calendar
from alignment.worktime.spans import NoBusinessTime

REACH = timedelta(days=60)
RETURNS = (
    (ReturnReason.INACCURATE_DATA, "The address bounces. Do you have another one?"),
    (ReturnReason.NO_FIT, "They rent rooms and own no laboratory."),
    (ReturnReason.WRONG_TERRITORY, "Their buyers sit in another country."),
    (ReturnReason.BAD_TIMING, "They ask us to come back in spring."),
    (ReturnReason.DUPLICATE, "We spoke with a colleague of theirs last week."),
)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who plays in one scene, and how long ago in open hours it began."""

    company: Company
    marketer: str
    rep: str
    hours: float
    now: datetime

    def ago(self, side: Side) -> datetime:
        return before(self.company.calendars[side], self.now, timedelta(hours=self.hours))

    def later(self, at: datetime, side: Side, hours: float) -> datetime:
        return self.company.calendars[side].add(at, timedelta(hours=hours))

    def line(self, kind: Happening, at: datetime, *, reason: str = "", note: str = "") -> LineRow:
        """The handoff and answers are marketing's, everything else is said by the rep."""
        is_marketing = kind in (Happening.HANDED_OFF, Happening.RECYCLED)
        by = self.company.people[self.marketer if is_marketing else self.rep]
        owner_id = self.company.people[self.rep].id if kind is Happening.HANDED_OFF else None
        return LineRow(kind=kind, at=at, by_id=by.id, owner_id=owner_id, reason=reason, note=note)


def undecided(cast: Cast) -> Iterator[LineRow]:
    yield cast.line(Happening.HANDED_OFF, cast.ago(Side.SALES))


def untouched(cast: Cast) -> Iterator[LineRow]:
    handed_off_at = cast.ago(Side.SALES)
    yield cast.line(Happening.HANDED_OFF, handed_off_at)
    yield cast.line(Happening.ACCEPTED, cast.later(handed_off_at, Side.SALES, 0.4))


def called(cast: Cast) -> Iterator[LineRow]:
    yield from untouched(cast)
    yield cast.line(Happening.CALLED, cast.later(cast.ago(Side.SALES), Side.SALES, 0.9))


def unanswered(cast: Cast) -> Iterator[LineRow]:
    returned_at = cast.ago(Side.MARKETING)
    handed_off_at = before(cast.company.calendars[Side.SALES], returned_at, timedelta(hours=2))
    yield cast.line(Happening.HANDED_OFF, handed_off_at)
    reason, note = RETURNS[int(cast.hours) % len(RETURNS)]
    yield cast.line(Happening.RETURNED, returned_at, reason=reason, note=note)


def recycled(cast: Cast) -> Iterator[LineRow]:
    yield from unanswered(cast)
    yield cast.line(Happening.RECYCLED, cast.later(cast.ago(Side.MARKETING), Side.MARKETING, 1.5))


Scene = Callable[[Cast], Iterator[LineRow]]

SCENES: tuple[tuple[Scene, float, str, str], ...] = (
    (undecided, 0.6, "mona", "sam"),
    (undecided, 1.4, "timo", "olga"),
    (undecided, 2.2, "aylin", "carla"),
    (undecided, 3.3, "lena", "sam"),
    (undecided, 3.6, "mona", "olga"),
    (undecided, 4.8, "timo", "piotr"),
    (undecided, 9.6, "aylin", "sam"),
    (untouched, 6.3, "mona", "olga"),
    (untouched, 7.4, "lena", "carla"),
    (untouched, 9.1, "timo", "olga"),
    (untouched, 10.7, "aylin", "piotr"),
    (called, 2.1, "mona", "sam"),
    (called, 3.0, "lena", "olga"),
    (unanswered, 1.1, "mona", "sam"),
    (unanswered, 3.2, "timo", "carla"),
    (unanswered, 6.4, "mona", "olga"),
    (unanswered, 7.3, "aylin", "piotr"),
    (unanswered, 9.2, "lena", "sam"),
    (unanswered, 12.5, "timo", "olga"),
    (recycled, 5.0, "mona", "carla"),
)
"""What happened, how many open hours ago, who of marketing and who of sales."""


def scenes(company: Company, *, now: datetime) -> Iterator[tuple[LineRow, ...]]:
    """One short history for each scene."""
    for scene, hours, marketer, rep in SCENES:
        cast = Cast(company=company, marketer=marketer, rep=rep, hours=hours, now=now)
        yield tuple(scene(cast))


def before(calendar: Calendar, now: datetime, length: timedelta) -> datetime:
    """The latest instant from which so much open time passes until ``now``."""
    left = length
    for span in reversed(calendar.spans(now - REACH, now)):
        if left <= span.end - span.start:
            return span.end - left
        left -= span.end - span.start
    raise NoBusinessTime(f"Less than {length} is open before {now}.")
