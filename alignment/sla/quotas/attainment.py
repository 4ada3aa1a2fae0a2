"""How far each quota has come, in the running period and in the one before.

A handoff counts in the period in which it was made, for the agreement that had its lead then.
Volume and worth count entries, so that a lead returned and fixed counts once; rates count every
handoff. Periods begin at midnight in the time zone of the team that owes the quota."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property

from sqlmodel import Session

from alignment.accounts.models import Team
from alignment.accounts.opening_hours import queries as accounts
from alignment.accounts.roles import Side
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.promises.quota_periods import QuotaSpan, local_date, span_at, span_before
from alignment.sla.promises.quotas import Measure, Per, Quota, QuotaAttainment, period_progress
from alignment.sla.promises.targets import missing_fields
from alignment.sla.quotas import queries
from alignment.sla.quotas.queries import HandoffGroup
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
    span: QuotaSpan
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

    @property
    def result_counts(self) -> tuple[int, int | None]:
        """What came, and of how many where it is a rate."""
        if isinstance(self.result, QuotaAttainment):
            return self.result.actual, None
        return self.result.part, self.result.whole

    @property
    def is_behind(self) -> bool:
        """Whether it will not be reached at the pace, or the share, that it has now."""
        if isinstance(self.result, QuotaAttainment):
            return self.result.pace is not None and self.result.pace < 1
        return self.is_reached is False


def attainments(
    session: Session, agreement: Agreement, version: AgreementVersion, *, now: datetime
) -> list[PeriodAttainment]:
    """Every quota of this version, in its order: the period that runs, then the one before."""
    book = HandoffsByPeriod(session, agreement)
    return [
        attainment_in(book, version, quota, span, now=now)
        for quota in quotas_of_version(version)
        for span in _two_periods(quota.per, now, book.calendar(quota.owed_by).zone)
    ]


def attainment_in(
    book: "HandoffsByPeriod",
    version: AgreementVersion,
    quota: Quota,
    span: QuotaSpan,
    *,
    now: datetime,
) -> PeriodAttainment:
    """One quota in one period, as far as is known now."""
    everything = book.handoffs(span.starts_at, span.ends_at)
    handoffs = [each for each in everything if quota.segment.includes(each.known_facts)]
    gone = period_progress(book.calendar(quota.owed_by), span.first_on, span.last_on, now=now)
    came = _rate(quota, handoffs) or QuotaAttainment(
        actual=_amount(quota, handoffs), goal=quota.goal, progress=gone
    )
    return PeriodAttainment(
        quota=quota,
        span=span,
        is_running=now < span.ends_at,
        is_whole=version.effective_at is not None and version.effective_at <= span.starts_at,
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


class HandoffsByPeriod:
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


def _two_periods(per: Per, now: datetime, zone: str) -> tuple[QuotaSpan, QuotaSpan]:
    """The period that runs and the one before."""
    runs = span_at(per, local_date(now, zone), zone)
    return runs, span_before(per, runs, zone)
