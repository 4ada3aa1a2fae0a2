"""A person's digest lines about leads: returned ones that wait for marketing, own ones snoozed by
others, those of colleagues who are away from today, and what became of own ones in days off.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from alignment.leads.history.lead_teams import LeadTeams
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
    who leads its marketing team.
    """
    senders = _represented_senders(session, person, represented)
    led = accounts.team_ids_on_side(session, person, Side.MARKETING, only_led=True)
    if not senders and not led:
        return
    returned = queries.returned_leads(session, person.workspace_id, limit=MOST_RETURNED)
    handed_off_by_lead = history_queries.handed_off_by(
        session, person.workspace_id, [lead.id for lead in returned]
    )
    nameless = [lead for lead in returned if handed_off_by_lead.get(lead.id) is None]
    answered_by_led = _ids_with_teams(session, nameless, led)
    for lead in returned:
        if handed_off_by_lead.get(lead.id) in senders or lead.id in answered_by_led:
            yield _line(
                lead, DigestSection.DECISION, "Came back from sales and waits for an answer."
            )


def _ids_with_teams(session: Session, leads: Sequence[Lead], team_ids: set[int]) -> set[int]:
    """The leads that one of these marketing teams answers for, or any team may."""
    if not leads or not team_ids:
        return set()
    teams = LeadTeams(session, leads[0].workspace_id, leads)
    own = {None, *team_ids}
    return {lead.id for lead in leads if teams.team_id(lead, Side.MARKETING) in own}


def _represented_senders(session: Session, person: User, represented: Iterable[User]) -> set[int]:
    """For whose handoffs this person answers."""
    senders = {id_of(colleague) for colleague in represented}
    if Side.MARKETING in accounts.sides_of(session, person):
        senders.add(id_of(person))
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
