"""Short histories in Berlin's wall time, told as lines of leads and as promises."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.leads.event_kinds import EventKind
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event
from alignment.leads.intake import source_id_of
from alignment.leads.models import Lead
from alignment.metrics.periods import ReportPeriod
from alignment.sla.clock.stopwatch import TimerState
from alignment.sla.models import Agreement, AgreementVersion, Breach, Timer
from alignment.sla.promises.standard_targets import light_agreement
from alignment.sla.promises.target_documents import target_to_document
from tests.factories import BERLIN, MONDAY_NINE, Cast, make_lead, save

SPRING = ReportPeriod(from_on=date(2027, 2, 1), until_on=date(2027, 4, 30), zone=BERLIN)
"""February to April 2027; summer time begins on 28 March."""


def berlin(text: str) -> datetime:
    """The instant of "2027-03-01 10:00" in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)


NOON_OF_LAST_DAY = berlin("2027-04-30 12:00")


def tell(session: Session, acme: Cast, name: str, source: str = "", **happened: str) -> Lead:
    """A lead and what happened to it: ``tell(…, "Ada", "Fair", handed_off="2027-03-01 10:00")``.

    A happening of a second cycle has a 2 at its end.
    """
    source_id = source_id_of(session, acme.id, source)
    lead = make_lead(session, acme, name, source_id=source_id)
    for kind, at in happened.items():
        record_event(
            session,
            lead,
            NewLeadEvent(kind=EventKind(kind.rstrip("2")), at=berlin(at)),
            now=berlin(at),
        )
    return lead


KEYS = {Side.SALES: "first_touch", Side.MARKETING: "answer_to_return"}


def promise(
    session: Session,
    acme: Cast,
    lead: Lead,
    *,
    side: Side,
    due: str,
    state: TimerState,
    is_shadow: bool = False,
) -> Timer:
    """A clock of that lead as it is stored, under an agreement of its own."""
    return save(
        session,
        Timer(
            workspace_id=acme.id,
            lead_id=lead.id,
            version_id=signed_version(session, acme).id,
            target_key=KEYS[side],
            cycle=1,
            owed_by=side,
            state=state,
            started_at=MONDAY_NINE,
            warn_at=berlin(due),
            due_at=berlin(due),
            is_shadow=is_shadow,
        ),
    )


def breach(session: Session, timer: Timer, **columns: Any) -> Breach:
    """That this clock was missed, as it is stored."""
    return save(
        session,
        Breach(
            workspace_id=timer.workspace_id,
            timer_id=timer.id,
            lead_id=timer.lead_id,
            owed_by=timer.owed_by,
            target_key=timer.target_key,
            due_at=timer.due_at,
            noticed_at=timer.due_at,
            **columns,
        ),
    )


def signed_version(session: Session, acme: Cast) -> AgreementVersion:
    agreement = save(
        session,
        Agreement(
            workspace_id=acme.id,
            name="Leads",
            marketing_team_id=acme.marketing.id,
            sales_team_id=acme.sales.id,
            created_at=MONDAY_NINE,
        ),
    )
    return save(
        session,
        AgreementVersion(
            workspace_id=acme.id,
            agreement_id=agreement.id,
            number=1,
            targets=[target_to_document(target) for target in light_agreement()],
            drafted_by_id=acme.mona.id,
            drafted_at=MONDAY_NINE,
            effective_at=MONDAY_NINE,
        ),
    )
