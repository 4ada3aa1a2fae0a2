"""Who is notified of something that both teams answer for: the people named and the leads of the
teams; of a team without a lead, all members.
"""

from collections.abc import Iterable

from sqlmodel import Session

from alignment.accounts.models import Team, User
from alignment.accounts.people import queries as accounts
from alignment.notifications import queries


def audience_of(
    session: Session, workspace_id: int, *, people: Iterable[int | None], teams: Iterable[Team]
) -> list[User]:
    """These people and those who lead these teams, each once; a team without lead hears whole."""
    named_people = queries.active_people(session, workspace_id, ids=people)
    team_people = [person for team in teams for person in _leads_or_members(session, team)]
    return list({person.id: person for person in [*named_people, *team_people]}.values())


def _leads_or_members(session: Session, team: Team) -> list[User]:
    return accounts.team_leads_of(session, team) or accounts.members_of(session, team)
