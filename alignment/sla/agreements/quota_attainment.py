"""How far each quota has come, in the running period and in the one before.

A handoff counts in the period in which it was made, for the agreement that had its lead then.
Volume and worth count entries, so that a lead returned and fixed counts once; rates count every
handoff. Periods begin at midnight in the time zone of the team that owes the quota."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts.models import Team
from alignment.accounts.opening_hours import queries as accounts
from alignment.accounts.roles import Side
from alignment.sla.agreements import queries
from alignment.sla.agreements.queries import HandoffGroup
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.promises.quotas import Measure, Per, Quota, QuotaAttainment, period_progress
from alignment.sla.promises.targets import missing_fields
from alignment.sla.versions import queries as versions_queries
from alignment.sla.versions.applicable_hours import calendar_of_hours
from alignment.sla.versions.lifetimes import (
    Lifetime,
    lifetimes,
    precedence_changes,
    preceding_scopes_at,
    scope_of,
)
from alignment.sla.versions.stored_promises import quotas_of_version
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
class PeriodAttainment:
    """One quota in one period: an amount with its pace, or a rate."""

    quota: Quota
    first_on: date
    last_on: date
    is_running: bool
    is_whole: bool
    """Whether this version has held since the period began; else the goal is still the whole."""
    result: QuotaAttainment | Rate
    left_out: int
    """Handoffs that do not count yet: undecided, or worth nothing known in this currency."""

    @property
    def is_reached(self) -> bool | None:
        """None where there is nothing to tell by."""
        if isinstance(self.result, QuotaAttainment):
            return self.result.actual >= self.quota.goal
        share = self.result.share
        return None if share is None else share * 100 >= self.quota.goal


def attainments(
    session: Session, agreement: Agreement, version: AgreementVersion, *, now: datetime
) -> list[PeriodAttainment]:
    """Every quota of this version, in its order: the period that runs, then the one before."""
    book = _HandoffsByPeriod(session, agreement)
    return [
        _attainment_in_period(book, version, quota, first_on, now=now)
        for quota in quotas_of_version(version)
        for first_on in _two_periods(quota.per, book.today(quota.owed_by, now))
    ]


def _attainment_in_period(
    book: "_HandoffsByPeriod",
    version: AgreementVersion,
    quota: Quota,
    first_on: date,
    *,
    now: datetime,
) -> PeriodAttainment:
    calendar, last_on = book.calendar(quota.owed_by), _next(quota.per, first_on) - ONE_DAY
    start, end = _midnight(calendar, first_on), _midnight(calendar, last_on + ONE_DAY)
    handoffs = [x for x in book.handoffs(start, end) if quota.segment.includes(x.known_facts)]
    gone = period_progress(calendar, first_on, last_on, now=now)
    came = _rate(quota, handoffs) or QuotaAttainment(
        actual=_amount(quota, handoffs), goal=quota.goal, progress=gone
    )
    return PeriodAttainment(
        quota=quota,
        first_on=first_on,
        last_on=last_on,
        is_running=now < end,
        is_whole=version.effective_at is not None and version.effective_at <= start,
        result=came,
        left_out=sum(_count_incomplete_or_unpriced(quota, each) for each in handoffs),
    )


def _amount(quota: Quota, handoffs: Iterable[HandoffGroup]) -> int:
    if quota.measure is Measure.VALUE:
        return sum(each.worth for each in handoffs if each.currency == quota.currency)
    return sum(each.entries for each in handoffs)


def _rate(quota: Quota, handoffs: list[HandoffGroup]) -> Rate | None:
    handed_off = sum(each.handed_off for each in handoffs)
    match quota.measure:
        case Measure.ACCEPTANCE_RATE:
            accepted = sum(each.accepted for each in handoffs)
            return Rate(part=accepted, whole=accepted + sum(each.returned for each in handoffs))
        case Measure.OPPORTUNITY_RATE:
            return Rate(part=sum(each.opportunities for each in handoffs), whole=handed_off)
        case Measure.COMPLETENESS_RATE:
            complete = (
                x for x in handoffs if not missing_fields(quota.required_fields, x.known_facts)
            )
            return Rate(part=sum(each.handed_off for each in complete), whole=handed_off)
    return None


def _count_incomplete_or_unpriced(quota: Quota, each: HandoffGroup) -> int:
    match quota.measure:
        case Measure.ACCEPTANCE_RATE:
            return each.handed_off - each.accepted - each.returned
        case Measure.VALUE:
            return each.unpriced if each.currency == quota.currency else each.entries
    return 0


class _HandoffsByPeriod:
    """The handoffs of one agreement, read once a period, and the hours of its teams."""

    def __init__(self, session: Session, agreement: Agreement) -> None:
        self._session, self._agreement = session, agreement
        self._calendars: dict[Side, Calendar] = {}
        self._read: dict[tuple[datetime, datetime], list[HandoffGroup]] = {}

    def calendar(self, side: Side) -> Calendar:
        """The newest hours of the team of that side."""
        if side not in self._calendars:
            team = self._session.get_one(Team, self._agreement.team_ids[side])
            self._calendars[side] = calendar_of_hours(accounts.newest_hours_of(self._session, team))
        return self._calendars[side]

    def today(self, side: Side, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.calendar(side).zone)).date()

    def handoffs(self, start: datetime, end: datetime) -> list[HandoffGroup]:
        if (start, end) not in self._read:
            self._read[start, end] = list(self._ours(start, end))
        return self._read[start, end]

    def _ours(self, start: datetime, end: datetime) -> Iterable[HandoffGroup]:
        """Stretch by stretch in which the same agreements had their turn before this one."""
        scope = scope_of(self._agreement)
        cuts = [at for at in precedence_changes(self._lives, scope, start) if at < end]
        for since, until in zip(cuts, [*cuts[1:], end], strict=True):
            earlier = preceding_scopes_at(self._lives, scope, since)
            workspace_id = self._agreement.workspace_id
            for each in queries.handoff_groups(self._session, workspace_id, since, until):
                if scope.includes(each.known_facts) and not any(
                    one.includes(each.known_facts) for one in earlier
                ):
                    yield each

    @cached_property
    def _lives(self) -> list[Lifetime]:
        workspace_id = self._agreement.workspace_id
        versions = versions_queries.versions_ever_in_force(self._session, workspace_id)
        return lifetimes(versions, versions_queries.agreements_by_id(self._session, workspace_id))


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
