"""The promises behind a number, as pages of a list and as rows of a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.leads.models import Handoff, Lead
from alignment.metrics.bulk_columns import within_period
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises.outcomes import PromiseOutcome, PromiseRemark, has_outcome
from alignment.metrics.promises.over_periods.queries import QuotaPromise, quota_promises
from alignment.metrics.promises.queries import cycle_of_timer, is_kept_by_backdated_touch
from alignment.sla.breaches.queries import is_excused_timer, is_withdrawn_timer
from alignment.sla.models import Breach, Timer

PROMISES_PER_PAGE = 50
EXPORT_CHUNK = 1_000
"""Rows of a file that are read together."""


@dataclass(frozen=True, kw_only=True)
class PromiseFilter:
    """Which promises a list shows: by period, side, source and outcome."""

    period: ReportPeriod
    side: Side
    outcome: PromiseOutcome | PromiseRemark | None = None
    """None means every outcome."""
    source_id: int | None = None
    without_source: bool = False


@dataclass(frozen=True, kw_only=True)
class PromiseRow:
    """One promise of a list, with its lead and the last time it was missed, if ever."""

    timer: Timer
    lead: Lead
    breach: Breach | None
    is_excused: bool
    is_withdrawn: bool
    is_backdated: bool


@dataclass(frozen=True, kw_only=True)
class PromisesPage:
    """Some promises of a longer list."""

    rows: Sequence[PromiseRow | QuotaPromise]
    total: int


def promises_page(
    session: Session, user: User, wanted: PromiseFilter, *, number: int, now: datetime
) -> PromisesPage:
    """What is behind a number: promises over a period, then those of leads, due first on top."""
    outcomes = [wanted.outcome] if wanted.outcome else list(PromiseOutcome)
    conditions: list[ColumnElement[bool]] = [
        col(Timer.workspace_id) == user.workspace_id,
        col(Timer.owed_by) == wanted.side,
        or_(*(has_outcome(outcome, now=now) for outcome in outcomes)),
        *within_period(Timer.due_at, wanted.period),
    ]
    if wanted.without_source or wanted.source_id:
        conditions.append(_source_at_handoff().is_not_distinct_from(wanted.source_id))
    total = (
        select(func.count())
        .select_from(Timer)
        .join(Lead, _timer_belongs_to_lead())
        .where(*conditions)
    )
    quotas = _quotas_in_list(session, user, wanted, outcomes)
    first = (number - 1) * PROMISES_PER_PAGE
    shown = quotas[first : first + PROMISES_PER_PAGE]
    rows = _promise_rows(
        session,
        conditions,
        offset=max(first - len(quotas), 0),
        size=PROMISES_PER_PAGE - len(shown),
    )
    return PromisesPage(rows=[*shown, *rows], total=len(quotas) + session.exec(total).one())


def _quotas_in_list(
    session: Session,
    user: User,
    wanted: PromiseFilter,
    outcomes: Sequence[PromiseOutcome | PromiseRemark],
) -> list[QuotaPromise]:
    """Those over a period; they have no source."""
    if wanted.source_id is not None:
        return []
    return [
        promise
        for promise in quota_promises(session, user.workspace_id, wanted.period)
        if promise.period.owed_by is wanted.side and any(map(promise.has, outcomes))
    ]


def every_promise(
    session: Session, workspace_id: int, period: ReportPeriod
) -> Iterator[PromiseRow]:
    """Whatever fell or falls due for a lead in a period, cancelled ones too, due first on top."""
    all_of_it = [col(Timer.workspace_id) == workspace_id, *within_period(Timer.due_at, period)]
    rows = _promise_rows(session, all_of_it, size=EXPORT_CHUNK)
    while rows:
        yield from rows
        rest = [*all_of_it, _follows(rows[-1].timer)]
        rows = _promise_rows(session, rest, size=EXPORT_CHUNK)


def _follows(last: Timer) -> ColumnElement[bool]:
    is_same_time = and_(col(Timer.due_at) == last.due_at, col(Timer.id) > last.id)
    return or_(col(Timer.due_at) > last.due_at, is_same_time)


def _promise_rows(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    *,
    offset: int = 0,
    size: int,
) -> Sequence[PromiseRow]:
    rows = session.execute(
        sa_select(
            Timer, Lead, is_excused_timer(), is_withdrawn_timer(), is_kept_by_backdated_touch()
        )
        .join(Lead, _timer_belongs_to_lead())
        .where(*conditions)
        .order_by(col(Timer.due_at), col(Timer.id))
        .limit(size)
        .offset(offset)
    ).all()
    breaches = _latest_breaches(session, [timer for timer, *_ in rows])
    return [
        PromiseRow(
            timer=timer,
            lead=lead,
            breach=breaches.get(timer.id),
            is_excused=is_excused,
            is_withdrawn=is_withdrawn,
            is_backdated=is_dated_back,
        )
        for timer, lead, is_excused, is_withdrawn, is_dated_back in rows
    ]


def _latest_breaches(session: Session, timers: Sequence[Timer]) -> dict[int, Breach]:
    breaches = session.exec(
        select(Breach)
        .where(
            col(Breach.workspace_id).in_({timer.workspace_id for timer in timers}),
            col(Breach.timer_id).in_([timer.id for timer in timers]),
        )
        .order_by(col(Breach.due_at))
    )
    return {breach.timer_id: breach for breach in breaches if breach.timer_id is not None}


def _source_at_handoff() -> ColumnElement[int | None]:
    """The source of that handoff; of a lead that was never handed off, the one it has."""
    handoff = aliased(Handoff)
    is_of_timer = (
        handoff.workspace_id == Timer.workspace_id,
        handoff.lead_id == Timer.lead_id,
        handoff.cycle == cycle_of_timer(),
    )
    source_id = select(handoff.source_id).where(*is_of_timer).correlate(Timer)
    was_handed_off = select(handoff.id).where(*is_of_timer).correlate(Timer).exists()
    return case((was_handed_off, source_id.scalar_subquery()), else_=col(Lead.source_id))


def _timer_belongs_to_lead() -> ColumnElement[bool]:
    return and_(
        col(Lead.workspace_id) == col(Timer.workspace_id), col(Lead.id) == col(Timer.lead_id)
    )
