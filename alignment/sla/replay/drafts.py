"""Replay a draft over a workspace's past and compare it with what was promised at that time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial

from sqlmodel import Session

from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Side
from alignment.leads import queries as leads
from alignment.sla.models import Agreement
from alignment.sla.promises.agreement_scope import scope_targets, unscope_target
from alignment.sla.promises.targets import Target
from alignment.sla.replay import queries as past
from alignment.sla.replay.columns.comparison import (
    DraftAndActual,
    PromiseComparison,
    TallyComparison,
    compare,
    join_cycles,
    totals,
)
from alignment.sla.replay.columns.engine import ReplayedTarget, replay_targets
from alignment.sla.replay.columns.tallies import (
    count_never_answered,
    shortest_sufficient_time,
    tally,
)
from alignment.sla.replay.grouping import CycleGrouping
from alignment.sla.replay.histories import load_histories_of, load_history_columns
from alignment.sla.versions import queries
from alignment.sla.versions.applicable_hours import ApplicableHours
from alignment.sla.versions.lifetimes import lifetimes, preceding_scopes_at, scope_of


@dataclass(frozen=True, kw_only=True)
class TargetReport:
    """One target of the draft, and which time would have kept the wanted share of its rounds."""

    target: Target
    cycles: int
    read_by_fallback: int
    """Rounds that columns could not tell; the stopwatch itself read them."""
    shortest: int | None
    """Open seconds; None for working days, and where no time reaches it."""
    settled: int
    never_answered: int
    """Of those settled; they are missed whatever the time."""


@dataclass(frozen=True, kw_only=True)
class ReplayedPromise:
    """One promise under the draft and as it was, also where only one of them has it."""

    key: str
    owed_by: Side
    compared: PromiseComparison
    targets: tuple[TargetReport, ...]
    """Those of the draft, by rank."""


@dataclass(frozen=True, kw_only=True)
class DraftReport:
    """What became of the clocks that started from ``since`` to ``until``, and would have."""

    since: datetime
    until: datetime
    zone: str
    """Whose weeks they are."""
    wanted: Fraction
    """The share of settled rounds that is to be kept."""
    sides: Mapping[Side, TallyComparison]
    promises: tuple[ReplayedPromise, ...]
    sources: Mapping[int, str]
    people: Mapping[int, str]


def replay_draft(
    session: Session,
    agreement: Agreement,
    targets: Sequence[Target],
    *,
    since: datetime,
    now: datetime,
    wanted: Fraction,
) -> DraftReport:
    """Nothing is written, started or told. The opening hours are those of today."""
    replayed = _replay_scoped_targets(session, agreement, targets, since=since, now=now)
    counting = CycleGrouping(session, agreement, since=since, now=now)
    drafted = {x.key: x.owed_by for x in targets}
    owed_by = drafted | past.promise_sides(session, agreement, since=since) | drafted
    pairs = {key: _pair(key, replayed, counting) for key in owed_by}
    return DraftReport(
        since=since,
        until=now,
        zone=counting.zone,
        wanted=wanted,
        sides={
            side: totals(pairs[key] for key in owed_by if owed_by[key] is side)
            for side in (Side.MARKETING, Side.SALES)
        },
        promises=tuple(
            ReplayedPromise(
                key=key,
                owed_by=owed_by[key],
                compared=compare(pairs[key]),
                targets=tuple(_target_reports(replayed, key, wanted=wanted)),
            )
            for key in owed_by
        ),
        sources={x.id: x.name for x in leads.sources(session, agreement.workspace_id)},
        people=past.people_names(session, agreement.workspace_id),
    )


def _replay_scoped_targets(
    session: Session,
    agreement: Agreement,
    targets: Sequence[Target],
    *,
    since: datetime,
    now: datetime,
) -> tuple[ReplayedTarget, ...]:
    scoped_targets = _for_its_leads(session, agreement, targets, now=now)
    depends = any(target.depends_on_facts for target in scoped_targets)
    hours = queries.hours_by_id(session, agreement.workspace_id)
    return replay_targets(
        load_history_columns(session, agreement.workspace_id, until=now, with_facts=depends),
        scoped_targets,
        ApplicableHours(agreement, hours).hours,
        partial(load_histories_of, session, agreement.workspace_id),
        since=since,
    )


def _for_its_leads(
    session: Session, agreement: Agreement, targets: Sequence[Target], *, now: datetime
) -> Sequence[Target]:
    """The draft for the leads that would be its own beside the agreements of today."""
    versions = queries.versions_ever_in_force(session, agreement.workspace_id)
    known = queries.agreements_by_id(session, agreement.workspace_id)
    scope = scope_of(agreement)
    earlier = preceding_scopes_at(lifetimes(versions, known), scope, now)
    teams = accounts.teams_of(session, agreement.workspace_id)
    sides = [team.side for team in teams if team.side in agreement.team_ids]
    if not earlier and agreement.segment is None and len(sides) == len(set(sides)):
        # Every lead is its own, and facts need not be read.
        return targets
    return scope_targets(targets, scope, earlier=earlier)


def _pair(key: str, replayed: Iterable[ReplayedTarget], counting: CycleGrouping) -> DraftAndActual:
    drafted = (
        counting.drafted(target_replayed.cycles)
        for target_replayed in replayed
        if target_replayed.target.key == key
    )
    return DraftAndActual(draft=join_cycles(drafted), actual=counting.promised(key))


def _target_reports(
    replayed: Iterable[ReplayedTarget], key: str, *, wanted: Fraction
) -> Iterable[TargetReport]:
    for target_replayed in replayed:
        if target_replayed.target.key == key:
            yield TargetReport(
                target=unscope_target(target_replayed.target),
                cycles=len(target_replayed.cycles),
                read_by_fallback=target_replayed.read_by_fallback,
                shortest=shortest_sufficient_time(
                    target_replayed.target, target_replayed.cycles, share=wanted
                ),
                settled=tally(target_replayed.cycles.states).settled,
                never_answered=count_never_answered(target_replayed.cycles),
            )
