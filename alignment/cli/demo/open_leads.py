"""Open leads of the demo company with timers in every state right now, for both teams.

Counted back from ``now`` in open time, so that the states hold at any hour of any day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from alignment.accounts.roles import Side
from alignment.cli.demo.company_setup import Company
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason
from alignment.leads.history.new_event import NewLeadEvent
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
class SceneCast:
    """Who plays in one scene, and how long ago in open hours it began."""

    company: Company
    marketer: str
    rep: str
    hours: float
    now: datetime

    def began_at(self, side: Side) -> datetime:
        return open_time_before(self.company.calendars[side], self.now, timedelta(hours=self.hours))

    def later(self, at: datetime, side: Side, hours: float) -> datetime:
        return self.company.calendars[side].add(at, timedelta(hours=hours))

    def line(
        self, kind: EventKind, at: datetime, *, reason: str = "", note: str = ""
    ) -> NewLeadEvent:
        """The handoff and answers are marketing's, everything else is said by the rep."""
        is_marketing = kind in (EventKind.HANDED_OFF, EventKind.RECYCLED)
        by = self.company.people[self.marketer if is_marketing else self.rep]
        owner_id = self.company.people[self.rep].id if kind is EventKind.HANDED_OFF else None
        return NewLeadEvent(
            kind=kind, at=at, by_id=by.id, owner_id=owner_id, reason=reason, note=note
        )


def undecided(cast: SceneCast) -> Iterator[NewLeadEvent]:
    yield cast.line(EventKind.HANDED_OFF, cast.began_at(Side.SALES))


def untouched(cast: SceneCast) -> Iterator[NewLeadEvent]:
    handed_off_at = cast.began_at(Side.SALES)
    yield cast.line(EventKind.HANDED_OFF, handed_off_at)
    yield cast.line(EventKind.ACCEPTED, cast.later(handed_off_at, Side.SALES, 0.4))


def called(cast: SceneCast) -> Iterator[NewLeadEvent]:
    yield from untouched(cast)
    yield cast.line(EventKind.CALLED, cast.later(cast.began_at(Side.SALES), Side.SALES, 0.9))


def unanswered(cast: SceneCast) -> Iterator[NewLeadEvent]:
    returned_at = cast.began_at(Side.MARKETING)
    handed_off_at = open_time_before(
        cast.company.calendars[Side.SALES], returned_at, timedelta(hours=2)
    )
    yield cast.line(EventKind.HANDED_OFF, handed_off_at)
    reason, note = RETURNS[int(cast.hours) % len(RETURNS)]
    yield cast.line(EventKind.RETURNED, returned_at, reason=reason, note=note)


def recycled(cast: SceneCast) -> Iterator[NewLeadEvent]:
    yield from unanswered(cast)
    yield cast.line(
        EventKind.RECYCLED, cast.later(cast.began_at(Side.MARKETING), Side.MARKETING, 1.5)
    )


Scene = Callable[[SceneCast], Iterator[NewLeadEvent]]

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


def scenes(company: Company, *, now: datetime) -> Iterator[tuple[NewLeadEvent, ...]]:
    """One short history for each scene."""
    for scene, hours, marketer, rep in SCENES:
        cast = SceneCast(company=company, marketer=marketer, rep=rep, hours=hours, now=now)
        yield tuple(scene(cast))


def open_time_before(calendar: Calendar, now: datetime, length: timedelta) -> datetime:
    """The latest instant from which so much open time passes until ``now``."""
    left = length
    for span in reversed(calendar.spans(now - REACH, now)):
        if left <= span.end - span.start:
            return span.end - left
        left -= span.end - span.start
    raise NoBusinessTime(f"Less than {length} is open before {now}.")
