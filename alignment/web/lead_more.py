"""What a lead's page offers beside the acts at hand: pausing, opening again, merging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alignment.accounts.roles import Right
from alignment.edge import allowed, now, session, user
from alignment.leads import merging, queries
from alignment.leads.models import Lead
from alignment.leads.reopening import CLOSED
from alignment.sla import pauses
from alignment.sla.inspection import Inspected
from alignment.sla.phrases import duration
from alignment.sla.reasons import Because
from alignment.web.lead_words import REOPEN_REASONS


@dataclass(frozen=True, kw_only=True)
class Paused:
    """What the page says of a lead that waits."""

    by: str
    reason: str
    at: datetime
    promises: Sequence[str]
    """Each promise that stands still, and how much of its limit is left."""


@dataclass(frozen=True, kw_only=True)
class Merged:
    """A record that turned out to be this lead."""

    lead: Lead
    by: str
    at: datetime
    may_undo: bool


def may_tend() -> bool:
    """Pausing, opening again and merging are for people of either team."""
    return allowed(Right.WORK) or allowed(Right.HAND_OFF)


def more_words(
    lead: Lead, clocks: Sequence[Inspected], people: Mapping[int, str]
) -> dict[str, Any]:
    """What the partial of further acts reads."""
    offered = pauses.offers(clocks, by=user()) if may_tend() else []
    line = queries.pause_of(session(), lead)
    return {
        "may_pause": bool(offered) and line is None,
        "may_resume": line is not None and may_tend() and lead.stage not in CLOSED,
        "may_reopen": lead.stage in CLOSED and may_tend(),
        "may_merge": may_tend(),
        "pause_reasons": _reasons(offered),
        "pausable": [_pausable(offer) for offer in offered],
        "paused": _paused(clocks, people) if line else None,
        "reopen_reasons": REOPEN_REASONS.items(),
        "merged": [_merged(news, people) for news in queries.merged_into(session(), lead)],
        "moved_to": {clock.timer.id: _moved_to(clock) for clock in clocks},
    }


def _reasons(offered: Sequence[pauses.Offer]) -> list[tuple[str, str]]:
    """The reasons to choose from; none where one of the promises takes any."""
    if any(not offer.reasons for offer in offered):
        return []
    named = sorted({reason for offer in offered for reason in offer.reasons})
    return [(reason, reason.replace("_", " ").capitalize()) for reason in named]


def _pausable(offer: pauses.Offer) -> str:
    return f"{offer.clock.target.name}: {_left(offer.left)}"


def _left(left: timedelta | None) -> str:
    return "without limit" if left is None else f"{duration(left)} of open time left"


def _paused(clocks: Sequence[Inspected], people: Mapping[int, str]) -> Paused | None:
    still = pauses.standing(clocks)
    if not still:
        return None
    pause = still[0].pause
    return Paused(
        by=people.get(pause.by_id or 0, ""),
        reason=pause.reason.replace("_", " "),
        at=pause.at,
        promises=[f"{each.clock.target.name}: {_left(each.left)}" for each in still],
    )


def _merged(news: queries.News, people: Mapping[int, str]) -> Merged:
    return Merged(
        lead=news.lead,
        by=people.get(news.line.by_id or 0, ""),
        at=news.line.at,
        may_undo=merging.may_undo(news.line, by=user(), now=now()),
    )


def _moved_to(clock: Inspected) -> str:
    """The segment that took the clock over, if one did."""
    moves = [x.note for x in clock.reading.reasons if x.why is Because.RETARGETED]
    return moves[-1] if moves else ""
