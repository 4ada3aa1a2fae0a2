"""PURE. The source that each promise is counted under: that of the handoff it is about."""

from dataclasses import dataclass

import numpy as np

from alignment.sla.replay.columns.history import Column


@dataclass(frozen=True, kw_only=True)
class LeadSources:
    """Every lead and its source as it is now; no source is 0."""

    lead_ids: Column
    source_ids: Column


class HandoffSourceColumns:
    """The handoffs of a workspace with the sources they were made with; instants are seconds."""

    def __init__(
        self, *, lead_ids: Column, handed_off_at: Column, source_ids: Column, now: LeadSources
    ) -> None:
        order = np.lexsort((handed_off_at, lead_ids))
        self._lead_ids, self._source_ids = lead_ids[order], source_ids[order]
        self._handed_off_at = handed_off_at[order]
        of_lead = np.argsort(now.lead_ids)
        self._known_lead_ids, self._now = now.lead_ids[of_lead], now.source_ids[of_lead]

    def of(self, lead_ids: Column, started_at: Column) -> Column:
        """Of the lead's last handoff by then, else of its first; never handed off, its own now."""
        own: Column = self._now[np.searchsorted(self._known_lead_ids, lead_ids)]
        if not len(self._lead_ids):
            return own
        first = np.searchsorted(self._lead_ids, lead_ids)
        last = np.searchsorted(
            self._moments(self._lead_ids, self._handed_off_at),
            self._moments(lead_ids, started_at),
            "right",
        )
        place = np.minimum(np.maximum(last - 1, first), len(self._lead_ids) - 1)
        return np.where(self._lead_ids[place] == lead_ids, self._source_ids[place], own)

    def _moments(self, lead_ids: Column, at: Column) -> Column:
        """One number for a lead and an instant, in the order of the handoffs."""
        earliest, latest = self._handed_off_at.min(), self._handed_off_at.max()
        within: Column = np.clip(at, earliest - 1, latest) - earliest + 1
        moments: Column = lead_ids * (latest - earliest + 2) + within
        return moments
