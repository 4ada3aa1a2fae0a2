"""PURE. Who had to answer for each round, for whole columns of rounds."""

import numpy as np

from alignment.accounts.roles import Side
from alignment.leads.happenings import HANDOFFS
from alignment.sla.columns.lines import NEVER, Column, Lines
from alignment.sla.columns.moves import Moves
from alignment.sla.columns.rounds import Rounds
from alignment.sla.history import Part
from alignment.sla.targets import Target


def answerable(lines: Lines, found: Rounds, target: Target, *, until: Column) -> Column:
    """For sales the lead's owner ``until`` then; for marketing whoever handed it off; nobody is 0.

    Where each owner has a clock, that clock's owner.
    """
    if target.owed_by is Side.MARKETING:
        handoffs = np.flatnonzero(lines.of_kinds(HANDOFFS))
        return _picked(lines.people, lines.last_of(handoffs, found.leads, found.started_at))
    if target.per_owner:
        return _picked(lines.owners, _owned_at(lines, found))
    owned = np.flatnonzero(lines.owners)
    return _picked(lines.owners, lines.last_of(owned, found.leads, until))


def _owned_at(lines: Lines, found: Rounds) -> Column:
    """The line that gave each round its owner: the last by its begin, else the first within it."""
    owned = Moves(lines, Part.OWN, lines.owners > 0)
    before = owned.last(found.begun + 1, lines.begins[found.leads])
    ends = np.minimum(found.ended, lines.ends[found.leads])
    within = owned.next(found.begun, ends)
    key = np.where(before < 0, within, before)
    return np.where(key == NEVER, -1, lines.line_of(key))


def _picked(people: Column, places: Column) -> Column:
    picked: Column = np.append(people, 0)[places]
    return picked
