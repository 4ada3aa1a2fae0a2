"""A person's digest lines about leads: returned ones that wait for marketing, and own ones snoozed
by others.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Side
from alignment.leads import queries
from alignment.leads.history import queries as history_queries
from alignment.leads.models import Lead
from alignment.notifications.digests.schedule import DigestDay
from alignment.notifications.digests.sections import DigestLine, DigestSection
from alignment.notifications.preferences.snoozing import snoozed_by_others

MOST_RETURNED = 500
"""Returned leads that are looked through; a team with more has other worries than a digest."""


def lead_digest_lines(
    session: Session, person: User, day: DigestDay, now: datetime
) -> Iterator[DigestLine]:
    """Returned leads without an answer, and leads of this person's that the other team put off."""
    yield from _returned_lines(session, person)
    yield from _snoozed_lines(session, person, day, now=now)


def _returned_lines(session: Session, person: User) -> Iterator[DigestLine]:
    """To who handed the lead off; where that person is gone, to who leads a marketing team."""
    if Side.MARKETING not in accounts.sides_of(session, person):
        return
    returned = queries.returned_leads(session, person.workspace_id, limit=MOST_RETURNED)
    handed_off_by_lead = history_queries.handed_off_by(
        session, person.workspace_id, [lead.id for lead in returned]
    )
    active_ids = {each.id for each in accounts.active_people_of(session, person.workspace_id)}
    leads_a_team = any(x.is_team_lead for x in accounts.memberships_of(session, person))
    for lead in returned:
        handed_off_by = handed_off_by_lead.get(lead.id)
        if handed_off_by == person.id or (handed_off_by not in active_ids and leads_a_team):
            yield _line(
                lead, DigestSection.DECISION, "Came back from sales and waits for an answer."
            )


def _snoozed_lines(
    session: Session, person: User, day: DigestDay, *, now: datetime
) -> Iterator[DigestLine]:
    for lead_id, words in snoozed_by_others(session, person, "lead", since=day.since, now=now):
        lead = session.get_one(Lead, lead_id)
        by_id = history_queries.handed_off_by(session, person.workspace_id, [lead.id]).get(lead.id)
        if person.id in (lead.owner_id, by_id):
            yield _line(lead, DigestSection.INFORMATION, words)


def _line(lead: Lead, section: DigestSection, words: str) -> DigestLine:
    return DigestLine(
        section=section,
        title=" · ".join(part for part in (lead.name, lead.company) if part),
        words=words,
        link=f"/leads/{lead.id}",
        threads=(f"lead-{lead.id}",),
    )
