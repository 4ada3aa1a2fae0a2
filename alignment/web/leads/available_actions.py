"""Every SELECT about leads. Workspace or person is the scope."""

from dataclasses import dataclass

from alignment.accounts.roles import Right
from alignment.edge import allowed
from alignment.leads.disposition import OPEN_STAGES
from alignment.leads.handoff import MARKETING_STAGES
from alignment.leads.models import Lead, Stage

WITH_SALES = OPEN_STAGES | {Stage.HANDED_OFF}


@dataclass(frozen=True, kw_only=True)
class LeadActions:
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


def available_actions(lead: Lead) -> LeadActions:
    works, hands_off = allowed(Right.WORK), allowed(Right.HAND_OFF)
    is_with_sales = works and lead.stage in WITH_SALES
    return LeadActions(
        accept=works and lead.stage is Stage.HANDED_OFF,
        give_back=works and lead.stage in (Stage.HANDED_OFF, Stage.ACCEPTED),
        call=is_with_sales and not lead.do_not_call,
        write=is_with_sales and not lead.do_not_mail,
        touch=is_with_sales,
        decide=works and lead.stage in OPEN_STAGES,
        assign=is_with_sales,
        answer=hands_off and lead.stage is Stage.RETURNED,
        hand_off=hands_off and lead.stage in MARKETING_STAGES,
        change=hands_off,
    )
