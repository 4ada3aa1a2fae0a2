"""PURE. The histories of many leads as columns: ``clock.history``, vectorised.

Instants are UTC seconds since 1970. Leads, kinds and people are numbers; nobody is 0. A line whose
owner is 0 tells none; RELEASED says that nobody owns the lead from there on."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alignment.leads.event_kinds import EventKind
from alignment.sla.clock.history import LIFE_ORDER, Effect
from alignment.sla.replay.columns.known_facts import KnownFacts

Column = NDArray[np.int64]
Flags = NDArray[np.bool_]
Facts = Mapping[str, object]

NEVER = np.iinfo(np.int64).max
RELEASED = -1
EFFECTS = Effect.START + 1
"""Starts, cancels and proofs share one turn, as in ``sla.clock.history``."""


class HistoryColumns:
    """Every line up to ``until`` once, by lead, instant and kind; a line is known by its place.

    ``documents`` are what the lines' ``facts`` number, the first of them saying nothing; ``told``
    counts up as lines are written down.
    """

    def __init__(
        self,
        *,
        leads: Column,
        kinds: Column,
        at: Column,
        owners: Column,
        people: Column,
        until: int,
        sequence: Column | None = None,
        facts: Column | None = None,
        documents: Sequence[Facts] = ({},),
    ) -> None:
        order = _order(leads, at, kinds)
        order = order[at[order] <= until]
        self.until = until
        self.documents = documents
        self.at, self.kinds = at[order], kinds[order]
        self.people = people[order]
        self.facts = np.zeros(len(order), np.int64) if facts is None else facts[order]
        begins = _changes(leads[order])
        self.lead_ids: Column = leads[order][begins]
        self.leads: Column = np.cumsum(begins) - 1
        """The place of each line's lead among ``lead_ids``."""
        self.firsts = np.flatnonzero(begins)
        """Where each lead's history begins."""
        placed = np.zeros(len(order), np.int64) if sequence is None else sequence[order]
        self.owners = _last_owners(owners[order], self._instants, placed)

    def __len__(self) -> int:
        return len(self.at)

    def of_kinds(self, kinds: Iterable[EventKind]) -> Flags:
        """Which lines are of one of these kinds."""
        wanted = np.zeros(len(LIFE_ORDER), np.bool_)
        wanted[[LIFE_ORDER[kind] for kind in kinds]] = True
        return wanted[self.kinds]

    def keys(self, lines: Column, part: int) -> Column:
        """When lines play this part: smaller is earlier in a lead's life, and leads are apart."""
        turn = min(part, Effect.START)
        return (self._instants[lines] * EFFECTS + turn) * len(self) + lines

    def line_of(self, keys: Column) -> Column:
        return keys % max(len(self), 1)

    def instant_of(self, keys: Column) -> Column:
        """The key at which the instant of a key begins."""
        whole = EFFECTS * max(len(self), 1)
        return keys // whole * whole

    @cached_property
    def begins(self) -> Column:
        """The key before which nothing of each lead lies."""
        return self.keys(self.firsts, Effect.STOP) - self.firsts

    @cached_property
    def ends(self) -> Column:
        """The key before which everything of each lead lies."""
        return np.append(self.begins[1:], NEVER)

    def moments(self, leads: Column, at: Column) -> Column:
        """One number for a lead and an instant, in the order of the lines."""
        return leads * (self.until - self.earliest + 2) + (at - self.earliest)

    def last_of(self, places: Column, leads: Column, at: Column) -> Column:
        """Of some lines in order, each lead's last up to an instant; -1 where it has none."""
        known = self.moments(self.leads[places], self.at[places])
        positions = np.append(places, -1)[
            np.searchsorted(known, self.moments(leads, at), "right") - 1
        ]
        is_of_lead = np.append(self.leads, -1)[positions] == leads
        return np.where(is_of_lead, positions, -1)

    @cached_property
    def known(self) -> KnownFacts:
        """The facts of each lead after each line."""
        return KnownFacts(self.leads, self.facts, self.documents)

    @cached_property
    def have_ambiguous_order(self) -> Flags:
        """Of which leads two lines share kind and instant: their order is a matter of names."""
        return self.of_leads(~_changes(self._instants) & ~_changes(self.kinds))

    def of_leads(self, lines: Flags) -> Flags:
        """Of each lead, whether any of these lines is its."""
        flags = np.zeros(len(self.lead_ids), np.bool_)
        flags[self.leads[lines]] = True
        return flags

    @cached_property
    def _instants(self) -> Column:
        return np.cumsum(_changes(self.leads) | _changes(self.at)) - 1

    @cached_property
    def earliest(self) -> int:
        return int(self.at.min(initial=self.until))


def _order(leads: Column, at: Column, kinds: Column) -> Column:
    return np.lexsort((kinds, at, leads))


def _last_owners(owners: Column, instants: Column, sequence: Column) -> Column:
    """The same, where every line of one instant gives the lead to the owner told last."""
    owned = np.flatnonzero(owners)
    if _changes(instants[owned]).all():
        return owners
    in_turn = owned[np.lexsort((sequence[owned], instants[owned]))]
    last = in_turn[np.append(_changes(instants[in_turn])[1:], True)]
    settled = owners.copy()
    settled[owned] = owners[last[np.searchsorted(instants[last], instants[owned])]]
    return settled


def _changes(values: Column) -> Flags:
    """Where a value differs from the one before; the first always does."""
    changed = np.ones(len(values), np.bool_)
    changed[1:] = values[1:] != values[:-1]
    return changed
