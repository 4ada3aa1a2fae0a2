"""Every SELECT behind the numbers that both teams compare. The workspace is always the scope."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.leads.fates import DATED_BY, OF_A_HANDOFF, WITHOUT_A_HANDOFF, Fate
from alignment.leads.models import Handoff, Lead
from alignment.metrics.columns import Flags, Numbers, bits, first_of, flags, lines, numbers, seconds
from alignment.metrics.outcomes import WITH_AN_OUTCOME, Apart, Outcome, came_out, state_says
from alignment.metrics.periods import Period
from alignment.sla.models import Breach, Timer
from alignment.sla.queries import is_dated_back_clock, is_excused_clock, is_withdrawn_clock
from alignment.sla.stopwatch import State

NO_SOURCE = 0
"""What stands in a column for a source that nobody gave."""
SIDES: Final = (Side.MARKETING, Side.SALES)
PAGE = 50
AT_ONCE = 1_000
"""Rows of a file that are read together."""


@dataclass(frozen=True, kw_only=True)
class Handoffs:
    """The handoffs of a period, column by column; instants are seconds in UTC since 1970."""

    at: Numbers
    source_ids: Numbers
    lead_ids: Numbers
    waits: Numbers
    """From handoff to the first touch, else to the end of the stay with sales, else to now."""
    is_touched: Flags
    fates: dict[Fate, Flags]


@dataclass(frozen=True, kw_only=True)
class Promises:
    """The promises that fell due in a period, column by column."""

    at: Numbers
    source_ids: Numbers
    """The source of the lead, as it is now."""
    outcomes: dict[tuple[Side, Outcome], Flags]
    is_excused: Flags
    """Set aside by the other team; of those missed."""


@dataclass(frozen=True, kw_only=True)
class PromiseFilter:
    """Which promises a list shows: by period, side, source and outcome."""

    period: Period
    side: Side
    outcome: Outcome | Apart | None = None
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
    is_dated_back: bool


@dataclass(frozen=True, kw_only=True)
class PromisesPage:
    """Some promises of a longer list."""

    rows: Sequence[PromiseRow]
    total: int


def handoffs(session: Session, workspace_id: int, period: Period, *, now: datetime) -> Handoffs:
    ended = func.coalesce(Handoff.touched_at, Handoff.returned_at, Handoff.won_at, Handoff.lost_at)
    told = lines(
        seconds(Handoff.handed_off_at),
        func.coalesce(Handoff.source_id, NO_SOURCE),
        Handoff.lead_id,
        func.coalesce(seconds(ended), int(now.timestamp())),
        bits([col(Handoff.touched_at).is_not(None)]),
        bits(list(OF_A_HANDOFF.values())),
    )
    text = session.exec(
        select(told).where(
            Handoff.workspace_id == workspace_id, *_within(Handoff.handed_off_at, period)
        )
    ).one()
    at, source_ids, lead_ids, ended_at, touched, fates = numbers(text, 6)
    return Handoffs(
        at=at,
        source_ids=source_ids,
        lead_ids=lead_ids,
        # A touch that was told from before the handoff answered it at once.
        waits=np.maximum(ended_at - at, 0),
        is_touched=touched == 1,
        fates=dict(zip(OF_A_HANDOFF, flags(fates, len(OF_A_HANDOFF)), strict=True)),
    )


def promises(session: Session, workspace_id: int, period: Period, *, now: datetime) -> Promises:
    kinds = [(side, outcome) for side in SIDES for outcome in Outcome]
    told = lines(
        Timer.id,
        seconds(Timer.due_at),
        Timer.lead_id,
        first_of([and_(col(Timer.owed_by) == side, came_out(end, now=now)) for side, end in kinds]),
    )
    text = session.exec(
        select(told).where(
            Timer.workspace_id == workspace_id,
            ~col(Timer.is_shadow),
            # Named one by one, since the index on due times begins with the state.
            col(Timer.state).in_(WITH_AN_OUTCOME),
            *_within(Timer.due_at, period),
        )
    ).one()
    timer_ids, at, lead_ids, kind_of = numbers(text, 4)
    return Promises(
        at=at,
        source_ids=_sources_of(session, workspace_id, lead_ids),
        outcomes={kind: kind_of == place for place, kind in enumerate(kinds)},
        is_excused=np.isin(timer_ids, _excused_timers(session, workspace_id)),
    )


def _excused_timers(session: Session, workspace_id: int) -> Numbers:
    """Clocks whose breach stands and is excused; few beside all that fell due."""
    told = lines(Breach.timer_id)
    text = session.exec(
        select(told).where(
            Breach.workspace_id == workspace_id,
            col(Breach.is_excused),
            col(Breach.withdrawn_at).is_(None),
        )
    ).one()
    (timer_ids,) = numbers(text, 1)
    return timer_ids


def _sources_of(session: Session, workspace_id: int, lead_ids: Numbers) -> Numbers:
    """Where these leads come from; to look them up here takes half of a join's time."""
    told = lines(Lead.id, func.coalesce(Lead.source_id, NO_SOURCE))
    text = session.exec(select(told).where(Lead.workspace_id == workspace_id)).one()
    known, source_ids = numbers(text, 2)
    order = np.argsort(known)
    return source_ids[order[np.searchsorted(known, lead_ids, sorter=order)]]


def without_handoff(session: Session, workspace_id: int, period: Period) -> dict[Fate, int]:
    """Leads of the period that have no handoff to be counted by, by what became of them."""
    return {
        fate: session.exec(
            select(func.count())
            .select_from(Lead)
            .where(Lead.workspace_id == workspace_id, is_so, *_within(DATED_BY[fate], period))
        ).one()
        for fate, is_so in WITHOUT_A_HANDOFF.items()
    }


def first_instant(session: Session, workspace_id: int) -> datetime | None:
    """When the first fact that any number counts happened."""
    handed_off = select(func.min(Handoff.handed_off_at)).where(Handoff.workspace_id == workspace_id)
    found: list[datetime | None] = [session.exec(handed_off).one()]
    for fate, is_so in WITHOUT_A_HANDOFF.items():
        first = select(func.min(DATED_BY[fate])).where(Lead.workspace_id == workspace_id, is_so)
        found.append(session.exec(first).one())
    return min((at for at in found if at is not None), default=None)


def promises_page(
    session: Session, user: User, wanted: PromiseFilter, *, number: int, now: datetime
) -> PromisesPage:
    """What is behind a number of promises, due first on top."""
    outcomes = [wanted.outcome] if wanted.outcome else list(Outcome)
    conditions: list[ColumnElement[bool]] = [
        col(Timer.workspace_id) == user.workspace_id,
        col(Timer.owed_by) == wanted.side,
        or_(*(came_out(outcome, now=now) for outcome in outcomes)),
        *_within(Timer.due_at, wanted.period),
    ]
    if wanted.without_source or wanted.source_id:
        conditions.append(col(Lead.source_id).is_not_distinct_from(wanted.source_id))
    total = select(func.count()).select_from(Timer).join(Lead, _of_the_lead()).where(*conditions)
    return PromisesPage(
        rows=_promise_rows(session, conditions, number=number),
        total=session.exec(total).one(),
    )


def every_promise(session: Session, workspace_id: int, period: Period) -> Iterator[PromiseRow]:
    """Whatever fell or falls due in a period, cancelled ones too, due first on top."""
    all_of_it = [col(Timer.workspace_id) == workspace_id, *_within(Timer.due_at, period)]
    rows = _promise_rows(session, all_of_it, number=1, size=AT_ONCE)
    while rows:
        yield from rows
        rest = [*all_of_it, _comes_after(rows[-1].timer)]
        rows = _promise_rows(session, rest, number=1, size=AT_ONCE)


def _comes_after(last: Timer) -> ColumnElement[bool]:
    is_same_time = and_(col(Timer.due_at) == last.due_at, col(Timer.id) > last.id)
    return or_(col(Timer.due_at) > last.due_at, is_same_time)


def _promise_rows(
    session: Session, conditions: Sequence[ColumnElement[bool]], *, number: int, size: int = PAGE
) -> Sequence[PromiseRow]:
    found = session.execute(
        sa_select(Timer, Lead, is_excused_clock(), is_withdrawn_clock(), _is_kept_by_a_late_note())
        .join(Lead, _of_the_lead())
        .where(*conditions)
        .order_by(col(Timer.due_at), col(Timer.id))
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    breaches = _last_breaches(session, [timer for timer, *_ in found])
    return [
        PromiseRow(
            timer=timer,
            lead=lead,
            breach=breaches.get(timer.id),
            is_excused=is_excused,
            is_withdrawn=is_withdrawn,
            is_dated_back=is_dated_back,
        )
        for timer, lead, is_excused, is_withdrawn, is_dated_back in found
    ]


def _last_breaches(session: Session, timers: Sequence[Timer]) -> dict[int, Breach]:
    found = session.exec(
        select(Breach)
        .where(
            col(Breach.workspace_id).in_({timer.workspace_id for timer in timers}),
            col(Breach.timer_id).in_([timer.id for timer in timers]),
        )
        .order_by(col(Breach.due_at))
    )
    return {breach.timer_id: breach for breach in found}


@dataclass(frozen=True, kw_only=True)
class Group:
    """So many promises of one side that are alike."""

    side: Side
    is_shadow: bool
    outcome: Outcome | None
    """None for a cancelled one."""
    is_excused: bool
    is_withdrawn: bool
    is_dated_back: bool
    """Kept by a touch that somebody wrote down later."""
    count: int


def groups_of_promises(
    session: Session, workspace_id: int, period: Period, *, now: datetime
) -> list[Group]:
    """All that fell or falls due in a period, by what became of it, shadow ones too."""
    outcomes = list(Outcome)
    facts = (
        col(Timer.owed_by),
        col(Timer.is_shadow),
        first_of([state_says(outcome, now=now) for outcome in outcomes]).label("place"),
        is_excused_clock().label("is_excused"),
        is_withdrawn_clock().label("is_withdrawn"),
        _is_kept_by_a_late_note().label("is_dated_back"),
    )
    found = session.execute(
        sa_select(*facts, func.count())
        .where(col(Timer.workspace_id) == workspace_id, *_within(Timer.due_at, period))
        .group_by(*facts)
    )
    return [
        Group(
            side=side,
            is_shadow=is_shadow,
            outcome=outcomes[place] if place >= 0 else None,
            is_excused=is_excused,
            is_withdrawn=is_withdrawn,
            is_dated_back=is_dated_back,
            count=count,
        )
        for side, is_shadow, place, is_excused, is_withdrawn, is_dated_back, count in found
    ]


def _is_kept_by_a_late_note() -> ColumnElement[bool]:
    # The state first, so that no history is looked into for what was not kept.
    return and_(col(Timer.state) == State.MET, is_dated_back_clock())


def handoffs_without_promise(session: Session, workspace_id: int, period: Period) -> int:
    """Handoffs of leads about which no signed agreement ever promised anything."""
    promised = (
        select(Timer.id)
        .where(
            Timer.workspace_id == Handoff.workspace_id,
            Timer.lead_id == Handoff.lead_id,
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
            *_within(Handoff.handed_off_at, period),
        )
    ).one()


def _of_the_lead() -> ColumnElement[bool]:
    return and_(
        col(Lead.workspace_id) == col(Timer.workspace_id), col(Lead.id) == col(Timer.lead_id)
    )


def _within(at: Any, period: Period) -> list[ColumnElement[bool]]:
    return [at >= period.start, at < period.end]
