"""PURE. Who has to answer for one cycle of a promise."""

from collections.abc import Iterable

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import HANDOFF_KINDS
from alignment.sla.clock.history import HistoryEvent
from alignment.sla.clock.stopwatch import Reading
from alignment.sla.promises.targets import Target


def responsible_person(
    events: Iterable[HistoryEvent], target: Target, reading: Reading
) -> int | None:
    """For sales the lead's owner; for marketing whoever handed the lead off last before."""
    if target.owed_by is Side.SALES:
        return reading.owner_id
    handoffs = [x for x in events if x.kind in HANDOFF_KINDS and x.at <= reading.started_at]
    return handoffs[-1].by_id if handoffs else None
