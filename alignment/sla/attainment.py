"""How far promises over a period have come: the running period and the last one, by handoffs.

A handoff counts in the period in which it was made, with whatever became of it since, for the
agreement that had its lead just then. Periods begin at midnight where the team works that owes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team
from alignment.accounts.roles import Side
from alignment.sla import queries
from alignment.sla.lifetimes import Lifetime, earlier_at, lifetimes, moments, scope_of
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.queries import HandoffsAlike
from alignment.sla.quotas import Attainment, Measure, Per, Quota, progress
from alignment.sla.targets import missing
from alignment.sla.whose_hours import calendar_of
from alignment.sla.wording import quotas_of
from alignment.worktime.calendar import Calendar

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many of so many; of nothing there is no share."""

    part: int
    whole: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None


@dataclass(frozen=True, kw_only=True)
class Attained:
    """One quota in one period: an amount with its pace, or a rate."""

    quota: Quota
    first_on: date
    last_on: date
    is_running: bool
    is_whole: bool
    """Whether this version has held since the period began; else the goal is still the whole."""
    came: Attainment | Rate
    apart: int
    """Handoffs that do not count yet: undecided, or worth nothing known in this currency."""

    @property
    def is_reached(self) -> bool | None:
        """None where there is nothing to tell by."""
        if isinstance(self.came, Attainment):
            return self.came.actual >= self.quota.goal
        share = self.came.share
        return None if share is None else share * 100 >= self.quota.goal


def attainments(
    session: Session, agreement: Agreement, version: AgreementVersion, *, now: datetime
) -> list[Attained]:
    """Every quota of this version, in its order: the period that runs, then the one before."""
    book = _Book(session, agreement)
    return [
        _attained(book, version, quota, first_on, now=now)
        for quota in quotas_of(version)
        for first_on in _two_periods(quota.per, book.today(quota.owed_by, now))
    ]


def _attained(
    book: "_Book", version: AgreementVersion, quota: Quota, first_on: date, *, now: datetime
) -> Attained:
    calendar, last_on = book.calendar(quota.owed_by), _next(quota.per, first_on) - ONE_DAY
    start, end = _midnight(calendar, first_on), _midnight(calendar, last_on + ONE_DAY)
    handoffs = [x for x in book.handoffs(start, end) if quota.segment.has(x.facts)]
    gone = progress(calendar, first_on, last_on, now=now)
    came = _rate(quota, handoffs) or Attainment(
        actual=_amount(quota, handoffs), goal=quota.goal, progress=gone
    )
    return Attained(
        quota=quota,
        first_on=first_on,
        last_on=last_on,
        is_running=now < end,
        is_whole=version.effective_at is not None and version.effective_at <= start,
        came=came,
        apart=sum(_apart(quota, each) for each in handoffs),
    )


def _amount(quota: Quota, handoffs: Iterable[HandoffsAlike]) -> int:
    if quota.measure is Measure.VALUE:
        return sum(each.worth for each in handoffs if each.currency == quota.currency)
    return sum(each.handed_off for each in handoffs)


def _rate(quota: Quota, handoffs: list[HandoffsAlike]) -> Rate | None:
    handed_off = sum(each.handed_off for each in handoffs)
    match quota.measure:
        case Measure.ACCEPTANCE_RATE:
            accepted = sum(each.accepted for each in handoffs)
            return Rate(part=accepted, whole=accepted + sum(each.returned for each in handoffs))
        case Measure.OPPORTUNITY_RATE:
            return Rate(part=sum(each.opportunities for each in handoffs), whole=handed_off)
        case Measure.COMPLETENESS_RATE:
            complete = (x for x in handoffs if not missing(quota.required_fields, x.facts))
            return Rate(part=sum(each.handed_off for each in complete), whole=handed_off)
    return None


def _apart(quota: Quota, each: HandoffsAlike) -> int:
    match quota.measure:
        case Measure.ACCEPTANCE_RATE:
            return each.handed_off - each.accepted - each.returned
        case Measure.VALUE:
            return each.unpriced if each.currency == quota.currency else each.handed_off
    return 0


class _Book:
    """The handoffs of one agreement, read once a period, and the hours of its teams."""

    def __init__(self, session: Session, agreement: Agreement) -> None:
        self._session, self._agreement = session, agreement
        self._calendars: dict[Side, Calendar] = {}
        self._read: dict[tuple[datetime, datetime], list[HandoffsAlike]] = {}

    def calendar(self, side: Side) -> Calendar:
        """The newest hours of the team of that side."""
        if side not in self._calendars:
            team = self._session.get_one(Team, self._agreement.team_ids[side])
            self._calendars[side] = calendar_of(accounts.hours_of(self._session, team))
        return self._calendars[side]

    def today(self, side: Side, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.calendar(side).zone)).date()

    def handoffs(self, start: datetime, end: datetime) -> list[HandoffsAlike]:
        if (start, end) not in self._read:
            self._read[start, end] = list(self._ours(start, end))
        return self._read[start, end]

    def _ours(self, start: datetime, end: datetime) -> Iterable[HandoffsAlike]:
        """Stretch by stretch in which the same agreements had their turn before this one."""
        scope = scope_of(self._agreement)
        cuts = [at for at in moments(self._lives, scope, start) if at < end]
        for since, until in zip(cuts, [*cuts[1:], end], strict=True):
            earlier = earlier_at(self._lives, scope, since)
            workspace_id = self._agreement.workspace_id
            for each in queries.handoffs_alike(self._session, workspace_id, since, until):
                if scope.has(each.facts) and not any(one.has(each.facts) for one in earlier):
                    yield each

    @cached_property
    def _lives(self) -> list[Lifetime]:
        workspace_id = self._agreement.workspace_id
        versions = queries.versions_ever_in_force(self._session, workspace_id)
        return lifetimes(versions, queries.agreements_by_id(self._session, workspace_id))


def _two_periods(per: Per, today: date) -> tuple[date, date]:
    """The first days of the period that runs and of the one before."""
    first_on = _first(per, today)
    return first_on, _first(per, first_on - ONE_DAY)


def _first(per: Per, on: date) -> date:
    match per:
        case Per.WEEK:
            return on - timedelta(days=on.weekday())
        case Per.MONTH:
            return on.replace(day=1)
        case Per.QUARTER:
            return on.replace(month=on.month - (on.month - 1) % 3, day=1)


def _next(per: Per, first_on: date) -> date:
    """The first day of the period after this one."""
    length = {Per.WEEK: 7, Per.MONTH: 31, Per.QUARTER: 92}[per]
    return _first(per, first_on + timedelta(days=length))


def _midnight(calendar: Calendar, on: date) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(calendar.zone))
