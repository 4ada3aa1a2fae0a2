"""Close a team on which nothing stands any more."""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import Team, User
from alignment.accounts.people import teams
from alignment.errors import Refused
from alignment.offboarding.team_work import work_of_team


def close(session: Session, team: Team, *, by: User, now: datetime) -> None:
    """It is offered for nothing new and stays in history and numbers; it can be reopened."""
    if not team.is_open:
        return
    # Of two who change the team at once the later sees what the earlier did.
    session.refresh(team, with_for_update=True)
    if work_of_team(session, team, reader=by, now=now).is_any:
        raise Refused(f"Something stands on {team.name} still. First do what is said below.")
    teams.close_team(session, team, by=by, now=now)
