"""Group replayed cycles by the week of their start, the source of their lead and their owner."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import Workspace
from alignment.sla.models import Agreement
from alignment.sla.replay import queries
from alignment.sla.replay.columns.comparison import GroupedCycles
from alignment.sla.replay.columns.history import Column
from alignment.sla.replay.columns.stopwatch import ReadingColumns
from alignment.sla.replay.columns.wall_clock import WallClock
from alignment.sla.replay.handoff_sources import load_handoff_sources


class CycleGrouping:
    """One agreement from ``since`` to ``now``; weeks are those of the workspace's zone."""

    def __init__(
        self, session: Session, agreement: Agreement, *, since: datetime, now: datetime
    ) -> None:
        self._session, self._agreement, self._since = session, agreement, since
        self.zone = session.get_one(Workspace, agreement.workspace_id).zone
        first, last = int(since.timestamp()), int(now.timestamp())
        self._wall = WallClock(self.zone, first=first, last=last)
        self._sources = load_handoff_sources(session, agreement.workspace_id)

    def drafted(self, readings: ReadingColumns) -> GroupedCycles:
        return self._rounds(
            readings.lead_ids, readings.states, readings.owner_ids, readings.started_at
        )

    def promised(self, key: str) -> GroupedCycles:
        """The rounds of one promise as their clocks were kept."""
        columns = queries.timer_columns(self._session, self._agreement, key, since=self._since)
        lead_ids, states, owner_ids, started_at = columns
        return self._rounds(lead_ids, states, owner_ids, started_at)

    def _rounds(
        self, lead_ids: Column, states: Column, owner_ids: Column, started_at: Column
    ) -> GroupedCycles:
        return GroupedCycles(
            states=states,
            weeks=self._wall.mondays(started_at),
            source_ids=self._sources.of(lead_ids, started_at),
            owner_ids=owner_ids,
        )
