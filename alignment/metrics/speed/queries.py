"""SELECT the timings of each lead from arrival to the first human touch."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from alignment.leads.models import Handoff, Lead
from alignment.metrics.bulk_columns import (
    Flags,
    Numbers,
    epoch_seconds,
    pack_flags,
    read_columns,
    rows_as_text,
)
from alignment.metrics.periods import ReportPeriod

NOT_HAPPENED = -1
"""What stands in a column of instants where nothing happened."""
NOBODY = 0


@dataclass(frozen=True, kw_only=True)
class LeadTimings:
    """The timings of leads first handed off in a period, column by column; instants are seconds in
    UTC.
    """

    handed_off: Numbers
    arrived: Numbers
    assigned: Numbers
    touched: Numbers
    ended: Numbers
    """When the last stay with sales ended, else ``NOT_HAPPENED``."""
    owner_ids: Numbers
    source_ids: Numbers
    is_backdated: Flags

    def at_places(self, those: Numbers) -> "LeadTimings":
        """Only those, by their places."""
        return LeadTimings(
            **{name: getattr(self, name)[those] for name in LeadTimings.__dataclass_fields__}
        )


def lead_timings(session: Session, workspace_id: int, period: ReportPeriod) -> LeadTimings:
    """Every lead whose first handoff lies in the period, once."""
    first = _columns(
        session,
        Handoff.workspace_id == workspace_id,
        Handoff.cycle == 1,
        col(Handoff.handed_off_at) >= period.start,
        col(Handoff.handed_off_at) < period.end,
    )
    later = _columns(session, Handoff.workspace_id == workspace_id, col(Handoff.cycle) > 1)
    return _filled_from_later_cycles(first, later)


def _columns(session: Session, *conditions: object) -> list[Numbers]:
    ended = func.coalesce(Handoff.returned_at, Handoff.won_at, Handoff.lost_at)
    told = rows_as_text(
        Handoff.lead_id,
        epoch_seconds(Handoff.handed_off_at),
        epoch_seconds(Lead.arrived_at),
        func.coalesce(epoch_seconds(Handoff.assigned_at), NOT_HAPPENED),
        func.coalesce(epoch_seconds(Handoff.touched_at), NOT_HAPPENED),
        func.coalesce(epoch_seconds(ended), NOT_HAPPENED),
        func.coalesce(Handoff.owner_id, NOBODY),
        func.coalesce(Handoff.source_id, NOBODY),
        pack_flags([col(Handoff.is_touch_backdated).is_(True)]),
    )
    of_its_lead = and_(
        col(Lead.workspace_id) == col(Handoff.workspace_id), col(Lead.id) == col(Handoff.lead_id)
    )
    text = session.exec(
        select(told).select_from(Handoff).join(Lead, of_its_lead).where(*conditions)  # type: ignore[arg-type]
    ).one()
    return read_columns(text, 9)


def _filled_from_later_cycles(first: list[Numbers], later: list[Numbers]) -> LeadTimings:
    """What the first stay lacks is looked for in those that came after it, oldest first."""
    lead_ids, handed_off, arrived, assigned, touched, ended, owners, sources, dated = first
    place_of = {int(lead_id): place for place, lead_id in enumerate(lead_ids)}
    for row in np.argsort(later[1], kind="stable"):
        place = place_of.get(int(later[0][row]))
        if place is None:
            continue
        if assigned[place] == NOT_HAPPENED:
            assigned[place] = later[3][row]
        if touched[place] == NOT_HAPPENED:
            touched[place], ended[place] = later[4][row], later[5][row]
            owners[place], dated[place] = later[6][row], later[8][row]
    return LeadTimings(
        handed_off=handed_off,
        arrived=arrived,
        assigned=assigned,
        touched=touched,
        ended=ended,
        owner_ids=owners,
        source_ids=sources,
        is_backdated=dated == 1,
    )
