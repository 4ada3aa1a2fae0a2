"""Who hears of something that both teams answer for."""

from collections.abc import Iterable

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team, User
from alignment.notifications import queries


def told(
    session: Session, workspace_id: int, *, people: Iterable[int | None], teams: Iterable[Team]
) -> list[User]:
    """These people and those who lead these teams, each once; a team without lead hears whole."""
    named = queries.active_people(session, workspace_id, ids=people)
    of_teams = [person for team in teams for person in _ears_of(session, team)]
    return list({person.id: person for person in [*named, *of_teams]}.values())


def _ears_of(session: Session, team: Team) -> list[User]:
    return accounts.leads_of(session, team) or accounts.members_of(session, team)
