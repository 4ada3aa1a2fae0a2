"""SELECT the timings of each stay with sales, from its beginning to the first human touch."""

from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_
from sqlmodel import Session, col, select

from alignment.leads.models import Handoff, Lead
from alignment.metrics.bulk_columns import (
    Flags,
    Numbers,
    epoch_seconds,
    pack_flags,
    read_columns,
    rows_as_text,
    within_period,
)
from alignment.metrics.periods import ReportPeriod

NOT_HAPPENED = -1
"""What stands in a column of instants where nothing happened."""
NOBODY = 0
NOT_KNOWN = -1
"""What stands for the owner of a stay that sales worked on, of which nobody said who had it."""


@dataclass(frozen=True, kw_only=True)
class StayTimings:
    """The timings of stays that began in a period, column by column; instants are seconds in
    UTC.
    """

    handed_off: Numbers
    began: Numbers
    """When the person began to wait: the arrival; in a later stay the handoff that began it."""
    assigned: Numbers
    touched: Numbers
    ended: Numbers
    """When the stay ended, else ``NOT_HAPPENED``."""
    owner_ids: Numbers
    """Who owned it when it was touched or ended, else who does now."""
    source_ids: Numbers
    is_backdated: Flags

    def at_places(self, those: Numbers) -> "StayTimings":
        """Only those, by their places."""
        return StayTimings(
            **{name: getattr(self, name)[those] for name in StayTimings.__dataclass_fields__}
        )


def stay_timings(session: Session, workspace_id: int, period: ReportPeriod) -> StayTimings:
    """Every stay that began in the period, once."""
    is_first = col(Handoff.cycle) == 1
    columns = rows_as_text(
        epoch_seconds(Handoff.handed_off_at),
        epoch_seconds(case((is_first, Lead.arrived_at), else_=Handoff.handed_off_at)),
        func.coalesce(epoch_seconds(Handoff.assigned_at), NOT_HAPPENED),
        func.coalesce(epoch_seconds(Handoff.touched_at), NOT_HAPPENED),
        func.coalesce(epoch_seconds(_ENDED_AT), NOT_HAPPENED),
        case((_IS_OWNER_UNKNOWN, NOT_KNOWN), else_=func.coalesce(Handoff.owner_id, NOBODY)),
        func.coalesce(Handoff.source_id, NOBODY),
        pack_flags([col(Handoff.is_touch_backdated).is_(True)]),
    )
    of_its_lead = and_(
        col(Lead.workspace_id) == col(Handoff.workspace_id), col(Lead.id) == col(Handoff.lead_id)
    )
    text = session.exec(
        select(columns)
        .select_from(Handoff)
        .join(Lead, of_its_lead)
        .where(Handoff.workspace_id == workspace_id, *within_period(Handoff.handed_off_at, period))
    ).one()
    handed_off, began, assigned, touched, ended, owners, sources, backdated = read_columns(text, 8)
    return StayTimings(
        handed_off=handed_off,
        began=began,
        assigned=assigned,
        touched=touched,
        ended=ended,
        owner_ids=owners,
        source_ids=sources,
        is_backdated=backdated == 1,
    )


_ENDED_AT = func.coalesce(Handoff.returned_at, Handoff.won_at, Handoff.lost_at)
_IS_OWNER_UNKNOWN = and_(
    col(Handoff.owner_id).is_(None),
    col(Handoff.assigned_at).is_(None),
    or_(
        *(
            col(done_at).is_not(None)
            for done_at in (
                Handoff.touched_at,
                Handoff.accepted_at,
                Handoff.qualified_at,
                Handoff.returned_at,
                Handoff.won_at,
                Handoff.lost_at,
            )
        )
    ),
)
"""Sales did something with it, and nobody ever said who owned it: such are histories of files."""
