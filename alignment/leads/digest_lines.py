"""What a person's digest says about leads: those that came back and wait for marketing."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import User
from alignment.accounts.roles import Side
from alignment.leads import queries
from alignment.leads.models import Lead
from alignment.notifications.digests import Line, Section
from alignment.notifications.mornings import Day
from alignment.notifications.snoozing import put_off_by_others

MOST = 500
"""Returned leads that are looked through; a team with more has other worries than a digest."""


def lines(session: Session, person: User, day: Day, now: datetime) -> Iterator[Line]:
    """Returned leads without an answer, and leads of this person's that the other team put off."""
    yield from _came_back(session, person)
    yield from _put_off(session, person, day, now=now)


def _came_back(session: Session, person: User) -> Iterator[Line]:
    """To who handed the lead off; where that person is gone, to who leads a marketing team."""
    if Side.MARKETING not in accounts.sides_of(session, person):
        return
    returned = queries.returned(session, person.workspace_id, limit=MOST)
    by = queries.handed_off_by(session, person.workspace_id, [lead.id for lead in returned])
    here = {each.id for each in accounts.active_people_of(session, person.workspace_id)}
    leads_a_team = any(x.is_lead for x in accounts.memberships_of(session, person))
    for lead in returned:
        handed_off_by = by.get(lead.id)
        if handed_off_by == person.id or (handed_off_by not in here and leads_a_team):
            yield _line(lead, Section.DECISION, "Came back from sales and waits for an answer.")


def _put_off(session: Session, person: User, day: Day, *, now: datetime) -> Iterator[Line]:
    for lead_id, words in put_off_by_others(session, person, "lead", since=day.since, now=now):
        lead = session.get_one(Lead, lead_id)
        by_id = queries.handed_off_by(session, person.workspace_id, [lead.id]).get(lead.id)
        if person.id in (lead.owner_id, by_id):
            yield _line(lead, Section.INFORMATION, words)


def _line(lead: Lead, section: Section, words: str) -> Line:
    return Line(
        section=section,
        title=" · ".join(part for part in (lead.name, lead.company) if part),
        words=words,
        link=f"/leads/{lead.id}",
        threads=(f"lead-{lead.id}",),
    )
