"""What a person still has to do: leads with what is due first, returned leads that wait for an
answer, tasks and plans.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.leads import queries as leads_queries
from alignment.leads.models import Lead
from alignment.leads.notices.owners_and_returns import DueFirst
from alignment.plans import queries as plans_queries
from alignment.plans.models import Plan
from alignment.plans.queries import TaskLine
from alignment.sla.notices.new_owners import due_first_by_lead
from alignment.sla.timers.queries import LeadWithTimer, open_timers_owed_by


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """Everything that somebody else has to take over when this person leaves."""

    leads: Sequence[Lead]
    due_first: Mapping[int, DueFirst]
    """By lead, the promise about it that its owner owes first."""
    answers: Sequence[LeadWithTimer]
    """What the person owes on leads of others: they came back and wait for an answer."""
    tasks: Sequence[TaskLine]
    plans: Sequence[Plan]

    @property
    def is_any(self) -> bool:
        return bool(self.leads or self.tasks or self.plans)

    @property
    def needs_successor(self) -> bool:
        """Whether anything is open that has to go to one person, whatever becomes of the leads."""
        return bool(self.tasks or self.plans)


def open_work_of(session: Session, person: User) -> OpenWork:
    """As of now, what is due first on top."""
    leads = leads_queries.leads_owned_by(session, person)
    lead_ids = {lead.id for lead in leads}
    due_first = due_first_by_lead(
        session, person.workspace_id, dict.fromkeys(lead_ids, id_of(person))
    )
    return OpenWork(
        leads=sorted(leads, key=lambda lead: _due_order(due_first.get(lead.id))),
        due_first=due_first,
        answers=[x for x in open_timers_owed_by(session, person) if x.lead.id not in lead_ids],
        tasks=plans_queries.open_tasks_of(session, person),
        plans=plans_queries.open_plans_owned_by(session, person),
    )


def _due_order(due: DueFirst | None) -> tuple[bool, float]:
    return due is None, due.due_at.timestamp() if due else 0.0
