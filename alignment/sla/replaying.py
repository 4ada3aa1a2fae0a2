"""Replay a draft over a workspace's past, beside what its teams promised each other then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.roles import Side
from alignment.leads import queries as leads
from alignment.sla import queries
from alignment.sla.comparison import Beside, Compared, Pair, compare, joined, totals
from alignment.sla.lifetimes import earlier_at, lifetimes, scope_of
from alignment.sla.models import Agreement
from alignment.sla.past import queries as past
from alignment.sla.past.counting import Counting
from alignment.sla.past.histories import all_lines, some_histories
from alignment.sla.replay import Replayed, replay
from alignment.sla.scope import scoped, unscoped
from alignment.sla.tallies import shortest
from alignment.sla.targets import Target
from alignment.sla.whose_hours import WhoseHours


@dataclass(frozen=True, kw_only=True)
class TargetReplayed:
    """One target of the draft, and which time would have kept the wanted share of its rounds."""

    target: Target
    rounds: int
    one_by_one: int
    """Rounds that columns could not tell; the stopwatch itself read them."""
    shortest: int | None
    """Open seconds; None for working days, and where nothing was ever kept."""


@dataclass(frozen=True, kw_only=True)
class PromiseReplayed:
    """One promise under the draft and as it was, also where only one of them has it."""

    key: str
    owed_by: Side
    compared: Compared
    targets: tuple[TargetReplayed, ...]
    """Those of the draft, by rank."""


@dataclass(frozen=True, kw_only=True)
class DraftReplayed:
    """What became of the clocks that started from ``since`` to ``until``, and would have."""

    since: datetime
    until: datetime
    zone: str
    """Whose weeks they are."""
    wanted: Fraction
    """The share of settled rounds that is to be kept."""
    sides: Mapping[Side, Beside]
    promises: tuple[PromiseReplayed, ...]
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
) -> DraftReplayed:
    """Nothing is written, started or told. The opening hours are those of today."""
    found = _replay(session, agreement, targets, since=since, now=now)
    counting = Counting(session, agreement, since=since, now=now)
    drafted = {x.key: x.owed_by for x in targets}
    owed_by = drafted | past.promised(session, agreement, since=since) | drafted
    pairs = {key: _pair(key, found, counting) for key in owed_by}
    return DraftReplayed(
        since=since,
        until=now,
        zone=counting.zone,
        wanted=wanted,
        sides={
            side: totals(pairs[key] for key in owed_by if owed_by[key] is side)
            for side in (Side.MARKETING, Side.SALES)
        },
        promises=tuple(
            PromiseReplayed(
                key=key,
                owed_by=owed_by[key],
                compared=compare(pairs[key]),
                targets=tuple(_replayed(found, key, wanted=wanted)),
            )
            for key in owed_by
        ),
        sources={x.id: x.name for x in leads.sources(session, agreement.workspace_id)},
        people=past.people(session, agreement.workspace_id),
    )


def _replay(
    session: Session,
    agreement: Agreement,
    targets: Sequence[Target],
    *,
    since: datetime,
    now: datetime,
) -> tuple[Replayed, ...]:
    ours = _for_its_leads(session, agreement, targets, now=now)
    depends = any(target.depends_on_facts for target in ours)
    hours = queries.hours_by_id(session, agreement.workspace_id)
    return replay(
        all_lines(session, agreement.workspace_id, until=now, with_facts=depends),
        ours,
        WhoseHours(agreement, hours).hours,
        partial(some_histories, session, agreement.workspace_id),
        since=since,
    )


def _for_its_leads(
    session: Session, agreement: Agreement, targets: Sequence[Target], *, now: datetime
) -> Sequence[Target]:
    """The draft for the leads that would be its own beside the agreements of today."""
    versions = queries.versions_ever_in_force(session, agreement.workspace_id)
    known = queries.agreements_by_id(session, agreement.workspace_id)
    scope = scope_of(agreement)
    earlier = earlier_at(lifetimes(versions, known), scope, now)
    teams = accounts.teams_of(session, agreement.workspace_id)
    sides = [team.side for team in teams if team.side in agreement.team_ids]
    if not earlier and agreement.segment is None and len(sides) == len(set(sides)):
        # Every lead is its own, and facts need not be read.
        return targets
    return scoped(targets, scope, earlier=earlier)


def _pair(key: str, found: Iterable[Replayed], counting: Counting) -> Pair:
    drafted = (counting.drafted(one.rounds) for one in found if one.target.key == key)
    return Pair(draft=joined(drafted), then=counting.promised(key))


def _replayed(found: Iterable[Replayed], key: str, *, wanted: Fraction) -> Iterable[TargetReplayed]:
    for one in found:
        if one.target.key == key:
            yield TargetReplayed(
                target=unscoped(one.target),
                rounds=len(one.rounds),
                one_by_one=one.one_by_one,
                shortest=shortest(one.target, one.rounds, share=wanted),
            )
