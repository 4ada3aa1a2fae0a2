"""PURE. Which leads an agreement holds for: those of its two teams, in its segment.

A lead's teams are facts of its history, told when it was handed off or given to somebody, so that
nothing moves when people change teams. A team that nobody told of could be any: such a lead
belongs to the first agreement by rank.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from alignment.leads.facts import MARKETING_TEAM, SALES_TEAM
from alignment.sla.segments import Segment
from alignment.sla.targets import Target


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The leads of one agreement, before others are asked."""

    rank: int
    agreement_id: int
    marketing_team_id: int
    sales_team_id: int
    segment: Segment

    @property
    def turn(self) -> tuple[int, int]:
        """Of several agreements that have a lead, the one whose turn is first holds."""
        return self.rank, self.agreement_id

    def has(self, facts: Mapping[str, object]) -> bool:
        return (
            facts.get(MARKETING_TEAM) in (None, self.marketing_team_id)
            and facts.get(SALES_TEAM) in (None, self.sales_team_id)
            and self.segment.has(facts)
        )


@dataclass(frozen=True, kw_only=True)
class ScopedSegment(Segment):
    """A promise's segment within an agreement's leads; never written down."""

    scope: Scope
    earlier: tuple[Scope, ...] = ()
    """What has its turn before; a lead of theirs is not ours."""

    @property
    def depends_on_facts(self) -> bool:
        return True

    def has(self, facts: Mapping[str, object]) -> bool:
        is_ours = self.scope.has(facts) and not any(one.has(facts) for one in self.earlier)
        return is_ours and Segment.has(self, facts)


def scoped(
    targets: Iterable[Target], scope: Scope, *, earlier: Iterable[Scope] = ()
) -> tuple[Target, ...]:
    """The same promises, for the leads of this agreement alone."""
    before = tuple(sorted((x for x in earlier if x.turn < scope.turn), key=lambda x: x.turn))
    return tuple(replace(one, segment=_within(one.segment, scope, before)) for one in targets)


def unscoped(target: Target) -> Target:
    """The promise as it was written, for whatever leads it is."""
    written = target.segment
    return replace(target, segment=Segment(name=written.name, conditions=written.conditions))


def _within(segment: Segment, scope: Scope, earlier: tuple[Scope, ...]) -> Segment:
    return ScopedSegment(
        name=segment.name, conditions=segment.conditions, scope=scope, earlier=earlier
    )
