"""How the two teams say what happens to a lead."""

from collections.abc import Mapping
from typing import Any

from alignment.leads.disposition import Outcome
from alignment.leads.handoff import Answer, ReturnReason
from alignment.leads.happenings import DATED_BACK, HANDOFFS, Happening
from alignment.leads.models import LeadEvent, Stage
from alignment.leads.reopening import ReopenReason
from alignment.web.filters import money

REASONS = {
    ReturnReason.INACCURATE_DATA: "Data is wrong or missing",
    ReturnReason.NO_NEED: "No need",
    ReturnReason.NO_BUDGET: "No budget",
    ReturnReason.NO_FIT: "No fit",
    ReturnReason.BAD_TIMING: "Bad timing",
    ReturnReason.ALREADY_A_CUSTOMER: "Already a customer",
    ReturnReason.DUPLICATE: "Duplicate of another lead",
    ReturnReason.WRONG_TERRITORY: "Wrong territory",
    ReturnReason.SPAM: "Spam",
}
REOPEN_REASONS = {
    ReopenReason.CAME_BACK: "They came back",
    ReopenReason.REACHED_AFTER_ALL: "Reached after all",
    ReopenReason.PLANS_CHANGED: "Their plans changed",
    ReopenReason.CLOSED_BY_MISTAKE: "Closed by mistake",
}
OUTCOMES = {
    Outcome.QUALIFIED: "Qualified: a real need",
    Outcome.OPPORTUNITY_OPENED: "Opportunity opened",
    Outcome.UNREACHABLE: "Could not be reached",
    Outcome.WON: "Won",
    Outcome.LOST: "Lost",
}
ANSWERS = {
    Answer.FIXED: "Put right, back to sales",
    Answer.RECYCLED: "Take back",
    Answer.WITHDRAWN: "Withdraw",
}
TOUCHES = {Happening.CALLED: "Called", Happening.WROTE: "Wrote", Happening.MET: "Met"}

FACTS = frozenset({"source", "score", "region", "product"})

OF_MARKETING = frozenset(
    {
        Happening.ARRIVED,
        Happening.HANDED_OFF,
        Happening.FIXED,
        Happening.RECYCLED,
        Happening.WITHDRAWN,
    }
)
OF_NEITHER = frozenset(
    {
        Happening.MAILED_AUTOMATICALLY,
        Happening.PAUSED,
        Happening.RESUMED,
        Happening.REPRIORITISED,
        Happening.MERGED,
        Happening.COMMENTED,
    }
)

DID = {
    Happening.ARRIVED: "added it",
    Happening.ASSIGNED: "gave it",
    Happening.HANDED_OFF: "handed it off",
    Happening.ACCEPTED: "accepted it",
    Happening.RETURNED: "returned it",
    Happening.FIXED: "put it right and handed it off again",
    Happening.RECYCLED: "took it back",
    Happening.WITHDRAWN: "withdrew it",
    Happening.CALLED: "called",
    Happening.WROTE: "wrote",
    Happening.MET: "met them",
    Happening.MAILED_AUTOMATICALLY: "sent automatic mail",
    Happening.QUALIFIED: "qualified it",
    Happening.OPPORTUNITY_OPENED: "opened an opportunity",
    Happening.UNREACHABLE: "could not reach them",
    Happening.WON: "won the deal",
    Happening.LOST: "closed it as lost",
    Happening.PAUSED: "paused it",
    Happening.RESUMED: "resumed it",
    Happening.REPRIORITISED: "changed what promises depend on",
    Happening.MERGED: "merged it into another lead",
    Happening.REOPENED: "opened it again",
    Happening.COMMENTED: "wrote a comment",
}
"""After a person's name."""


def side_of(kind: Happening) -> str:
    """On which side of the line it stands: marketing left, sales right, neither across."""
    if kind in OF_NEITHER:
        return ""
    return "marketing" if kind in OF_MARKETING else "sales"


def said(line: LeadEvent, people: Mapping[int, str], *, reader_id: int) -> str:
    """ "Mona handed it off to Sam", "You called", or "Handed off" where nobody is named."""
    to = _owner(line, people, reader_id)
    if line.by_id is None:
        return f"{line.kind.replace('_', ' ').capitalize()}{to}"
    return f"{_name(line.by_id, people, reader_id)} {DID[line.kind]}{to}"


def changes_words(facts: Mapping[str, Any] | None, currency: str) -> str:
    """What promises depend on and changed, as it was then: "Score 80, source Webinar"."""
    told = []
    for name, value in (facts or {}).items():
        if name == "known":
            told.append(f"known: {', '.join(value) or 'nothing'}")
        elif name == "amount":
            told.append(f"amount {money(value, currency)}")
        elif name in FACTS:
            told.append(f"{name} {'none' if value in (None, '') else value}")
    words = ", ".join(told)
    return words[:1].upper() + words[1:]


def reason_words(reason: str) -> str:
    """A reason of ours in full words; one that came with a file as it is."""
    known = {each.value: words for each, words in (REASONS | REOPEN_REASONS).items()}
    known[DATED_BACK] = "Dated back"
    return known.get(reason, reason.replace("_", " "))


def stage_choices() -> list[tuple[str, str]]:
    return [(stage.value, stage.replace("_", " ").capitalize()) for stage in Stage]


def _owner(line: LeadEvent, people: Mapping[int, str], reader_id: int) -> str:
    if line.owner_id is None or line.kind not in HANDOFFS | {Happening.ASSIGNED}:
        return ""
    name = _name(line.owner_id, people, reader_id)
    return f" to {'you' if name == 'You' else name}"


def _name(person_id: int, people: Mapping[int, str], reader_id: int) -> str:
    return "You" if person_id == reader_id else people.get(person_id, "Somebody")
