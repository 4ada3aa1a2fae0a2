"""Every SELECT about promises over a period. Workspace or person is the scope."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.leads.event_kinds import HANDOFF_KINDS
from alignment.leads.handoff_outcomes import HANDOFF_CONDITIONS, HandoffOutcome
from alignment.leads.models import Handoff, Lead, LeadEvent, Stage, counting
from alignment.sla.joins import joined_in_workspace
from alignment.sla.models import (
    Agreement,
    AgreementVersion,
    Breach,
    Excuse,
    QuotaPeriod,
    QuotaPeriodState,
    VersionState,
)
from alignment.sla.promises.quota_periods import ONE_SECOND


def versions_to_begin(session: Session, *, now: datetime) -> Sequence[AgreementVersion]:
    """Those of every workspace that were signed before periods were kept, and hold."""
    begun = select(QuotaPeriod.id).where(
        QuotaPeriod.workspace_id == AgreementVersion.workspace_id,
        QuotaPeriod.version_id == AgreementVersion.id,
    )
    return session.exec(
        select(AgreementVersion)
        .where(
            AgreementVersion.state == VersionState.SIGNED,
            cast(AgreementVersion.quotas, String) != "[]",
            col(AgreementVersion.ended_at).is_(None) | (col(AgreementVersion.ended_at) > now),
            ~begun.correlate(AgreementVersion).exists(),
        )
        .order_by(col(AgreementVersion.id))
    ).all()


def due_period_ids(session: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Periods that somebody must look at, the longest waiting first, of every workspace."""
    return session.exec(
        select(QuotaPeriod.id)
        .where(col(QuotaPeriod.next_at) <= now)
        .order_by(col(QuotaPeriod.next_at), col(QuotaPeriod.id))
        .limit(limit)
    ).all()


def lock_due_period(session: Session, period_id: int, *, now: datetime) -> QuotaPeriod | None:
    """The period, unless somebody else looks at it or has looked."""
    return session.exec(
        select(QuotaPeriod)
        .where(QuotaPeriod.id == period_id, col(QuotaPeriod.next_at) <= now)
        .with_for_update(skip_locked=True, key_share=True)
    ).first()


def running_periods(
    session: Session, workspace_id: int, side: Side, *, now: datetime
) -> Sequence[QuotaPeriod]:
    """What one side has promised over the periods of now, the first to end first."""
    return session.exec(
        select(QuotaPeriod)
        .where(
            QuotaPeriod.workspace_id == workspace_id,
            QuotaPeriod.owed_by == side,
            QuotaPeriod.state == QuotaPeriodState.RUNNING,
            QuotaPeriod.starts_at <= now,
        )
        .order_by(col(QuotaPeriod.due_at), col(QuotaPeriod.id))
    ).all()


def periods_before(session: Session, running: Iterable[QuotaPeriod]) -> list[int]:
    """Of each of these periods the one of the same quota that ended when it began."""
    return [
        before
        for period in running
        for before in session.exec(
            select(QuotaPeriod.id).where(
                QuotaPeriod.workspace_id == period.workspace_id,
                QuotaPeriod.agreement_id == period.agreement_id,
                QuotaPeriod.quota_key == period.quota_key,
                QuotaPeriod.due_at == period.starts_at - ONE_SECOND,
            )
        )
    ]


@dataclass(frozen=True, kw_only=True)
class QuotaBreach:
    """A missed promise over a period, with the wording that it was promised in."""

    breach: Breach
    period: QuotaPeriod
    version: AgreementVersion
    agreement: Agreement
    excuse: Excuse | None
    """What was asked for it last."""

    @property
    def agreement_id(self) -> int:
        return self.agreement.id


def quota_breach_for(session: Session, user: User, breach_id: int) -> QuotaBreach | None:
    """None where this is no promise over a period, or none of this person's workspace."""
    found = _quota_breaches(
        session, Breach.workspace_id == user.workspace_id, Breach.id == breach_id
    )
    return found[0] if found else None


def quota_breaches_of(
    session: Session, workspace_id: int, period_ids: Collection[int]
) -> list[QuotaBreach]:
    """What was missed in these periods, the newest first."""
    return _quota_breaches(
        session,
        Breach.workspace_id == workspace_id,
        col(Breach.quota_period_id).in_(period_ids),
    )


def _quota_breaches(session: Session, *conditions: Any) -> list[QuotaBreach]:
    def joined(table: Any, number: Any) -> ColumnElement[bool]:
        return joined_in_workspace(table, QuotaPeriod.workspace_id, table.id, number)

    rows = session.execute(
        sa_select(Breach, QuotaPeriod, AgreementVersion, Agreement, Excuse)
        .join(
            QuotaPeriod,
            joined_in_workspace(
                QuotaPeriod, Breach.workspace_id, QuotaPeriod.id, Breach.quota_period_id
            ),
        )
        .join(AgreementVersion, joined(AgreementVersion, QuotaPeriod.version_id))
        .join(Agreement, joined(Agreement, QuotaPeriod.agreement_id))
        .outerjoin(Excuse, joined(Excuse, Breach.excuse_id))
        .where(*conditions)
        .order_by(col(Breach.due_at).desc(), col(Breach.id))
    )
    return [
        QuotaBreach(
            breach=breach, period=period, version=version, agreement=agreement, excuse=excuse
        )
        for breach, period, version, agreement, excuse in rows
    ]


@dataclass(frozen=True, kw_only=True)
class HandoffGroup:
    """Some handoffs of which the same was known; worth is in minor units of their currency."""

    known_facts: Mapping[str, Any]
    currency: str
    handed_off: int
    entries: int
    """How many of them begin an entry; what they are worth is counted of these alone."""
    accepted: int
    returned: int
    opportunities: int
    """Qualified, opened as an opportunity, or won."""
    worth: int
    unpriced: int
    """How many of the entries are of leads whose worth nobody knows."""


def handoff_groups(
    session: Session, workspace_id: int, start: datetime, end: datetime
) -> list[HandoffGroup]:
    """Handoffs made from ``start`` until ``end``, by what was known then; without merged leads."""
    event = aliased(LeadEvent)
    document = cast(event.facts, String)
    is_opportunity = or_(col(Handoff.qualified_at).is_not(None), col(Handoff.won_at).is_not(None))
    is_entry = HANDOFF_CONDITIONS[HandoffOutcome.ENTRY]
    rows = session.execute(
        sa_select(
            document,
            col(Lead.currency),
            func.count(),
            _count_where(is_entry),
            _count_where(HANDOFF_CONDITIONS[HandoffOutcome.ACCEPTED]),
            _count_where(HANDOFF_CONDITIONS[HandoffOutcome.RETURNED]),
            _count_where(is_opportunity),
            func.coalesce(func.sum(case((is_entry, Lead.amount_minor))), 0),
            _count_where(and_(is_entry, col(Lead.amount_minor).is_(None))),
        )
        .select_from(Handoff)
        .join(Lead, joined_in_workspace(Lead, Handoff.workspace_id, Lead.id, Handoff.lead_id))
        .join(event, event.id == _event_of_handoff())
        .where(
            col(Handoff.workspace_id) == workspace_id,
            col(Handoff.handed_off_at) >= start,
            col(Handoff.handed_off_at) < end,
            col(Lead.stage) != Stage.MERGED,
        )
        .group_by(document, col(Lead.currency))
    )
    return [_handoff_group(*row) for row in rows]


def _event_of_handoff() -> Any:
    """The line of the history that made this handoff; of two at one instant, the first told.

    The smallest of an expression: for the smallest id itself both databases walk the whole
    history of the workspace in order of ids until one fits.
    """
    return (
        sa_select(func.min(col(LeadEvent.id) + 0))
        .where(
            col(LeadEvent.workspace_id) == Handoff.workspace_id,
            col(LeadEvent.lead_id) == Handoff.lead_id,
            col(LeadEvent.at) == Handoff.handed_off_at,
            col(LeadEvent.kind).in_(HANDOFF_KINDS),
            counting(),
        )
        .correlate(Handoff)
        .scalar_subquery()
    )


def _count_where(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _handoff_group(facts: str | None, currency: str, *numbers: Any) -> HandoffGroup:
    handed_off, entries, accepted, returned, opportunities, worth, unpriced = map(int, numbers)
    return HandoffGroup(
        known_facts=(json.loads(facts) if facts else None) or {},
        currency=currency,
        handed_off=handed_off,
        entries=entries,
        accepted=accepted,
        returned=returned,
        opportunities=opportunities,
        worth=worth,
        unpriced=unpriced,
    )
