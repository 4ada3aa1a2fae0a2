"""The version index of a workspace: every agreement version that its timers are read under."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import OpeningHours
from alignment.sla.models import Agreement, AgreementVersion
from alignment.sla.versions import queries
from alignment.sla.versions.lifetimes import lifetimes
from alignment.sla.versions.terms import VersionTerms

VersionIndex = Mapping[tuple[int, bool], VersionTerms]
"""The terms of a workspace by version, and whether they run in silence."""


def load_version_index(session: Session, workspace_id: int, *, now: datetime) -> VersionIndex:
    """Every version that clocks run or ran under, the oldest first; trials only while they run."""
    return build_version_index(
        queries.versions_ever_in_force(session, workspace_id),
        queries.agreements_by_id(session, workspace_id),
        queries.hours_by_id(session, workspace_id),
        now=now,
    )


def build_version_index(
    versions: Sequence[AgreementVersion],
    agreements: Mapping[int, Agreement],
    hours: Mapping[int, OpeningHours],
    *,
    now: datetime,
) -> VersionIndex:
    """As ``load_version_index``, of rows that may not be stored: a draft, or unsaved hours."""
    lives, found = lifetimes(versions, agreements), dict[tuple[int, bool], VersionTerms]()
    by_end: dict[tuple[int, datetime | None], VersionTerms] = {}
    held = [version for version in versions if version.ever_holds]
    for version in sorted(held, key=lambda x: (x.effective_at, x.id)):
        previous = by_end.get((version.agreement_id, version.effective_at))
        terms = VersionTerms(version, agreements[version.agreement_id], hours, lives)
        if previous is not None and version.covers_open:
            terms.take_over(previous)
        found[version.id, False] = by_end[version.agreement_id, version.ended_at] = terms
    for version in versions:
        if version.is_in_shadow_at(now):
            agreement = agreements[version.agreement_id]
            found[version.id, True] = VersionTerms(version, agreement, hours, lives, is_shadow=True)
    return found
