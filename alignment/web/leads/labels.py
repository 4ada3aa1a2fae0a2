"""Labels for return reasons, outcomes, answers, touches and stages of a lead."""

from alignment.leads.disposition import Disposition
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason
from alignment.leads.models import Stage
from alignment.leads.reopening import ReopenReason

RETURN_REASONS = {
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
    Disposition.QUALIFIED: "Qualified: a real need",
    Disposition.OPPORTUNITY_OPENED: "Opportunity opened",
    Disposition.UNREACHABLE: "Could not be reached",
    Disposition.WON: "Won",
    Disposition.LOST: "Lost",
}
TOUCHES = {EventKind.CALLED: "Called", EventKind.WROTE: "Wrote", EventKind.MET: "Met"}


def stage_choices() -> list[tuple[str, str]]:
    return [(stage.value, stage.replace("_", " ").capitalize()) for stage in Stage]
