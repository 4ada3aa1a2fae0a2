"""Backfill the demo company: sweep its timers at each past instant, and mark old mail as kept."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.cli.demo.company_setup import NAME, Company
from alignment.leads.history import queries as leads
from alignment.leads.models import LeadEvent
from alignment.notifications.models import Delivery, Outcome
from alignment.notifications.outbox import queries as mail
from alignment.notifications.outbox import templates
from alignment.notifications.outbox.templates import Reader
from alignment.sla.clock.retargeting import all_readings
from alignment.sla.clock.stopwatch import ONE_SECOND, Reading, TimerState
from alignment.sla.models import AgreementVersion
from alignment.sla.timers.histories import event_of_row
from alignment.sla.timers.refresh import refresh_leads
from alignment.sla.versions.stored_promises import targets_of_version

BATCH_SIZE = 100
LATE = (TimerState.BREACHED, TimerState.MET_LATE)
LONG_AGO = timedelta(days=1)
"""Mail that is older went out long ago; what is younger goes the normal way."""
KEPT_REASON = "This company is a demo: its past mail is kept here."


def replay_past(
    session: Session,
    company: Company,
    version: AgreementVersion,
    lead_ids: Collection[int],
    *,
    now: datetime,
) -> None:
    """Warn, breach and resolve every clock at the instant at which that was to be seen."""
    for at, lead_id in sorted(_instants_of_interest(session, company, version, lead_ids, now=now)):
        refresh_leads(session, company.workspace_id, {lead_id}, now=at)
    everybody = sorted(lead_ids)
    for first in range(0, len(everybody), BATCH_SIZE):
        some = everybody[first : first + BATCH_SIZE]
        refresh_leads(session, company.workspace_id, some, now=now)


def mark_old_mail_kept(session: Session, company: Company, *, now: datetime) -> None:
    """What was written long ago is kept since then, and is not sent today."""
    people = {person.id: person for person in company.people.values()}
    for delivery in mail.unsent_written_before(session, company.workspace_id, now - LONG_AGO):
        delivery.outcome, delivery.reason = Outcome.KEPT, KEPT_REASON
        delivery.attempts, delivery.settled_at = 1, delivery.created_at
        delivery.read_at = delivery.created_at
        delivery.next_attempt_at = None
        delivery.subject = _subject(delivery, people[delivery.recipient_id or 0])


def _instants_of_interest(
    session: Session,
    company: Company,
    version: AgreementVersion,
    lead_ids: Collection[int],
    *,
    now: datetime,
) -> Iterator[tuple[datetime, int]]:
    """When which lead had something to tell; each instant is known from the whole history."""
    events = leads.histories_of(session, company.workspace_id, sorted(lead_ids))
    for lead_id, lines in groupby(events, key=lambda line: line.lead_id):
        for reading in _readings(company, version, list(lines), now=now):
            yield from ((at, lead_id) for at in _instants(reading) if at <= now)


def _readings(
    company: Company, version: AgreementVersion, lines: Sequence[LeadEvent], *, now: datetime
) -> tuple[Reading, ...]:
    return all_readings(
        [event_of_row(line) for line in lines if line.counts],
        targets_of_version(version),
        lambda target: company.calendars[target.owed_by],
        now,
        facts={},
        since=version.effective_at,
    )


def _instants(reading: Reading) -> Iterator[datetime]:
    if reading.is_warned:
        yield reading.warn_at
    yield from (rung.at for rung in reading.scheduled_steps)
    if reading.state in LATE:
        yield reading.due_at + ONE_SECOND
        if reading.stopped_at is not None:
            yield reading.stopped_at


def _subject(delivery: Delivery, reader: User) -> str:
    """Its line in the list; the letter itself is written from its words when it is opened."""
    to = Reader(name=reader.name, address=reader.email, zone=reader.zone, workspace=NAME)
    return templates.render_notice(delivery.kind, delivery.words, reader=to, base_url="").subject
