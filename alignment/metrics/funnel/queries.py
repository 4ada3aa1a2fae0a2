"""Every SELECT about funnel. Workspace or person is the scope."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func
from sqlmodel import Session, select

from alignment.leads.handoff_outcomes import (
    DATE_COLUMN_WITHOUT_HANDOFF,
    HANDOFF_CONDITIONS,
    NO_HANDOFF_CONDITIONS,
    HandoffOutcome,
)
from alignment.leads.models import Handoff, Lead
from alignment.metrics.bulk_columns import (
    NO_SOURCE,
    Flags,
    Numbers,
    epoch_seconds,
    pack_flags,
    read_columns,
    rows_as_text,
    unpack_flags,
    within_period,
)
from alignment.metrics.periods import ReportPeriod


@dataclass(frozen=True, kw_only=True)
class HandoffColumns:
    """The handoffs of a period, column by column; instants are seconds in UTC since 1970."""

    at: Numbers
    source_ids: Numbers
    lead_ids: Numbers
    waits: Numbers
    """From handoff to the first touch, else to the end of the stay with sales, else to now."""
    is_over: Flags
    """Touched, or ended without a touch: nothing can make the wait longer."""
    outcomes: dict[HandoffOutcome, Flags]


def handoff_columns(
    session: Session, workspace_id: int, period: ReportPeriod, *, now: datetime
) -> HandoffColumns:
    ended = func.coalesce(Handoff.touched_at, Handoff.returned_at, Handoff.won_at, Handoff.lost_at)
    as_text = rows_as_text(
        epoch_seconds(Handoff.handed_off_at),
        func.coalesce(Handoff.source_id, NO_SOURCE),
        Handoff.lead_id,
        func.coalesce(epoch_seconds(ended), int(now.timestamp())),
        pack_flags([ended.is_not(None)]),
        pack_flags(list(HANDOFF_CONDITIONS.values())),
    )
    text = session.exec(
        select(as_text).where(
            Handoff.workspace_id == workspace_id, *within_period(Handoff.handed_off_at, period)
        )
    ).one()
    at, source_ids, lead_ids, ended_at, over, fates = read_columns(text, 6)
    return HandoffColumns(
        at=at,
        source_ids=source_ids,
        lead_ids=lead_ids,
        # A touch that was told from before the handoff answered it at once.
        waits=np.maximum(ended_at - at, 0),
        is_over=over == 1,
        outcomes=dict(
            zip(HANDOFF_CONDITIONS, unpack_flags(fates, len(HANDOFF_CONDITIONS)), strict=True)
        ),
    )


def leads_without_handoff(
    session: Session, workspace_id: int, period: ReportPeriod
) -> dict[HandoffOutcome, int]:
    """Leads of the period that have no handoff to be counted by, by what became of them."""
    return {
        fate: session.exec(
            select(func.count())
            .select_from(Lead)
            .where(
                Lead.workspace_id == workspace_id,
                is_so,
                *within_period(DATE_COLUMN_WITHOUT_HANDOFF[fate], period),
            )
        ).one()
        for fate, is_so in NO_HANDOFF_CONDITIONS.items()
    }


def first_counted_instant(session: Session, workspace_id: int) -> datetime | None:
    """When the first fact that any number counts happened."""
    handed_off = select(func.min(Handoff.handed_off_at)).where(Handoff.workspace_id == workspace_id)
    instants: list[datetime | None] = [session.exec(handed_off).one()]
    for fate, is_so in NO_HANDOFF_CONDITIONS.items():
        first = select(func.min(DATE_COLUMN_WITHOUT_HANDOFF[fate])).where(
            Lead.workspace_id == workspace_id, is_so
        )
        instants.append(session.exec(first).one())
    return min((at for at in instants if at is not None), default=None)
