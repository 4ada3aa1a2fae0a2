"""Notices about leads: to a new owner, and to marketing when a lead is returned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.people.substitutes import Substitutes
from alignment.leads.events import LeadAssigned, LeadHandedOff, LeadReopened, LeadReturned
from alignment.leads.history import queries
from alignment.leads.history.lead_teams import marketing_teams_of
from alignment.leads.models import Lead, Source, Stage
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.audience import audience_of
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice

ASSIGNED, RETURNED = "lead_assigned", "lead_returned"


@dataclass(frozen=True, kw_only=True)
class DueFirst:
    """The promise about a lead that its owner owes first."""

    promise: str
    due_at: datetime
    is_paused: bool = False
    instants: tuple[datetime, ...] = ()
    """When the promises that its owner owes warn and are due."""

    def is_missed(self, *, now: datetime) -> bool:
        return not self.is_paused and self.due_at <= now

    def deadline(self, *, now: datetime) -> datetime | None:
        """Before when its owner has to hear of the lead; None when all is past due."""
        return min((at for at in self.instants if at > now), default=None)


def notify_new_owner(
    session: Session,
    events: Sequence[LeadHandedOff | LeadAssigned | LeadReopened],
    *,
    due_first: Mapping[int, DueFirst],
) -> None:
    """A lead is yours now; whoever took it himself or herself knows.

    ``due_first`` says by lead what is due first and when; no promise may hold for a lead.
    """
    for event in events:
        if event.owner_id is None or event.owner_id == event.by_id:
            continue
        lead = session.get_one(Lead, event.lead_id)
        words: dict[str, Any] = {
            "by": _name(session, event.by_id),
            "source": _source(session, lead),
        }
        due = due_first.get(event.lead_id)
        words |= {"stage": lead.stage.value, "owner_id": event.owner_id} | due_words(
            due, now=event.at
        )
        people = audience_of(session, lead.workspace_id, people=[event.owner_id], teams=[])
        deadline = due.deadline(now=event.at) if due else None
        _enqueue(session, ASSIGNED, lead, event, people, words, deadline=deadline)


def notify_marketing_of_return(
    session: Session, events: Sequence[LeadReturned], *, deadlines: Mapping[int, datetime]
) -> None:
    """A lead came back: whoever handed it off hears why, or the substitutes of that person; where
    nobody is named for it, those who speak for its marketing team.

    ``deadlines`` says by lead before when; no promise may hold for a lead.
    """
    for event in events:
        lead = session.get_one(Lead, event.lead_id)
        words = {
            "by": _name(session, event.by_id),
            "reason": event.reason.replace("_", " "),
            "note": event.note,
        }
        people = _return_recipients(session, lead, now=event.at)
        deadline = deadlines.get(event.lead_id)
        _enqueue(session, RETURNED, lead, event, people, words, deadline=deadline)


def due_words(due_first: DueFirst | None, *, now: datetime) -> dict[str, Any]:
    """What a new owner reads of the promise that is due first."""
    if due_first is None:
        return {"promise": "", "due_at": None, "is_missed": False}
    return {
        "promise": due_first.promise,
        "due_at": due_first.due_at,
        "is_missed": due_first.is_missed(now=now),
    }


def why_no_longer_waiting(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why a new owner need not hear of the lead any more, if so."""
    lead = session.get_one(Lead, delivery.subject_id)
    told_owner_id = delivery.words.get("owner_id", delivery.recipient_id)
    if told_owner_id is not None and lead.owner_id != told_owner_id:
        return "Somebody else owns the lead by now."
    if lead.stage != delivery.words.get("stage", Stage.HANDED_OFF):
        return f"The lead is {lead.stage.replace('_', ' ')} by now."
    return None


def why_no_longer_returned(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why marketing need not hear of a return any more, if so."""
    lead = session.get_one(Lead, delivery.subject_id)
    return None if lead.stage is Stage.RETURNED else "The return is answered or taken back by now."


def _return_recipients(session: Session, lead: Lead, *, now: datetime) -> list[User]:
    by_id = queries.handed_off_by(session, lead.workspace_id, [lead.id]).get(lead.id)
    if by_id is not None:
        by = session.get_one(User, by_id)
        return Substitutes(session, lead.workspace_id, now=now).acting_for(by)
    teams = marketing_teams_of(session, lead)
    return audience_of(session, lead.workspace_id, people=[], teams=teams)


def _enqueue(
    session: Session,
    kind: str,
    lead: Lead,
    event: LeadHandedOff | LeadAssigned | LeadReopened | LeadReturned,
    people: Iterable[User],
    words: dict[str, Any],
    *,
    deadline: datetime | None,
) -> None:
    cause = f"{kind}:{lead.id}:{event.happened_at.isoformat()}"
    letters = [
        Notice(
            workspace_id=lead.workspace_id,
            key=f"{cause}:{user.id}",
            kind=kind,
            recipient_id=user.id,
            address=user.email,
            subject_id=lead.id,
            words={"lead": lead.name, "company": lead.company, "link": f"/leads/{lead.id}"} | words,
            thread=f"lead-{lead.id}",
            deliver_by_at=deadline,
        )
        for user in people
    ]
    enqueue_many(session, letters, now=event.at)


def _name(session: Session, user_id: int | None) -> str:
    return session.get_one(User, user_id).name if user_id else ""


def _source(session: Session, lead: Lead) -> str:
    return session.get_one(Source, lead.source_id).name if lead.source_id else ""
