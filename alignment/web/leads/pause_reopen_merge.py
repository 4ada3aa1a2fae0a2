"""What a lead’s page offers to both teams: pausing its timers, reopening it, and merging
duplicates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alignment.edge import now, session, user
from alignment.leads.duplicates import merging
from alignment.leads.duplicates import queries as duplicates_queries
from alignment.leads.history import queries as history_queries
from alignment.leads.models import Lead
from alignment.leads.rules import CLOSED
from alignment.sla.clock.reasons import ReasonKind
from alignment.sla.promises.dates_and_durations import duration_in_words
from alignment.sla.timers import pause_offers
from alignment.sla.timers.inspection import InspectedTimer
from alignment.web.leads.labels import REOPEN_REASONS
from alignment.web.leads.offered_verbs import is_on_either_team


@dataclass(frozen=True, kw_only=True)
class PauseSummary:
    """What the page says of a lead that waits."""

    by: str
    reason: str
    at: datetime
    promises: Sequence[str]
    """Each promise that stands still, and how much of its limit is left."""


@dataclass(frozen=True, kw_only=True)
class MergedLead:
    """A record that turned out to be this lead."""

    lead: Lead
    by: str
    at: datetime
    may_undo: bool


def pause_reopen_merge_context(
    lead: Lead, clocks: Sequence[InspectedTimer], people: Mapping[int, str]
) -> dict[str, Any]:
    """What the partial of further acts reads."""
    offered = pause_offers.pause_offers(clocks, by=user()) if is_on_either_team() else []
    line = history_queries.pause_event_of(session(), lead)
    return {
        "may_pause": bool(offered) and line is None,
        "may_resume": line is not None and is_on_either_team() and lead.stage not in CLOSED,
        "may_reopen": lead.stage in CLOSED and is_on_either_team(),
        "may_merge": is_on_either_team(),
        "pause_reasons": _reasons(offered),
        "pausable": [_pausable(offer) for offer in offered],
        "paused": _paused(clocks, people) if line else None,
        "reopen_reasons": REOPEN_REASONS.items(),
        "merged": [
            _merged(news, people) for news in duplicates_queries.leads_merged_into(session(), lead)
        ],
        "moved_to": {clock.timer.id: _moved_to(clock) for clock in clocks},
    }


def _reasons(offered: Sequence[pause_offers.PauseOffer]) -> list[tuple[str, str]]:
    """The reasons to choose from; none where one of the promises takes any."""
    if any(not offer.reasons for offer in offered):
        return []
    named = sorted({reason for offer in offered for reason in offer.reasons})
    return [(reason, reason.replace("_", " ").capitalize()) for reason in named]


def _pausable(offer: pause_offers.PauseOffer) -> str:
    return f"{offer.timer.target.name}: {_left(offer.left)}"


def _left(left: timedelta | None) -> str:
    return "without limit" if left is None else f"{duration_in_words(left)} of open time left"


def _paused(clocks: Sequence[InspectedTimer], people: Mapping[int, str]) -> PauseSummary | None:
    still = pause_offers.paused_timers(clocks)
    if not still:
        return None
    pause = still[0].pause
    return PauseSummary(
        by=people.get(pause.by_id or 0, ""),
        reason=pause.reason.replace("_", " "),
        at=pause.at,
        promises=[f"{standing.timer.target.name}: {_left(standing.left)}" for standing in still],
    )


def _merged(news: history_queries.LeadWithEvent, people: Mapping[int, str]) -> MergedLead:
    return MergedLead(
        lead=news.lead,
        by=people.get(news.event.by_id or 0, ""),
        at=news.event.at,
        may_undo=merging.may_undo_merge(news.event, by=user(), now=now()),
    )


def _moved_to(clock: InspectedTimer) -> str:
    """The segment that took the clock over, if one did."""
    moves = [
        reason.note for reason in clock.reading.reasons if reason.kind is ReasonKind.RETARGETED
    ]
    return moves[-1] if moves else ""
