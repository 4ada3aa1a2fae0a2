"""PURE. The person responsible for each cycle, vectorised."""

import numpy as np

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import HANDOFF_KINDS
from alignment.sla.clock.history import Effect
from alignment.sla.promises.targets import Target
from alignment.sla.replay.columns.cycles import CycleColumns
from alignment.sla.replay.columns.effect_index import EffectIndex
from alignment.sla.replay.columns.history import NEVER, RELEASED, Column, HistoryColumns


def responsible_people(
    lines: HistoryColumns, cycles: CycleColumns, target: Target, *, until: Column
) -> Column:
    """For sales the lead's owner ``until`` then; for marketing whoever handed it off; nobody is 0.

    Where each owner has a clock, that clock's owner.
    """
    if target.owed_by is Side.MARKETING:
        handoffs = np.flatnonzero(lines.of_kinds(HANDOFF_KINDS))
        return _people_at(lines.people, lines.last_of(handoffs, cycles.leads, cycles.started_at))
    if target.per_owner:
        return _people_at(lines.owners, _events_giving_owner(lines, cycles))
    owned = np.flatnonzero(lines.owners)
    return _people_at(lines.owners, lines.last_of(owned, cycles.leads, until))


def _events_giving_owner(lines: HistoryColumns, cycles: CycleColumns) -> Column:
    """The line that gave each round its owner: the last by its begin; where nobody owned the lead
    then, the first within it.
    """
    told = EffectIndex(lines, Effect.CHANGE_OWNER, lines.owners != 0)
    owned = EffectIndex(lines, Effect.CHANGE_OWNER, lines.owners > 0)
    before = told.last(cycles.start_keys + 1, lines.begins[cycles.leads])
    ends = np.minimum(cycles.end_keys, lines.ends[cycles.leads])
    within = owned.next(cycles.start_keys, ends)
    had_owner = (before >= 0) & (lines.owners[lines.line_of(np.maximum(before, 0))] > 0)
    key = np.where(had_owner, before, within)
    return np.where(key == NEVER, -1, lines.line_of(key))


def _people_at(people: Column, places: Column) -> Column:
    picked: Column = np.append(people, 0)[places]
    return np.where(picked == RELEASED, 0, picked)
