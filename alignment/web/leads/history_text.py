"""Every SELECT about leads. Workspace or person is the scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alignment.edge import now, user
from alignment.leads.event_kinds import BACKDATED, HANDOFF_KINDS, EventKind
from alignment.leads.fields import LEAD_FIELDS
from alignment.leads.history.recording import UNDO_WITHIN
from alignment.leads.models import LeadEvent
from alignment.web.filters import money
from alignment.web.leads.labels import REOPEN_REASONS, RETURN_REASONS

NOT_UNDOABLE = frozenset({EventKind.ARRIVED, EventKind.RELEASED, EventKind.REPRIORITISED})


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One line of the history in words."""

    event: LeadEvent
    words: str
    side: str
    reason: str
    changes: str
    """What promises depend on and is another now, where that is what happened."""
    may_undo: bool

    @property
    def why_not_counted(self) -> str:
        """Why it counts for nothing, where it does not."""
        if self.event.is_retracted:
            return "taken back"
        if self.event.undone_at is not None:
            return "does not count since two records were merged"
        if self.event.is_repeated:
            return "the same handoff told again: it counts once"
        return "stops no clock: not by the team that owes it" * self.event.is_by_outsider


def history_line(
    line: LeadEvent, people: Mapping[int, str], *, currency: str = "EUR"
) -> HistoryLine:
    is_change = line.kind is EventKind.REPRIORITISED
    return HistoryLine(
        event=line,
        words=history_sentence(line, people, reader_id=user().id),
        side=side_of_event(line.kind),
        reason=reason_text(line.reason),
        changes=changes_text(line.facts, currency) if is_change else "",
        may_undo=_may_undo(line),
    )


def _may_undo(line: LeadEvent) -> bool:
    """A lead that arrived stays known; what was said about it can be taken back for a while."""
    is_own = line.by_id == user().id and line.kind not in NOT_UNDOABLE
    return is_own and line.undone_at is None and now() - line.recorded_at <= UNDO_WITHIN


PRIORITY_FIELDS = frozenset(field.name for field in LEAD_FIELDS if field.decides_promises)

OF_MARKETING = frozenset(
    {
        EventKind.ARRIVED,
        EventKind.HANDED_OFF,
        EventKind.FIXED,
        EventKind.RECYCLED,
        EventKind.WITHDRAWN,
    }
)
OF_NEITHER = frozenset(
    {
        EventKind.MAILED_AUTOMATICALLY,
        EventKind.PAUSED,
        EventKind.RESUMED,
        EventKind.REPRIORITISED,
        EventKind.MERGED,
        EventKind.COMMENTED,
    }
)

VERBS = {
    EventKind.ARRIVED: "added it",
    EventKind.ASSIGNED: "gave it",
    EventKind.RELEASED: "put it into the team’s queue",
    EventKind.HANDED_OFF: "handed it off",
    EventKind.ACCEPTED: "accepted it",
    EventKind.RETURNED: "returned it",
    EventKind.FIXED: "put it right and handed it off again",
    EventKind.RECYCLED: "took it back",
    EventKind.WITHDRAWN: "withdrew it",
    EventKind.CALLED: "called",
    EventKind.WROTE: "wrote",
    EventKind.MET: "met them",
    EventKind.MAILED_AUTOMATICALLY: "sent automatic mail",
    EventKind.QUALIFIED: "qualified it",
    EventKind.OPPORTUNITY_OPENED: "opened an opportunity",
    EventKind.UNREACHABLE: "could not reach them",
    EventKind.WON: "won the deal",
    EventKind.LOST: "closed it as lost",
    EventKind.PAUSED: "paused it",
    EventKind.RESUMED: "resumed it",
    EventKind.REPRIORITISED: "changed what promises depend on",
    EventKind.MERGED: "merged it into another lead",
    EventKind.REOPENED: "opened it again",
    EventKind.COMMENTED: "wrote a comment",
}
"""After a person's name."""


def side_of_event(kind: EventKind) -> str:
    """On which side of the line it stands: marketing left, sales right, neither across."""
    if kind in OF_NEITHER:
        return ""
    return "marketing" if kind in OF_MARKETING else "sales"


def history_sentence(line: LeadEvent, people: Mapping[int, str], *, reader_id: int) -> str:
    """ "Mona handed it off to Sam", "You called", or "Handed off" where nobody is named."""
    to = _owner(line, people, reader_id)
    if line.by_id is None:
        return f"{line.kind.replace('_', ' ').capitalize()}{to}"
    return f"{_name(line.by_id, people, reader_id)} {VERBS[line.kind]}{to}"


def changes_text(facts: Mapping[str, Any] | None, currency: str) -> str:
    """What promises depend on and changed, as it was then: "Score 80, source Webinar"."""
    parts = []
    for name, value in (facts or {}).items():
        if name == "known":
            parts.append(f"known: {', '.join(value) or 'nothing'}")
        elif name == "amount":
            parts.append(f"amount {money(value, currency)}")
        elif name in PRIORITY_FIELDS:
            parts.append(f"{name} {'none' if value in (None, '') else value}")
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]


def reason_text(reason: str) -> str:
    """A reason of ours in full words; one that came with a file as it is."""
    known = {
        reason_kind.value: words for reason_kind, words in (RETURN_REASONS | REOPEN_REASONS).items()
    }
    known[BACKDATED] = "Dated back"
    return known.get(reason, reason.replace("_", " "))


def _owner(line: LeadEvent, people: Mapping[int, str], reader_id: int) -> str:
    if line.owner_id is None or line.kind not in HANDOFF_KINDS | {EventKind.ASSIGNED}:
        return ""
    name = _name(line.owner_id, people, reader_id)
    return f" to {'you' if name == 'You' else name}"


def _name(person_id: int, people: Mapping[int, str], reader_id: int) -> str:
    return "You" if person_id == reader_id else people.get(person_id, "Somebody")
