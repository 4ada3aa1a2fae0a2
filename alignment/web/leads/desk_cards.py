"""Leads as cards on My desk: open timers, the last action that can be undone, and the actions
available.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, now, session, user
from alignment.leads.event_kinds import EventKind
from alignment.leads.history import queries
from alignment.leads.history.recording import UNDO_WITHIN
from alignment.leads.models import Lead, Stage
from alignment.leads.rules import Verb
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Timer
from alignment.sla.notices.timeline import TimelineEntry, next_notification
from alignment.sla.timers import queries as promises
from alignment.sla.timers.inspection import InspectedTimer, inspect_timers
from alignment.web.leads.history_text import HistoryLine, history_line
from alignment.web.leads.labels import RETURN_REASONS
from alignment.web.leads.offered_verbs import offered_verbs
from alignment.web.name_lookup import people_names, source_names


@dataclass(frozen=True, kw_only=True)
class DeskCard:
    """One lead as a thing to do."""

    lead: Lead
    source: str
    clocks: Sequence[InspectedTimer]
    verbs: frozenset[Verb]
    done: HistoryLine | None
    """What this person did just now and may take back."""
    coming: Mapping[int, TimelineEntry | None]
    """Who hears next of each clock, unless it is done."""
    returned: HistoryLine | None
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
class DeskCounts:
    """How many clocks run for this person, and how many are past due."""

    running: int
    missed: int


def desk_cards(leads: Iterable[Lead]) -> list[DeskCard]:
    """One card a lead: what is due first on top, then what waits without a clock."""
    unique = {lead.id: lead for lead in leads}
    clocks, people, sources = _my_clocks(unique), people_names(), source_names()
    newest = queries.newest_events(session(), user().workspace_id, unique.keys())
    offered = offered_verbs(list(unique.values()))
    drawn = []
    for lead in unique.values():
        line = newest.get(lead.id)
        last = history_line(line, people) if line else None
        drawn.append(
            DeskCard(
                lead=lead,
                source=sources.get(lead.source_id or 0, ""),
                clocks=clocks[lead.id],
                coming={
                    clock.timer.id: next_notification(clock, people=people)
                    for clock in clocks[lead.id]
                },
                verbs=offered[lead.id],
                done=last if last and last.may_undo else None,
                returned=last if line and line.kind is EventKind.RETURNED else None,
            )
        )
    return sorted(drawn, key=_sort_key)


def card_context(lead: Lead) -> dict[str, Any]:
    """What the partial of one card reads."""
    return {
        "card": desk_cards([lead])[0],
        "reasons": RETURN_REASONS.items(),
        "values": {},
        "errors": {},
        "asked": "",
    }


def desk_counts() -> DeskCounts:
    states = [owed.timer.state for owed in promises.open_timers_owed_by(session(), user())]
    missed = states.count(TimerState.BREACHED)
    return DeskCounts(running=len(states) - missed, missed=missed)


def is_mine(timer: Timer) -> bool:
    """Whether this person is asked: as the owner, or for marketing when a lead came back."""
    return timer.owner_id == user().id or (
        timer.owed_by is Side.MARKETING and allowed(Right.HAND_OFF)
    )


def _my_clocks(leads: Mapping[int, Lead]) -> Mapping[int, list[InspectedTimer]]:
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
    by_lead: defaultdict[int, list[InspectedTimer]] = defaultdict(list)
    for clock in inspect_timers(session(), workspace_id, timers, now=now()):
        by_lead[clock.timer.lead_id].append(clock)
    return by_lead


def _sort_key(card: DeskCard) -> tuple[bool, bool, datetime, int]:
    is_over = card.due_at is None and card.done is not None
    since = card.lead.handed_off_at or card.lead.arrived_at
    return is_over, card.due_at is None, card.due_at or since, card.lead.id
