"""A person's digest lines about leads: returned ones that wait for marketing, own ones snoozed by
others, those of colleagues who are away from today, and what became of own ones in days off.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.people import queries as accounts
from alignment.accounts.people.substitutes import Substitutes
from alignment.accounts.roles import Side
from alignment.leads import queries
from alignment.leads.history import queries as history_queries
from alignment.leads.models import Lead, LeadEvent
from alignment.notifications.digests.schedule import DigestDay
from alignment.notifications.digests.sections import DigestLine, DigestSection
from alignment.notifications.formatting import format_date
from alignment.notifications.preferences.snoozing import snoozed_by_others

MOST_RETURNED = 500
"""Returned leads that are looked through; a team with more has other worries than a digest."""


def lead_digest_lines(
    session: Session, person: User, day: DigestDay, now: datetime
) -> Iterator[DigestLine]:
    """Returned leads without an answer, own leads that the other team put off, for whom this person
    stands in from today, and after days off what others did with own leads.
    """
    substitutes = Substitutes(session, person.workspace_id, now=now)
    represented = substitutes.represented_by(person)
    yield from _returned_lines(session, person, represented)
    yield from _snoozed_lines(session, person, day, now=now)
    for colleague in represented:
        yield from _standing_in_lines(session, colleague, substitutes, day)
    if day.is_return:
        yield from _meanwhile_lines(session, person, day)


def _returned_lines(
    session: Session, person: User, represented: Iterable[User]
) -> Iterator[DigestLine]:
    """To who handed the lead off, and to the substitutes of that person; where nobody is named, to
    who leads a marketing team.
    """
    senders = _represented_senders(session, person, represented)
    if not senders:
        return
    returned = queries.returned_leads(session, person.workspace_id, limit=MOST_RETURNED)
    handed_off_by_lead = history_queries.handed_off_by(
        session, person.workspace_id, [lead.id for lead in returned]
    )
    for lead in returned:
        if handed_off_by_lead.get(lead.id) in senders:
            yield _line(
                lead, DigestSection.DECISION, "Came back from sales and waits for an answer."
            )


def _represented_senders(
    session: Session, person: User, represented: Iterable[User]
) -> set[int | None]:
    """For whose handoffs this person answers; None stands for those that nobody is named for."""
    senders: set[int | None] = {id_of(colleague) for colleague in represented}
    if Side.MARKETING in accounts.sides_of(session, person):
        senders.add(person.id)
        if any(place.is_team_lead for place in accounts.memberships_of(session, person)):
            senders.add(None)
    return senders


def _snoozed_lines(
    session: Session, person: User, day: DigestDay, *, now: datetime
) -> Iterator[DigestLine]:
    for lead_id, words in snoozed_by_others(session, person, "lead", since=day.since, now=now):
        lead = session.get_one(Lead, lead_id)
        by_id = history_queries.handed_off_by(session, person.workspace_id, [lead.id]).get(lead.id)
        if person.id in (lead.owner_id, by_id):
            yield _line(lead, DigestSection.INFORMATION, words)


def _standing_in_lines(
    session: Session, colleague: User, substitutes: Substitutes, day: DigestDay
) -> Iterator[DigestLine]:
    """Once, in the first digest of the colleague's days off."""
    absence = substitutes.absence_of(colleague)
    since = day.since.astimezone(ZoneInfo(colleague.zone)).date()
    if absence is None or absence.first_on <= since:
        return
    count = len(queries.leads_owned_by(session, colleague))
    yield DigestLine(
        section=DigestSection.INFORMATION,
        title=f"You stand in for {colleague.name} until {format_date(absence.last_on)}",
        words=f"{count or 'No'} open lead{'s'[: count != 1]}",
        link=f"/leads?owner={colleague.id}",
    )


def _meanwhile_lines(session: Session, person: User, day: DigestDay) -> Iterator[DigestLine]:
    """One line a lead: "Called by Tim on Tue 2 Mar 2027. Won by Tim on Wed 3 Mar 2027." """
    names = accounts.names_of(session, person.workspace_id)
    zone = ZoneInfo(person.zone)
    found = history_queries.events_of_others_on_own_leads(session, person, since=day.since)
    for _, group in groupby(found, key=lambda one: one.lead.id):
        together = list(group)
        words = " ".join(_event_words(one.event, names, zone) for one in together)
        yield _line(together[0].lead, DigestSection.MEANWHILE, words)


def _event_words(event: LeadEvent, names: Mapping[int, str], zone: ZoneInfo) -> str:
    to = names.get(event.owner_id or 0, "")
    by = names.get(event.by_id or 0, "")
    what = event.kind.replace("_", " ").capitalize()
    on = format_date(event.at.astimezone(zone).date())
    return f"{what}{f' to {to}' if to else ''}{f' by {by}' if by else ''} on {on}."


def _line(lead: Lead, section: DigestSection, words: str) -> DigestLine:
    return DigestLine(
        section=section,
        title=" · ".join(part for part in (lead.name, lead.company) if part),
        words=words,
        link=f"/leads/{lead.id}",
        threads=(f"lead-{lead.id}",),
    )
