"""Draft, trial, amend, sign and end an agreement between a marketing and a sales team."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.errors import Refused
from alignment.events import publish
from alignment.sla.agreements import activation, queries
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.events import (
    AgreementDrafted,
    AgreementEnded,
    AgreementSigned,
    ShadowStarted,
    ShadowStopped,
)
from alignment.sla.models import Agreement, AgreementVersion, Signature, VersionState
from alignment.sla.promises.quota_documents import quota_to_document as quota_document
from alignment.sla.promises.target_documents import segment_to_document, target_to_document
from alignment.sla.promises.targets import Target
from alignment.sla.quotas.tracking import void_running_periods
from alignment.sla.versions import queries as versions_queries

FIRST_YEAR, LAST_YEAR = 2000, 2100


def draft(
    session: Session, new: NewAgreement, version: NewVersion, *, by: User, now: datetime
) -> AgreementVersion:
    """A first wording between these two teams; nothing runs until both have signed."""
    if (new.marketing.side, new.sales.side) != (Side.MARKETING, Side.SALES):
        raise Refused("An agreement binds one marketing team and one sales team.")
    for team in (new.marketing, new.sales):
        if not team.is_open:
            raise Refused(f"{team.name} is closed. Choose another team.")

    agreement = Agreement(
        workspace_id=by.workspace_id,
        name=new.name,
        marketing_team_id=new.marketing.id,
        sales_team_id=new.sales.id,
        segment=segment_to_document(new.segment)
        if new.segment and new.segment.conditions
        else None,
        rank=new.rank,
        created_at=now,
    )
    session.add(agreement)
    session.flush()
    return amend(session, agreement, version, by=by, now=now)


def amend(
    session: Session, agreement: Agreement, new: NewVersion, *, by: User, now: datetime
) -> AgreementVersion:
    """A new wording; an unsigned draft is written over, unless clocks have run under it."""
    _must_be_two_way(new.targets)
    starts_on = new.takes_effect_on
    if starts_on and not FIRST_YEAR <= starts_on.year <= LAST_YEAR:
        raise Refused(f"Choose a year from {FIRST_YEAR} to {LAST_YEAR} for it to take effect.")
    version = _open_draft(session, agreement, by=by, now=now)
    version.targets = [target_to_document(target) for target in new.targets]
    version.quotas = [quota_document(quota) for quota in new.quotas]
    version.note, version.takes_effect_on = new.note.strip(), starts_on
    version.covers_open = new.covers_open
    version.drafted_by_id, version.drafted_at = by.id, now
    for signature in versions_queries.signatures_of(session, version):
        session.delete(signature)
    session.add(version)
    session.flush()
    publish(session, AgreementDrafted(**_event_fields(version, by, now)))
    return version


def start_shadow(session: Session, version: AgreementVersion, *, by: User, now: datetime) -> None:
    """Run its clocks in silence until it is signed or stopped; started again, it goes on."""
    _lock_row(session, version)
    if version.state is not VersionState.DRAFT:
        raise Refused("Only a draft can be tried in silence.")
    if version.is_in_shadow_at(now):
        raise Refused("This draft is being tried already.")

    version.shadow_at, version.ended_at = version.shadow_at or now, None
    session.add(version)
    publish(session, ShadowStarted(**_event_fields(version, by, now)))


def stop_shadow(session: Session, version: AgreementVersion, *, by: User, now: datetime) -> None:
    """End its silent clocks; what they came to stays, and the draft may still be signed."""
    _lock_row(session, version)
    if version.state is not VersionState.DRAFT or not version.is_in_shadow_at(now):
        raise Refused("This draft is not being tried.")

    version.ended_at = now
    session.add(version)
    activation.end_shadow_timers(session, version, now=now)
    publish(session, ShadowStopped(**_event_fields(version, by, now)))


def sign(
    session: Session,
    version: AgreementVersion,
    *,
    by: User,
    now: datetime,
    covers_open: bool | None = None,
) -> None:
    """One person's yes for his or her own side; with the second one it is agreed.

    ``covers_open``, if given, says whether clocks that are open when it takes effect move under
    it; the first to sign may still choose, the second signs what the first one did.
    """
    if version.state is not VersionState.DRAFT:
        raise Refused("This version is not waiting for a signature.")
    _lock_and_refresh(session, version)
    side = _side_of_signer(session, version, by)
    given = versions_queries.signatures_of(session, version)
    if side in {signature.side for signature in given}:
        raise Refused(f"{side.capitalize()} has signed already.")
    if by.id in {signature.user_id for signature in given}:
        raise Refused("The other side must sign as well: one person of each team.")
    _choose_covers_open(version, covers_open=covers_open, is_first=not given)

    signature = Signature(
        workspace_id=version.workspace_id, version_id=version.id, side=side, user_id=by.id, at=now
    )
    session.add(signature)
    is_in_force = len(given) == 1
    if is_in_force:
        activation.schedule_activation(session, version, now=now)
    signed = AgreementSigned(**_event_fields(version, by, now), side=side, is_in_force=is_in_force)
    publish(session, signed)


def end(session: Session, agreement: Agreement, *, by: User, now: datetime) -> None:
    """No new clock starts from now on, under any version; those that run go on to their end."""
    _lock_row(session, agreement)
    signed = queries.signed_versions(session, agreement)
    ending = [x for x in signed if x.ended_at is None or x.ended_at > now]
    if not ending:
        raise Refused("This agreement is not in force.")

    for version in ending:
        version.state, version.ended_at = VersionState.ENDED, now
        session.add(version)
    void_running_periods(session, agreement, now=now)
    publish(session, AgreementEnded(**_event_fields(ending[0], by, now)))


def _event_fields(version: AgreementVersion, by: User, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": version.workspace_id,
        "at": now,
        "agreement_id": version.agreement_id,
        "version_id": version.id,
        "by_id": by.id,
    }


def _must_be_two_way(promised: Sequence[Target]) -> None:
    if {target.owed_by for target in promised} != {Side.MARKETING, Side.SALES}:
        raise Refused("Both teams must promise something.")


def _open_draft(
    session: Session, agreement: Agreement, *, by: User, now: datetime
) -> AgreementVersion:
    _lock_row(session, agreement)
    latest = versions_queries.latest_version(session, agreement)
    if latest is not None:
        _lock_row(session, latest)
    if latest is not None and latest.state is VersionState.DRAFT:
        if latest.shadow_at is None:
            return latest
        _keep_tried_draft(session, latest, now=now)
    return AgreementVersion(
        workspace_id=agreement.workspace_id,
        agreement_id=agreement.id,
        number=latest.number + 1 if latest else 1,
        targets=[],
        drafted_by_id=by.id,
        drafted_at=now,
    )


def _keep_tried_draft(session: Session, tried: AgreementVersion, *, now: datetime) -> None:
    """A draft whose clocks have run keeps its wording, or nobody could say what they read."""
    tried.state, tried.ended_at = VersionState.REPLACED, tried.ended_at or now
    session.add(tried)
    activation.end_shadow_timers(session, tried, now=now)


def _lock_and_refresh(session: Session, version: AgreementVersion) -> None:
    """Of two who sign at once the later sees the earlier; nobody signs what was just rewritten."""
    read_at = version.drafted_at
    _lock_row(session, session.get_one(Agreement, version.agreement_id))
    _lock_row(session, version)
    if version.drafted_at != read_at or version.state is not VersionState.DRAFT:
        raise Refused("The draft was changed meanwhile. Read it again, then sign.")


def _lock_row(session: Session, row: Agreement | AgreementVersion) -> None:
    """See it as it is, and let nobody else sign, amend, try or end it until we are done.

    Whoever needs both holds the agreement first. On SQLite writers take turns anyway.
    """
    session.refresh(row, with_for_update={"key_share": True})


def _side_of_signer(session: Session, version: AgreementVersion, by: User) -> Side:
    agreement = session.get_one(Agreement, version.agreement_id)
    side = versions_queries.side_in(session, agreement, by)
    if side is None:
        raise Refused("Only a member of one of the two teams can sign.")
    return side


def _choose_covers_open(
    version: AgreementVersion, *, covers_open: bool | None, is_first: bool
) -> None:
    if covers_open in (None, version.covers_open):
        return
    if not is_first:
        who = "open leads too" if version.covers_open else "new leads only"
        raise Refused(f"The other team signed it for {who}. Write a new draft to change that.")
    version.covers_open = bool(covers_open)
