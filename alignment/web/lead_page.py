"""What the page of a lead shows: its clocks, its history, and the acts at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alignment.accounts import absences
from alignment.accounts import queries as accounts
from alignment.accounts.models import User
from alignment.accounts.roles import Right, Side, holding
from alignment.edge import allowed, now, session, user
from alignment.leads import queries
from alignment.leads.disposition import OPEN
from alignment.leads.handoff import WITH_MARKETING
from alignment.leads.happenings import Happening, at_most
from alignment.leads.history import UNDO_WITHIN
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.sla.dating_back import days_back
from alignment.sla.inspection import clocks_of
from alignment.sla.telling import ladders_of
from alignment.web.lead_more import more_words
from alignment.web.lead_words import (
    OUTCOMES,
    REASONS,
    TOUCHES,
    changes_words,
    reason_words,
    said,
    side_of,
)
from alignment.web.missed import CAUSES_IN_FULL, missed_by_timer

NOT_TAKEN_BACK = frozenset({Happening.ARRIVED, Happening.REPRIORITISED})
WITH_SALES = OPEN | {Stage.HANDED_OFF}


@dataclass(frozen=True, kw_only=True)
class Acts:
    """What this person can do about this lead now; a button stands only where it applies."""

    accept: bool
    give_back: bool
    call: bool
    write: bool
    touch: bool
    decide: bool
    assign: bool
    answer: bool
    hand_off: bool
    change: bool


@dataclass(frozen=True, kw_only=True)
class Said:
    """One line of the history in words."""

    line: LeadEvent
    words: str
    side: str
    reason: str
    changes: str
    """What promises depend on and is another now, where that is what happened."""
    may_undo: bool

    @property
    def idle(self) -> str:
        """Why it counts for nothing, where it does not."""
        is_taken_back = self.line.key.startswith("undone:")
        return "taken back" if is_taken_back else "does not count since two records were merged"


def acts_for(lead: Lead) -> Acts:
    works, hands_off = allowed(Right.WORK), allowed(Right.HAND_OFF)
    is_with_sales = works and lead.stage in WITH_SALES
    return Acts(
        accept=works and lead.stage is Stage.HANDED_OFF,
        give_back=works and lead.stage in (Stage.HANDED_OFF, Stage.ACCEPTED),
        call=is_with_sales and not lead.do_not_call,
        write=is_with_sales and not lead.do_not_mail,
        touch=is_with_sales,
        decide=works and lead.stage in OPEN,
        assign=is_with_sales,
        answer=hands_off and lead.stage is Stage.RETURNED,
        hand_off=hands_off and lead.stage in WITH_MARKETING,
        change=hands_off,
    )


def page_words(lead: Lead) -> dict[str, Any]:
    """What the partial of the whole lead reads."""
    people, everybody = names(), owners_to_choose()
    clocks = clocks_of(session(), lead, now=now())
    return {
        "lead": lead,
        "source": source_names().get(lead.source_id or 0, ""),
        "owner": people.get(lead.owner_id or 0, ""),
        "clocks": [(clock, clock.why(user().zone, people=people)) for clock in clocks],
        "ladders": ladders_of(session(), lead.workspace_id, clocks, people=people),
        "missed_by_timer": missed_by_timer(lead),
        "causes": CAUSES_IN_FULL.items(),
        "story": [
            in_words(line, people, currency=lead.currency)
            for line in queries.whole_history_of(session(), lead)
        ],
        **more_words(lead, clocks, people),
        "acts": acts_for(lead),
        "reasons": REASONS.items(),
        "outcomes": OUTCOMES.items(),
        "touches": TOUCHES.items(),
        "days_back": at_most(days_back(clocks)),
        "owners": [each for each in everybody if each[0] != lead.owner_id],
        "everybody": everybody,
        "values": {},
        "errors": {},
        "asked": "",
    }


def owners_to_choose() -> list[tuple[int, str]]:
    """Who can own a lead; who is away is marked."""
    away = absences.away_now_ids(session(), user().workspace_id, now=now())
    return [(x.id, f"{x.name} (away today)" if x.id in away else x.name) for x in people_of_sales()]


def in_words(line: LeadEvent, people: Mapping[int, str], *, currency: str = "EUR") -> Said:
    is_change = line.kind is Happening.REPRIORITISED
    return Said(
        line=line,
        words=said(line, people, reader_id=user().id),
        side=side_of(line.kind),
        reason=reason_words(line.reason),
        changes=changes_words(line.facts, currency) if is_change else "",
        may_undo=_may_undo(line),
    )


def names() -> dict[int, str]:
    """Everybody of the workspace, those who left too, by number."""
    return {person.id: person.name for person in accounts.people_of(session(), user())}


def source_names() -> dict[int, str]:
    return {x.id: x.name for x in queries.sources(session(), user().workspace_id)}


def people_of_sales() -> list[User]:
    """Who can own a lead: the active people of the sales teams who do more than read."""
    teams = accounts.teams_of(session(), user().workspace_id)
    found = [
        person
        for team in teams
        if team.side is Side.SALES
        for person in accounts.members_of(session(), team)
        if person.role in holding(Right.WORK)
    ]
    return list({person.id: person for person in found}.values())


def _may_undo(line: LeadEvent) -> bool:
    """A lead that arrived stays known; what was said about it can be taken back for a while."""
    is_own = line.by_id == user().id and line.kind not in NOT_TAKEN_BACK
    return is_own and line.undone_at is None and now() - line.recorded_at <= UNDO_WITHIN
