"""Every SELECT about leads. Workspace or person is the scope."""

from alignment.accounts.absences import days_off
from alignment.accounts.models import User
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right, Side, holding
from alignment.edge import now, session, user


def owner_options() -> list[tuple[int, str]]:
    """Who can own a lead; who is away is marked."""
    away = days_off.away_now_ids(session(), user().workspace_id, now=now())
    return [
        (person.id, f"{person.name} (away today)" if person.id in away else person.name)
        for person in people_of_sales()
    ]


def people_of_sales() -> list[User]:
    """Who can own a lead: the active people of the sales teams who do more than read."""
    teams = accounts.teams_of(session(), user().workspace_id)
    members = [
        person
        for team in teams
        if team.side is Side.SALES
        for person in accounts.members_of(session(), team)
        if person.role in holding(Right.WORK)
    ]
    return list({person.id: person for person in members}.values())
