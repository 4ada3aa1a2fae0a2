"""The one table of what may be done about a lead: at which stages, with which right, by whom.

Page, mail, chat and reply all end in verbs that ask it, so that no two of them can differ.
"""

from dataclasses import dataclass
from enum import StrEnum

from alignment.accounts.roles import Right
from alignment.leads.models import Lead, Stage

WITH_MARKETING = frozenset({Stage.NEW, Stage.RECYCLED})
UNDECIDED = frozenset({Stage.HANDED_OFF, Stage.ACCEPTED})
OPEN = frozenset({Stage.ACCEPTED, Stage.QUALIFIED, Stage.OPPORTUNITY, Stage.UNREACHABLE})
WITH_SALES = OPEN | {Stage.HANDED_OFF}
CLOSED = frozenset({Stage.WON, Stage.LOST, Stage.UNREACHABLE, Stage.WITHDRAWN, Stage.RECYCLED})
ONCE_WITH_SALES = frozenset(Stage) - WITH_MARKETING - {Stage.WITHDRAWN, Stage.MERGED}


class Verb(StrEnum):
    """What a person can do about a lead."""

    HAND_OFF = "hand_off"
    ACCEPT = "accept"
    RETURN = "return"
    CALL = "call"
    WRITE = "write"
    TOUCH = "touch"
    """Write down how and when somebody reached out; a call and a mail are touches too."""
    DECIDE = "decide"
    TAKE_OVER = "take_over"
    GIVE = "give"
    """Make somebody else its owner."""
    ANSWER = "answer"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Rule:
    """Elsewhere than at ``stages`` it is refused with the sentence."""

    right: Right
    stages: frozenset[Stage]
    refusal: str
    is_for_owing_team: bool = False
    """Only people of the team that owes the lead an answer may do it."""


_TOUCHING = Rule(Right.TOUCH, ONCE_WITH_SALES, "{lead} is not with sales now.")
RULES = {
    Verb.HAND_OFF: Rule(Right.HAND_OFF, WITH_MARKETING, "{lead} is already with sales."),
    Verb.ACCEPT: Rule(
        Right.WORK, frozenset({Stage.HANDED_OFF}), "{lead} is {stage}, not waiting for an answer."
    ),
    Verb.RETURN: Rule(Right.WORK, UNDECIDED, "{lead} is {stage} and cannot be returned."),
    Verb.CALL: _TOUCHING,
    Verb.WRITE: _TOUCHING,
    Verb.TOUCH: _TOUCHING,
    Verb.DECIDE: Rule(Right.WORK, OPEN, "{lead} is {stage}. Accept it first."),
    Verb.TAKE_OVER: Rule(
        Right.WORK, WITH_SALES, "{lead} is {stage} and not with sales now.", is_for_owing_team=True
    ),
    Verb.GIVE: Rule(Right.WORK, WITH_SALES, "{lead} is {stage} and not with sales now."),
    Verb.ANSWER: Rule(Right.HAND_OFF, frozenset({Stage.RETURNED}), "{lead} has not been returned."),
    Verb.REOPEN: Rule(Right.READ, CLOSED, "{lead} is {stage}, not closed."),
}


def stage_refusal(verb: Verb, lead: Lead) -> str:
    """Why it cannot be done at the lead's stage; empty where it can."""
    rule = RULES[verb]
    if lead.stage in rule.stages:
        return ""
    return rule.refusal.format(lead=lead.name, stage=lead.stage.replace("_", " "))


def is_inviting(verb: Verb, lead: Lead, *, reader_id: int, owes: bool) -> bool:
    """Whether a button invites this reader to it: where it may be done, counts and is wanted."""
    if stage_refusal(verb, lead) or (RULES[verb].is_for_owing_team and not owes):
        return False
    match verb:
        case Verb.TOUCH:
            return lead.stage in WITH_SALES
        case Verb.CALL:
            return owes and lead.stage in WITH_SALES and not lead.do_not_call
        case Verb.WRITE:
            return owes and lead.stage in WITH_SALES and not lead.do_not_mail
        case Verb.TAKE_OVER:
            return lead.owner_id != reader_id
    return True
