"""Short ways to tell what happened to leads before a page is looked at."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from alignment import db
from alignment.accounts.models import User
from alignment.leads import handoff
from alignment.leads.models import Lead
from alignment.sla.agreements import lifecycle
from alignment.sla.agreements.new_agreement import NewAgreement, NewVersion
from alignment.sla.models import AgreementVersion
from alignment.sla.promises.standard_targets import light_agreement
from tests.factories import MONDAY_NINE, Cast, make_lead

T = TypeVar("T")
HTMX = {"HX-Request": "true"}


def saved(engine: Engine, story: Callable[[Session], T]) -> T:
    """What the story made, kept for good."""
    with db.transaction(engine) as session:
        return story(session)


def promised(engine: Engine, acme: Cast, *, now: datetime = MONDAY_NINE) -> AgreementVersion:
    """The light agreement, signed by Mona and Sam: 4 hours, 8 hours, 8 hours."""

    def sign(session: Session) -> AgreementVersion:
        version = lifecycle.draft(
            session,
            NewAgreement(name="Leads", marketing=acme.marketing, sales=acme.sales),
            NewVersion(targets=light_agreement()),
            by=acme.mona,
            now=now,
        )
        lifecycle.sign(session, version, by=acme.mona, now=now)
        lifecycle.sign(session, version, by=acme.sam, now=now)
        return version

    return saved(engine, sign)


def new_lead(engine: Engine, acme: Cast, name: str = "Ada Byron", **columns: Any) -> Lead:
    return saved(engine, lambda session: make_lead(session, acme, name, **columns))


def handed_off(
    engine: Engine,
    acme: Cast,
    name: str = "Ada Byron",
    *,
    now: datetime = MONDAY_NINE,
    owner: User | None = None,
    **columns: Any,
) -> Lead:
    """A lead that Mona handed off to Sam."""

    def hand_off(session: Session) -> Lead:
        lead = make_lead(session, acme, name, **columns)
        handoff.hand_off(session, lead, by=acme.mona, now=now, owner=owner or acme.sam)
        return lead

    return saved(engine, hand_off)


def berlin(wall: str) -> datetime:
    """ "2027-03-25 18:00" as an instant."""
    local = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return local.astimezone(UTC)
