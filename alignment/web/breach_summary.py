"""One breach as every page shows it: its state and cause, its excuse, and the actions this person
may take.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import OTHER_SIDE, Right, Side
from alignment.edge import allowed, session, user
from alignment.leads.models import Lead
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.breaches.queries import BreachOnBoard
from alignment.sla.clock.withdrawal import withdrawal_reason
from alignment.sla.models import Cause, Excuse, ExcuseState
from alignment.sla.notices import queries as notices_queries
from alignment.sla.quotas.queries import QuotaBreach
from alignment.sla.quotas.tracking import quota_of, span_of
from alignment.sla.timers.inspection import promise_names
from alignment.sla.versions import queries as versions_queries

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
class BreachActions:
    """What this person can do about it; a button stands only where it applies."""

    say_why: bool
    excuse: bool
    ask: bool
    answer: bool
    take_back: bool


@dataclass(frozen=True, kw_only=True)
class BreachSummary:
    """One missed promise in words."""

    id: int
    href: str
    """The lead's page, or that of the agreement where it was promised over a period."""
    title: str
    promise: str
    owner: str
    side: Side
    chip: str
    due_at: datetime
    resolved_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_words: str
    is_shadow: bool
    is_excused: bool
    cause: Cause | None
    cause_words: str
    excuse: Excuse | None
    asked_by: str
    answered_by: str
    acts: BreachActions

    @property
    def other(self) -> Side:
        """Who can excuse it."""
        return OTHER_SIDE[self.side]


@dataclass(frozen=True, kw_only=True)
class MissedPart:
    """How many were missed, and the latest of them."""

    count: int
    latest: Sequence[BreachSummary]


def breach_summaries(breaches: Sequence[BreachOnBoard]) -> list[BreachSummary]:
    """All of them with a handful of queries, however many they are."""
    if not breaches:
        return []
    promises, sides = promise_names(session(), user().workspace_id), _own_sides()
    people = {person.id: person.name for person in accounts.people_of(session(), user())}
    leads = {row.lead.id for row in breaches if row.breach.withdrawn_at is not None}
    survivors = notices_queries.surviving_lead_names(session(), user().workspace_id, leads)
    return [
        _line(row, promises, people, sides.get(row.agreement_id, set()), survivors)
        for row in breaches
    ]


def quota_summaries(breaches: Sequence[QuotaBreach]) -> list[BreachSummary]:
    """The same of promises over a period; their owner is the whole team."""
    if not breaches:
        return []
    sides = _own_sides()
    people = {person.id: person.name for person in accounts.people_of(session(), user())}
    teams = {team.id: team.name for team in accounts.teams_of(session(), user().workspace_id)}
    return [
        _summary(
            row,
            people,
            sides.get(row.agreement_id, set()),
            href=url_for("agreements.show", agreement_id=row.agreement_id),
            title=row.agreement.name,
            promise=f"{quota_of(row.period, row.version).name}, {span_of(row.period).words}",
            owner=teams[row.agreement.team_ids[row.breach.owed_by]],
            withdrawn_words="",
        )
        for row in breaches
    ]


def summary_of(row: BreachOnBoard | QuotaBreach) -> BreachSummary:
    (line,) = quota_summaries([row]) if isinstance(row, QuotaBreach) else breach_summaries([row])
    return line


def summaries_by_timer(lead: Lead) -> dict[int, list[BreachSummary]]:
    """What was missed for one lead, withdrawn ones too, by the clock it was missed on."""
    breaches = breaches_queries.breaches_of_lead(session(), lead)
    lines = breach_summaries(breaches)
    by_timer: dict[int, list[BreachSummary]] = {}
    for row, line in zip(breaches, lines, strict=True):
        by_timer.setdefault(row.timer.id, []).append(line)
    return by_timer


def partial_context(line: BreachSummary, **typed: Any) -> dict[str, Any]:
    """What the partial of one missed promise reads; with ``typed`` a form asks again."""
    return {"missed": line, "causes": CAUSES_IN_FULL.items()} | (
        typed or {"asked": "", "values": {}, "errors": {}}
    )


def _own_sides() -> dict[int, set[Side]]:
    """On which sides of each agreement this person sits."""
    mine = versions_queries.own_team_ids(session(), user().workspace_id, user().id)
    agreements = versions_queries.agreements_by_id(session(), user().workspace_id)
    return {
        number: {side for side, team_id in agreement.team_ids.items() if team_id in mine}
        for number, agreement in agreements.items()
    }


def _line(
    row: BreachOnBoard,
    promises: Mapping[tuple[int, str], str],
    people: Mapping[int, str],
    sides: Iterable[Side],
    survivors: Mapping[int, str],
) -> BreachSummary:
    timer = row.timer
    return _summary(
        row,
        people,
        sides,
        href=url_for("leads.show", lead_id=row.lead.id),
        title=row.lead.company or row.lead.name,
        promise=promises[timer.version_id, timer.target_key],
        owner=row.owner.name if row.owner else "",
        withdrawn_words=withdrawal_reason(timer.state, merged_into=survivors.get(row.lead.id, "")),
    )


def _summary(
    row: BreachOnBoard | QuotaBreach,
    people: Mapping[int, str],
    sides: Iterable[Side],
    *,
    href: str,
    title: str,
    promise: str,
    owner: str,
    withdrawn_words: str,
) -> BreachSummary:
    breach, excuse = row.breach, row.excuse
    return BreachSummary(
        id=breach.id,
        href=href,
        title=title,
        promise=promise,
        owner=owner,
        side=breach.owed_by,
        chip=_chip(row),
        due_at=breach.due_at,
        resolved_at=breach.resolved_at,
        withdrawn_at=breach.withdrawn_at,
        withdrawn_words=withdrawn_words,
        is_shadow=breach.is_shadow,
        is_excused=breach.is_excused,
        cause=breach.cause,
        cause_words=_cause_words(row, people),
        excuse=excuse,
        asked_by=people.get(excuse.asked_by_id, "") if excuse else "",
        answered_by=people.get(excuse.answered_by_id or 0, "") if excuse else "",
        acts=_acts(row, set(sides)),
    )


def _chip(row: BreachOnBoard | QuotaBreach) -> str:
    if row.breach.withdrawn_at is not None:
        return "withdrawn"
    if row.breach.is_excused:
        return "excused"
    return "missed" if row.breach.resolved_at is None else "kept_late"


def _cause_words(row: BreachOnBoard | QuotaBreach, people: Mapping[int, str]) -> str:
    """ "Person, says Sam", or "System, suggested"; nothing where nobody has said why."""
    if row.breach.cause is None:
        return ""
    by = people.get(row.breach.cause_by_id or 0)
    return f"{CAUSES[row.breach.cause]}, {f'says {by}' if by else 'suggested'}"


def _acts(row: BreachOnBoard | QuotaBreach, sides: set[Side]) -> BreachActions:
    breach, excuse = row.breach, row.excuse
    may = allowed(Right.EXCUSE) and breach.withdrawn_at is None and not breach.is_shadow
    state = excuse.state if excuse else None
    is_asked, is_granted = state is ExcuseState.ASKED, state is ExcuseState.GRANTED
    is_open = may and not (is_asked or breach.is_excused)
    owes, is_other = breach.owed_by in sides, OTHER_SIDE[breach.owed_by] in sides
    is_asker = excuse is not None and excuse.asked_by_id == user().id
    return BreachActions(
        say_why=may and bool(sides),
        excuse=is_open and is_other and not owes,
        ask=is_open and owes,
        answer=may and is_asked and is_other and not is_asker,
        take_back=may and ((is_asked and owes) or (is_granted and bool(sides))),
    )
