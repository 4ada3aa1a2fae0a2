"""Deactivate a person and hand over what the person still has to do, in one transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlmodel import Session

from alignment.accounts.models import LARGEST_ID, User, id_of
from alignment.accounts.people import administration
from alignment.accounts.people import queries as people_queries
from alignment.errors import Refused
from alignment.events import publish_many
from alignment.leads.bulk.inheritance import inherit_leads
from alignment.leads.models import Lead
from alignment.offboarding.events import WorkHandedOver
from alignment.offboarding.open_work import OpenWork, open_work_of
from alignment.offboarding.team_queue import put_into_queue
from alignment.plans.succession import hand_over_work


class LeadDestination(StrEnum):
    """To whom the open leads go."""

    SUCCESSOR = "successor"
    ROUND_ROBIN = "round_robin"
    """In turn to the people of the team that owes them."""
    QUEUE = "queue"
    """To nobody: they wait in the queue of that team, and anybody of it takes them."""


class Handover(BaseModel):
    """Who takes over: one successor, and for leads the round robin or the team's queue as well."""

    model_config = ConfigDict(extra="forbid")

    leads_to: LeadDestination = LeadDestination.SUCCESSOR
    successor_id: int | None = Field(default=None, ge=1, le=LARGEST_ID)

    @field_validator("successor_id", mode="before")
    @classmethod
    def _is_none_where_blank(cls, typed: object) -> object:
        return None if typed == "" else typed


def deactivate_and_hand_over(
    session: Session, person: User, wish: Handover, *, by: User, now: datetime
) -> int:
    """End the person's access at once; nothing of what is open stays behind unseen.

    How many leads wait in the team's queue from now on.
    """
    if not person.is_active:
        return 0
    work = open_work_of(session, person)
    successor = _successor(session, person, wish, work, by=by)
    administration.deactivate(session, person, by=by, now=now)
    if wish.leads_to is LeadDestination.QUEUE:
        put_into_queue(session, work.leads, former=person, by=by, now=now)
    else:
        heir = successor if wish.leads_to is LeadDestination.SUCCESSOR else None
        inherit_leads(session, work.leads, former=person, successor=heir, by=by, now=now)
    if successor is not None:
        hand_over_work(
            session, [line.task for line in work.tasks], work.plans, to=successor, by=by, now=now
        )
    publish_many(session, _handed_over(person, successor, work, by=by, now=now))
    return sum(lead.owner_id is None for lead in work.leads)


def _successor(
    session: Session, person: User, wish: Handover, work: OpenWork, *, by: User
) -> User | None:
    """Whoever was chosen; somebody must be where anything is open that goes to one person."""
    if wish.successor_id is not None:
        successor = people_queries.person_for(session, by, wish.successor_id)
        if successor.id == person.id or not successor.is_active:
            raise Refused("Choose a successor who stays.")
        return successor
    takes_leads = bool(work.leads) and wish.leads_to is LeadDestination.SUCCESSOR
    if work.needs_successor or takes_leads:
        raise Refused(f"Choose who takes over what {person.name} still has to do.")
    return None


def _handed_over(
    person: User, successor: User | None, work: OpenWork, *, by: User, now: datetime
) -> list[WorkHandedOver]:
    """One event for each new owner."""
    lead_ids = _lead_ids_by_owner(work.leads)
    fact = {"workspace_id": person.workspace_id, "from_id": id_of(person), "by_id": id_of(by)}
    heirs = lead_ids.keys() | ({id_of(successor)} if successor and work.needs_successor else set())
    return [
        WorkHandedOver(
            **fact,
            at=now,
            owner_id=owner_id,
            lead_ids=tuple(lead_ids.get(owner_id, ())),
            task_ids=tuple(id_of(x.task) for x in work.tasks) if is_successor else (),
            plan_ids=tuple(id_of(x) for x in work.plans) if is_successor else (),
        )
        for owner_id in sorted(heirs)
        for is_successor in [successor is not None and owner_id == successor.id]
    ]


def _lead_ids_by_owner(leads: Sequence[Lead]) -> Mapping[int, list[int]]:
    by_owner: defaultdict[int, list[int]] = defaultdict(list)
    for lead in leads:
        if lead.owner_id is not None:
            by_owner[lead.owner_id].append(lead.id)
    return by_owner
