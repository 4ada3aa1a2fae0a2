"""PURE. Which leads an agreement applies to: those of its two teams, in its segment.

A lead's teams are facts of its history, so that nothing moves when people change teams. If no team
is known, the lead belongs to the first agreement by rank."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from alignment.leads.history.facts import MARKETING_TEAM, SALES_TEAM
from alignment.sla.promises.segments import Segment
from alignment.sla.promises.targets import Target


@dataclass(frozen=True, kw_only=True)
class AgreementScope:
    """The leads of one agreement, before others are asked."""

    rank: int
    agreement_id: int
    marketing_team_id: int
    sales_team_id: int
    segment: Segment

    @property
    def precedence(self) -> tuple[int, int]:
        """Of several agreements that have a lead, the one whose turn is first holds."""
        return self.rank, self.agreement_id

    def includes(self, facts: Mapping[str, object]) -> bool:
        return (
            facts.get(MARKETING_TEAM) in (None, self.marketing_team_id)
            and facts.get(SALES_TEAM) in (None, self.sales_team_id)
            and self.segment.includes(facts)
        )


@dataclass(frozen=True, kw_only=True)
class ScopedSegment(Segment):
    """A promise's segment within an agreement's leads; never written down."""

    scope: AgreementScope
    preceding: tuple[AgreementScope, ...] = ()
    """What has its turn before; a lead of theirs is not ours."""

    @property
    def depends_on_facts(self) -> bool:
        return True

    def includes(self, facts: Mapping[str, object]) -> bool:
        is_ours = self.scope.includes(facts) and not any(
            scope.includes(facts) for scope in self.preceding
        )
        return is_ours and Segment.includes(self, facts)


def scope_targets(
    targets: Iterable[Target], scope: AgreementScope, *, earlier: Iterable[AgreementScope] = ()
) -> tuple[Target, ...]:
    """The same promises, for the leads of this agreement alone."""
    before = tuple(
        sorted(
            (other for other in earlier if other.precedence < scope.precedence),
            key=lambda other: other.precedence,
        )
    )
    return tuple(
        replace(target, segment=_within_scope(target.segment, scope, before)) for target in targets
    )


def unscope_target(target: Target) -> Target:
    """The promise as it was written, for whatever leads it is."""
    written = target.segment
    return replace(target, segment=Segment(name=written.name, conditions=written.conditions))


def _within_scope(
    segment: Segment, scope: AgreementScope, earlier: tuple[AgreementScope, ...]
) -> Segment:
    return ScopedSegment(
        name=segment.name, conditions=segment.conditions, scope=scope, preceding=earlier
    )
