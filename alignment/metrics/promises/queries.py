"""SELECTs that count promises: in columns and in groups. The workspace is the scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from alignment.accounts.roles import Side
from alignment.leads.models import Handoff
from alignment.metrics.bulk_columns import (
    NO_SOURCE,
    Flags,
    Numbers,
    epoch_seconds,
    first_true_index,
    read_columns,
    rows_as_text,
    within_period,
)
from alignment.metrics.periods import ReportPeriod
from alignment.metrics.promises.outcomes import (
    SIDES,
    STATES_WITH_OUTCOME,
    PromiseOutcome,
    has_outcome,
    state_has_outcome,
)
from alignment.metrics.promises.over_periods.queries import QuotaPromise, quota_promises
from alignment.sla.breaches.queries import is_excused_timer, is_withdrawn_timer
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Breach, Timer
from alignment.sla.replay.handoff_sources import load_handoff_sources
from alignment.sla.timers.queries import is_backdated_timer


@dataclass(frozen=True, kw_only=True)
class PromiseColumns:
    """The promises that fell due in a period, column by column."""

    at: Numbers
    source_ids: Numbers
    """The source that the handoff has which the promise is about."""
    outcomes: dict[tuple[Side, PromiseOutcome], Flags]
    is_excused: Flags
    """Set aside by the other team; of those missed."""


def promise_columns(
    session: Session, workspace_id: int, period: ReportPeriod, *, now: datetime
) -> PromiseColumns:
    kinds = [(side, outcome) for side in SIDES for outcome in PromiseOutcome]
    as_text = rows_as_text(
        Timer.id,
        epoch_seconds(Timer.due_at),
        Timer.lead_id,
        epoch_seconds(Timer.started_at),
        first_true_index(
            [
                and_(col(Timer.owed_by) == side, has_outcome(promise_outcome, now=now))
                for side, promise_outcome in kinds
            ]
        ),
    )
    text = session.exec(
        select(as_text).where(
            Timer.workspace_id == workspace_id,
            ~col(Timer.is_shadow),
            # Named one by one, since the index on due times begins with the state.
            col(Timer.state).in_(STATES_WITH_OUTCOME),
            *within_period(Timer.due_at, period),
        )
    ).one()
    timer_ids, at, lead_ids, started_at, kind_of = read_columns(text, 5)
    source_ids = load_handoff_sources(session, workspace_id).of(lead_ids, started_at)
    is_excused = np.isin(timer_ids, _excused_timers(session, workspace_id))
    quotas = quota_promises(session, workspace_id, period)
    kind_of = _with(kind_of, [kinds.index((x.period.owed_by, x.outcome)) for x in quotas])
    return PromiseColumns(
        at=_with(at, [int(x.period.due_at.timestamp()) for x in quotas]),
        # A promise over a period is made for no one lead, and so for no source.
        source_ids=_with(source_ids, [NO_SOURCE for _ in quotas]),
        outcomes={kind: kind_of == place for place, kind in enumerate(kinds)},
        is_excused=_with(is_excused, [x.is_excused for x in quotas]) == 1,
    )


def _with(column: Numbers | Flags, more: Sequence[int]) -> Numbers:
    """The column and these below it."""
    return np.append(column.astype(np.int64), np.array(more, dtype=np.int64))


def _excused_timers(session: Session, workspace_id: int) -> Numbers:
    """Clocks whose breach stands and is excused; few beside all that fell due."""
    as_text = rows_as_text(Breach.timer_id)
    text = session.exec(
        select(as_text).where(
            Breach.workspace_id == workspace_id,
            col(Breach.timer_id).is_not(None),
            col(Breach.is_excused),
            col(Breach.withdrawn_at).is_(None),
        )
    ).one()
    (timer_ids,) = read_columns(text, 1)
    return timer_ids


@dataclass(frozen=True, kw_only=True)
class PromiseGroup:
    """So many promises of one side that are alike."""

    side: Side
    is_shadow: bool
    outcome: PromiseOutcome | None
    """None for a cancelled one."""
    is_excused: bool
    is_withdrawn: bool
    is_backdated: bool
    """Kept by a touch that somebody wrote down later."""
    count: int


def promise_groups(
    session: Session, workspace_id: int, period: ReportPeriod, *, now: datetime
) -> list[PromiseGroup]:
    """All that fell or falls due in a period, by what became of it, shadow ones too."""
    outcomes = list(PromiseOutcome)
    group_columns = (
        col(Timer.owed_by),
        col(Timer.is_shadow),
        first_true_index([state_has_outcome(outcome, now=now) for outcome in outcomes]).label(
            "place"
        ),
        is_excused_timer().label("is_excused"),
        is_withdrawn_timer().label("is_withdrawn"),
        is_kept_by_backdated_touch().label("is_dated_back"),
    )
    rows = session.execute(
        sa_select(*group_columns, func.count())
        .where(col(Timer.workspace_id) == workspace_id, *within_period(Timer.due_at, period))
        .group_by(*group_columns)
    )
    of_leads = [
        PromiseGroup(
            side=side,
            is_shadow=is_shadow,
            outcome=outcomes[place] if place >= 0 else None,
            is_excused=is_excused,
            is_withdrawn=is_withdrawn,
            is_backdated=is_dated_back,
            count=count,
        )
        for side, is_shadow, place, is_excused, is_withdrawn, is_dated_back, count in rows
    ]
    quotas = quota_promises(session, workspace_id, period)
    return [*of_leads, *map(_group_of_quota, quotas)]


def _group_of_quota(promise: QuotaPromise) -> PromiseGroup:
    return PromiseGroup(
        side=promise.period.owed_by,
        is_shadow=False,
        outcome=promise.outcome,
        is_excused=promise.is_excused,
        is_withdrawn=False,
        is_backdated=False,
        count=1,
    )


def is_kept_by_backdated_touch() -> ColumnElement[bool]:
    # The state first, so that no history is looked into for what was not kept.
    return and_(col(Timer.state) == TimerState.MET, is_backdated_timer())


def handoffs_without_promise(session: Session, workspace_id: int, period: ReportPeriod) -> int:
    """Handoffs about which no signed agreement promised anything."""
    promised = (
        select(Timer.id)
        .where(
            Timer.workspace_id == Handoff.workspace_id,
            Timer.lead_id == Handoff.lead_id,
            cycle_of_timer() == Handoff.cycle,
            ~col(Timer.is_shadow),
        )
        .correlate(Handoff)
        .exists()
    )
    return session.exec(
        select(func.count())
        .select_from(Handoff)
        .where(
            Handoff.workspace_id == workspace_id,
            ~promised,
            *within_period(Handoff.handed_off_at, period),
        )
    ).one()


def cycle_of_timer() -> ColumnElement[int]:
    """The handoff that a promise is about: the last one by its start, else the lead's first."""
    earlier = aliased(Handoff)
    last = (
        select(func.max(earlier.cycle))
        .where(
            earlier.workspace_id == Timer.workspace_id,
            earlier.lead_id == Timer.lead_id,
            earlier.handed_off_at <= Timer.started_at,
        )
        .correlate(Timer)
        .scalar_subquery()
    )
    return func.coalesce(last, 1)
