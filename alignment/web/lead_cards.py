"""A lead as a card on the desk: what is promised about it, what was done just now, what to do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, now, session, user
from alignment.leads import queries
from alignment.leads.happenings import Happening
from alignment.leads.history import UNDO_WITHIN
from alignment.leads.models import Lead, Stage
from alignment.sla import queries as promises
from alignment.sla.inspection import Inspected, inspect
from alignment.sla.models import Timer
from alignment.sla.stopwatch import State
from alignment.sla.telling import Line, coming
from alignment.web.lead_page import Acts, Said, acts_for, in_words, names, source_names
from alignment.web.lead_words import REASONS


@dataclass(frozen=True, kw_only=True)
class Card:
    """One lead as a thing to do."""

    lead: Lead
    source: str
    clocks: Sequence[Inspected]
    acts: Acts
    done: Said | None
    """What this person did just now and may take back."""
    coming: Mapping[int, Line | None]
    """Who hears next of each clock, unless it is done."""
    returned: Said | None
    """Why it came back, while marketing has not answered."""

    @property
    def due_at(self) -> datetime | None:
        """When the first of its open clocks is due."""
        open_ones = (clock.reading for clock in self.clocks if clock.reading.is_open)
        return min((reading.due_at for reading in open_ones), default=None)

    @property
    def side(self) -> Side:
        return Side.MARKETING if self.lead.stage is Stage.RETURNED else Side.SALES


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many clocks run for this person, and how many are past due."""

    running: int
    missed: int


def cards(leads: Iterable[Lead]) -> list[Card]:
    """One card a lead: what is due first on top, then what waits without a clock."""
    unique = {lead.id: lead for lead in leads}
    clocks, people, sources = _my_clocks(unique), names(), source_names()
    newest = queries.newest_lines(session(), user().workspace_id, unique.keys())
    found = []
    for lead in unique.values():
        line = newest.get(lead.id)
        last = in_words(line, people) if line else None
        found.append(
            Card(
                lead=lead,
                source=sources.get(lead.source_id or 0, ""),
                clocks=clocks[lead.id],
                coming={x.timer.id: coming(x, people=people) for x in clocks[lead.id]},
                acts=acts_for(lead),
                done=last if last and last.may_undo else None,
                returned=last if line and line.kind is Happening.RETURNED else None,
            )
        )
    return sorted(found, key=_turn)


def card_words(lead: Lead) -> dict[str, Any]:
    """What the partial of one card reads."""
    return {
        "card": cards([lead])[0],
        "reasons": REASONS.items(),
        "values": {},
        "errors": {},
        "asked": "",
    }


def desk_counts() -> Counts:
    states = [each.timer.state for each in promises.desk_of(session(), user())]
    missed = states.count(State.BREACHED)
    return Counts(running=len(states) - missed, missed=missed)


def is_mine(timer: Timer) -> bool:
    """Whether this person is asked: as the owner, or for marketing when a lead came back."""
    return timer.owner_id == user().id or (
        timer.owed_by is Side.MARKETING and allowed(Right.HAND_OFF)
    )


def _my_clocks(leads: Mapping[int, Lead]) -> Mapping[int, list[Inspected]]:
    """Open ones and those that stopped just now, by lead."""
    workspace_id, lately = user().workspace_id, now() - UNDO_WITHIN
    timers = [
        timer
        for timer in promises.timers_of_leads(session(), workspace_id, leads.keys())
        if not timer.is_shadow
        and is_mine(timer)
        and (timer.stopped_at is None or timer.stopped_at > lately)
    ]
    timers.sort(key=lambda timer: (timer.stopped_at is not None, timer.due_at, timer.id))
    by_lead: defaultdict[int, list[Inspected]] = defaultdict(list)
    for clock in inspect(session(), workspace_id, timers, now=now()):
        by_lead[clock.timer.lead_id].append(clock)
    return by_lead


def _turn(card: Card) -> tuple[bool, bool, datetime, int]:
    is_over = card.due_at is None and card.done is not None
    since = card.lead.handed_off_at or card.lead.arrived_at
    return is_over, card.due_at is None, card.due_at or since, card.lead.id
