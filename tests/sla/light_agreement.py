"""Acme's light agreement, and short ways to its clocks."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from alignment.journal.models import JournalEntry
from alignment.leads.models import Lead
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import AgreementVersion, Breach, Timer
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.promises.targets import Target
from alignment.sla.timers import queries
from tests.factories import MONDAY_NINE, Cast


def draft_light(
    session: Session, acme: Cast, *, targets: Sequence[Target] | None = None, now: datetime
) -> AgreementVersion:
    return lifecycle.draft(
        session,
        NewAgreement(name="Leads", marketing=acme.marketing, sales=acme.sales),
        NewVersion(targets=light_agreement() if targets is None else targets),
        by=acme.mona,
        now=now,
    )


def sign_both(
    session: Session, acme: Cast, version: AgreementVersion, *, now: datetime
) -> AgreementVersion:
    lifecycle.sign(session, version, by=acme.mona, now=now)
    lifecycle.sign(session, version, by=acme.sam, now=now)
    return version


def in_force(session: Session, acme: Cast, *, now: datetime = MONDAY_NINE) -> AgreementVersion:
    """Accept or return in four hours, touch in eight; answer a return in eight."""
    return sign_both(session, acme, draft_light(session, acme, now=now), now=now)


def clock(session: Session, lead: Lead, key: str, *, cycle: int = 1) -> Timer:
    """The one clock of this promise and round."""
    (found,) = (
        timer
        for timer in queries.timers_of(session, lead)
        if (timer.target_key, timer.cycle) == (key, cycle)
    )
    return found


def breaches(session: Session) -> list[Breach]:
    return list(session.exec(select(Breach).order_by(col(Breach.id))))


def journal(session: Session, kind: str) -> list[JournalEntry]:
    entries = select(JournalEntry).where(JournalEntry.kind == kind)
    return list(session.exec(entries.order_by(col(JournalEntry.id))))
