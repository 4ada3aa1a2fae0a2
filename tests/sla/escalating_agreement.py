"""An agreement with a ladder, and short ways to what it told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from alignment.leads.handoff import hand_off
from alignment.leads.models import Lead
from alignment.notifications.models import Delivery
from alignment.sla.models import Escalation
from alignment.sla.promises.standard_targets import accept_or_return, answer_to_return
from alignment.sla.promises.targets import EscalationStep, RecipientRole, Target
from alignment.sla.timers.refresh import refresh_leads
from tests.factories import MONDAY_NINE, Cast, make_lead
from tests.sla.light_agreement import draft_light, sign_both


def after(hours: float, to: RecipientRole, person_id: int | None = None) -> EscalationStep:
    """So many open hours after the promise was due."""
    return EscalationStep(when=timedelta(hours=hours), to=to, person_id=person_id)


def promise(session: Session, acme: Cast, *steps: EscalationStep, **columns: object) -> None:
    """Accept or return within four hours, with this ladder; marketing answers within eight.

    What marketing owes climbs the same steps, but for those that give the lead away.
    """
    accept: Target = replace(accept_or_return(hours=4), steps=steps, **columns)  # type: ignore[arg-type]
    telling = tuple(step for step in steps if step.to is not RecipientRole.NEXT_AVAILABLE)
    targets = [accept, replace(answer_to_return(hours=8), steps=telling)]
    version = draft_light(session, acme, targets=targets, now=MONDAY_NINE)
    sign_both(session, acme, version, now=MONDAY_NINE)


def handed_off(session: Session, acme: Cast, name: str = "Ada Byron") -> Lead:
    """To Sam on Monday at nine, to be accepted by one."""
    lead = make_lead(session, acme, name)
    hand_off(session, lead, by=acme.mona, now=MONDAY_NINE, owner=acme.sam)
    return lead


def look(session: Session, lead: Lead, *instants: datetime) -> None:
    for now in instants:
        refresh_leads(session, lead.workspace_id, [lead.id], now=now)


def told(session: Session, kind: str) -> list[Delivery]:
    found = select(Delivery).where(Delivery.kind == kind).order_by(col(Delivery.id))
    return list(session.exec(found))


def readers(session: Session, kind: str) -> set[int | None]:
    return {letter.recipient_id for letter in told(session, kind)}


def steps(session: Session) -> Sequence[Escalation]:
    return session.exec(select(Escalation).order_by(col(Escalation.step))).all()
