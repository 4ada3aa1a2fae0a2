"""When each version is in force, and which of several agreements takes precedence at an instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.promises.agreement_scope import AgreementScope
from alignment.sla.promises.segments import Segment
from alignment.sla.promises.target_documents import segment_from_document


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long one version of an agreement holds; half open, without end while it does."""

    scope: AgreementScope
    since: datetime
    until: datetime | None

    def has(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def scope_of(agreement: Agreement) -> AgreementScope:
    return AgreementScope(
        rank=agreement.rank,
        agreement_id=agreement.id,
        marketing_team_id=agreement.marketing_team_id,
        sales_team_id=agreement.sales_team_id,
        segment=segment_of(agreement),
    )


def segment_of(agreement: Agreement) -> Segment:
    """Which leads of its teams it is about; all of them unless it says otherwise."""
    return segment_from_document(agreement.segment) if agreement.segment else Segment()


def lifetimes(
    versions: Iterable[AgreementVersion], agreements: Mapping[int, Agreement]
) -> list[Lifetime]:
    """Those of the versions that are or were in force; what runs in silence takes no lead."""
    return [
        Lifetime(
            scope=scope_of(agreements[version.agreement_id]),
            since=version.effective_at,
            until=version.ended_at,
        )
        for version in versions
        if version.effective_at is not None
    ]


def preceding_scopes_at(
    lives: Iterable[Lifetime], scope: AgreementScope, at: datetime
) -> tuple[AgreementScope, ...]:
    """The other agreements whose turn came before this one's at that instant."""
    scopes = {
        life.scope.precedence: life.scope
        for life in lives
        if life.has(at) and life.scope.precedence < scope.precedence
    }
    return tuple(scopes[turn] for turn in sorted(scopes))


def precedence_changes(
    lives: Sequence[Lifetime], scope: AgreementScope, since: datetime
) -> list[datetime]:
    """``since``, and when later on an agreement with an earlier turn began or ended."""
    ours = [life for life in lives if life.scope.precedence < scope.precedence]
    ends = {at for life in ours for at in (life.since, life.until) if at and at > since}
    return sorted({since, *ends})
