"""What rounds are counted under: the week of their start, their lead's source, their owner."""

from datetime import datetime

import numpy as np
from sqlmodel import Session

from alignment.accounts.models import Workspace
from alignment.sla.columns.lines import Column
from alignment.sla.columns.readings import Readings
from alignment.sla.columns.zones import WallClock
from alignment.sla.comparison import Rounds
from alignment.sla.models import Agreement
from alignment.sla.past import queries


class Counting:
    """One agreement from ``since`` to ``now``; weeks are those of the workspace's zone."""

    def __init__(
        self, session: Session, agreement: Agreement, *, since: datetime, now: datetime
    ) -> None:
        self._session, self._agreement, self._since = session, agreement, since
        self.zone = session.get_one(Workspace, agreement.workspace_id).zone
        first, last = int(since.timestamp()), int(now.timestamp())
        self._wall = WallClock(self.zone, first=first, last=last)
        lead_ids, sources = queries.sources(session, agreement.workspace_id)
        order = np.argsort(lead_ids)
        self._lead_ids, self._sources = lead_ids[order], sources[order]

    def drafted(self, found: Readings) -> Rounds:
        return self._rounds(found.lead_ids, found.states, found.owner_ids, found.started_at)

    def promised(self, key: str) -> Rounds:
        """The rounds of one promise as their clocks were kept."""
        found = queries.clocks(self._session, self._agreement, key, since=self._since)
        lead_ids, states, owner_ids, started_at = found
        return self._rounds(lead_ids, states, owner_ids, started_at)

    def _rounds(
        self, lead_ids: Column, states: Column, owner_ids: Column, started_at: Column
    ) -> Rounds:
        return Rounds(
            states=states,
            weeks=self._wall.mondays(started_at),
            source_ids=self._sources[np.searchsorted(self._lead_ids, lead_ids)],
            owner_ids=owner_ids,
        )
