"""The SELECT behind speed to lead: each lead's way from its arrival to the first human touch."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from alignment.leads.models import Handoff, Lead
from alignment.metrics.columns import Flags, Numbers, bits, lines, numbers, seconds
from alignment.metrics.periods import Period

NONE = -1
"""What stands in a column of instants where nothing happened."""
NOBODY = 0


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The leads first handed off in a period, column by column; instants are seconds in UTC."""

    handed_off: Numbers
    arrived: Numbers
    assigned: Numbers
    touched: Numbers
    ended: Numbers
    """When the last stay with sales ended, else ``NONE``."""
    owner_ids: Numbers
    source_ids: Numbers
    is_dated_back: Flags

    def of(self, those: Numbers) -> "Ways":
        """Only those, by their places."""
        return Ways(**{name: getattr(self, name)[those] for name in Ways.__dataclass_fields__})


def ways(session: Session, workspace_id: int, period: Period) -> Ways:
    """Every lead whose first handoff lies in the period, once."""
    first = _columns(
        session,
        Handoff.workspace_id == workspace_id,
        Handoff.cycle == 1,
        col(Handoff.handed_off_at) >= period.start,
        col(Handoff.handed_off_at) < period.end,
    )
    later = _columns(session, Handoff.workspace_id == workspace_id, col(Handoff.cycle) > 1)
    return _with_later_stays(first, later)


def _columns(session: Session, *conditions: object) -> list[Numbers]:
    ended = func.coalesce(Handoff.returned_at, Handoff.won_at, Handoff.lost_at)
    told = lines(
        Handoff.lead_id,
        seconds(Handoff.handed_off_at),
        seconds(Lead.arrived_at),
        func.coalesce(seconds(Handoff.assigned_at), NONE),
        func.coalesce(seconds(Handoff.touched_at), NONE),
        func.coalesce(seconds(ended), NONE),
        func.coalesce(Handoff.owner_id, NOBODY),
        func.coalesce(Handoff.source_id, NOBODY),
        bits([col(Handoff.is_touch_dated_back).is_(True)]),
    )
    of_its_lead = and_(
        col(Lead.workspace_id) == col(Handoff.workspace_id), col(Lead.id) == col(Handoff.lead_id)
    )
    text = session.exec(
        select(told).select_from(Handoff).join(Lead, of_its_lead).where(*conditions)  # type: ignore[arg-type]
    ).one()
    return numbers(text, 9)


def _with_later_stays(first: list[Numbers], later: list[Numbers]) -> Ways:
    """What the first stay lacks is looked for in those that came after it, oldest first."""
    lead_ids, handed_off, arrived, assigned, touched, ended, owners, sources, dated = first
    place_of = {int(lead_id): place for place, lead_id in enumerate(lead_ids)}
    for row in np.argsort(later[1], kind="stable"):
        place = place_of.get(int(later[0][row]))
        if place is None:
            continue
        if assigned[place] == NONE:
            assigned[place] = later[3][row]
        if touched[place] == NONE:
            touched[place], ended[place] = later[4][row], later[5][row]
            owners[place], dated[place] = later[6][row], later[8][row]
    return Ways(
        handed_off=handed_off,
        arrived=arrived,
        assigned=assigned,
        touched=touched,
        ended=ended,
        owner_ids=owners,
        source_ids=sources,
        is_dated_back=dated == 1,
    )
