"""Who owns leads, and who can."""

from collections.abc import Sequence

from alignment.accounts.absences import days_off
from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right, Side, holding
from alignment.edge import now, session, user
from alignment.leads.models import Lead
from alignment.leads.owing_teams import OwingTeams
from alignment.leads.rules import WITH_SALES
from alignment.web.name_lookup import people_names


def owner_options() -> list[tuple[int, str]]:
    """Who can own a lead; who is away is marked."""
    away = days_off.away_now_ids(session(), user().workspace_id, now=now())
    return [
        (person.id, f"{person.name} (away today)" if person.id in away else person.name)
        for person in people_of_sales()
    ]


def owner_words(leads: Sequence[Lead]) -> dict[int, str]:
    """By lead who owns it; of one that sales has and nobody owns, for which team it waits."""
    people = people_names()
    queued = [lead for lead in leads if lead.owner_id is None and lead.stage in WITH_SALES]
    teams = OwingTeams(session(), user(), queued)
    waiting = {lead.id: f"Nobody yet, waits for {teams.names(lead)}" for lead in queued}
    return {lead.id: waiting.get(lead.id) or people.get(lead.owner_id or 0, "") for lead in leads}


def people_of_sales() -> list[User]:
    """Who can own a lead: the active people of the sales teams who do more than read."""
    teams = accounts.open_teams_of(session(), user().workspace_id)
    members = [
        person
        for team in teams
        if team.side is Side.SALES
        for person in accounts.members_of(session(), team)
        if person.role in holding(Right.WORK)
    ]
    return list({person.id: person for person in members}.values())
