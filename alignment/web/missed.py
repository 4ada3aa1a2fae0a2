"""A missed promise as every page shows it: what became of it, why, and what this person can do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alignment.accounts import queries as accounts
from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, session, user
from alignment.leads.models import Lead
from alignment.sla import queries
from alignment.sla.excuses import OTHER
from alignment.sla.inspection import promise_names
from alignment.sla.models import Cause, Excuse, ExcuseState
from alignment.sla.queries import BreachOnBoard
from alignment.sla.taken_back import why

CAUSES = {
    Cause.SYSTEM: "System",
    Cause.PERSON: "Person",
    Cause.DEFINITION: "Definition",
}
CAUSES_IN_FULL = {
    Cause.SYSTEM: "System: nobody could have kept it, such as a lead without an owner or an outage",
    Cause.PERSON: "Person: somebody did not get to it",
    Cause.DEFINITION: "Definition: the promise did not fit, such as wrong hours or a short time",
}


@dataclass(frozen=True, kw_only=True)
class Acts:
    """What this person can do about it; a button stands only where it applies."""

    say_why: bool
    excuse: bool
    ask: bool
    answer: bool
    take_back: bool


@dataclass(frozen=True, kw_only=True)
class Missed:
    """One missed promise in words."""

    id: int
    lead_id: int
    title: str
    promise: str
    owner: str
    side: Side
    chip: str
    due_at: datetime
    done_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_words: str
    is_shadow: bool
    is_excused: bool
    cause: Cause | None
    cause_words: str
    excuse: Excuse | None
    asked_by: str
    answered_by: str
    acts: Acts

    @property
    def other(self) -> Side:
        """Who can excuse it."""
        return OTHER[self.side]


def missed_lines(found: Sequence[BreachOnBoard]) -> list[Missed]:
    """All of them with a handful of queries, however many they are."""
    if not found:
        return []
    promises, sides = promise_names(session(), user().workspace_id), _own_sides()
    people = {person.id: person.name for person in accounts.people_of(session(), user())}
    leads = {each.lead.id for each in found if each.breach.withdrawn_at is not None}
    survivors = queries.survivors(session(), user().workspace_id, leads)
    return [
        _line(each, promises, people, sides.get(each.agreement_id, set()), survivors)
        for each in found
    ]


def missed_by_timer(lead: Lead) -> dict[int, list[Missed]]:
    """What was missed for one lead, withdrawn ones too, by the clock it was missed on."""
    found = queries.missed_of_lead(session(), lead)
    lines = missed_lines(found)
    by_timer: dict[int, list[Missed]] = {}
    for each, line in zip(found, lines, strict=True):
        by_timer.setdefault(each.timer.id, []).append(line)
    return by_timer


def part_words(line: Missed, **typed: Any) -> dict[str, Any]:
    """What the partial of one missed promise reads; with ``typed`` a form asks again."""
    return {"missed": line, "causes": CAUSES_IN_FULL.items()} | (
        typed or {"asked": "", "values": {}, "errors": {}}
    )


def _own_sides() -> dict[int, set[Side]]:
    """On which sides of each agreement this person sits."""
    mine = queries.own_team_ids(session(), user().workspace_id, user().id)
    agreements = queries.agreements_by_id(session(), user().workspace_id)
    return {
        number: {side for side, team_id in one.team_ids.items() if team_id in mine}
        for number, one in agreements.items()
    }


def _line(
    each: BreachOnBoard,
    promises: Mapping[tuple[int, str], str],
    people: Mapping[int, str],
    sides: Iterable[Side],
    survivors: Mapping[int, str],
) -> Missed:
    breach, timer, excuse = each.breach, each.timer, each.excuse
    return Missed(
        id=breach.id,
        lead_id=each.lead.id,
        title=each.lead.company or each.lead.name,
        promise=promises[timer.version_id, timer.target_key],
        owner=each.owner.name if each.owner else "",
        side=breach.owed_by,
        chip=_chip(each),
        due_at=breach.due_at,
        done_at=breach.resolved_at,
        withdrawn_at=breach.withdrawn_at,
        withdrawn_words=why(timer.state, merged_into=survivors.get(each.lead.id, "")),
        is_shadow=breach.is_shadow,
        is_excused=breach.is_excused,
        cause=breach.cause,
        cause_words=_cause_words(each, people),
        excuse=excuse,
        asked_by=people.get(excuse.asked_by_id, "") if excuse else "",
        answered_by=people.get(excuse.answered_by_id or 0, "") if excuse else "",
        acts=_acts(each, set(sides)),
    )


def _chip(each: BreachOnBoard) -> str:
    if each.breach.withdrawn_at is not None:
        return "withdrawn"
    if each.breach.is_excused:
        return "excused"
    return "missed" if each.breach.resolved_at is None else "kept_late"


def _cause_words(each: BreachOnBoard, people: Mapping[int, str]) -> str:
    """ "Person, says Sam", or "System, suggested"; nothing where nobody has said why."""
    if each.breach.cause is None:
        return ""
    by = people.get(each.breach.cause_by_id or 0)
    return f"{CAUSES[each.breach.cause]}, {f'says {by}' if by else 'suggested'}"


def _acts(each: BreachOnBoard, sides: set[Side]) -> Acts:
    breach, excuse = each.breach, each.excuse
    may = allowed(Right.EXCUSE) and breach.withdrawn_at is None and not breach.is_shadow
    state = excuse.state if excuse else None
    is_asked, is_granted = state is ExcuseState.ASKED, state is ExcuseState.GRANTED
    is_open = may and not (is_asked or breach.is_excused)
    owes, is_other = breach.owed_by in sides, OTHER[breach.owed_by] in sides
    is_asker = excuse is not None and excuse.asked_by_id == user().id
    return Acts(
        say_why=may and bool(sides),
        excuse=is_open and is_other and not owes,
        ask=is_open and owes,
        answer=may and is_asked and is_other and not is_asker,
        take_back=may and ((is_asked and owes) or (is_granted and bool(sides))),
    )
