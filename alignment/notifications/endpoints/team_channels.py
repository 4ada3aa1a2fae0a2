"""Who sets up the channels of a team, and what its members hear of it: whoever reads a channel
reads what the team is told.
"""

from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import Team, User, id_of
from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import RIGHTS, Right, Role
from alignment.errors import Forbidden
from alignment.notifications.models import Endpoint
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice

CHANNEL_ADDED = "channel_added"


def may_set_up(session: Session, person: User, team_id: int) -> bool:
    """A manager of the team itself, or an owner."""
    if person.role is Role.OWNER:
        return True
    own_ids = {membership.team_id for membership in accounts.memberships_of(session, person)}
    return Right.SETTINGS in RIGHTS[person.role] and team_id in own_ids


def require_may_set_up(session: Session, person: User, team_id: int | None) -> None:
    """A channel of no team is a person's own."""
    if team_id is not None and not may_set_up(session, person, team_id):
        team = session.get_one(Team, team_id)
        raise Forbidden(f"Only managers of {team.name} and owners set up its channels.")


def tell_members(
    session: Session, endpoint: Endpoint, team: Team, *, by: User, now: datetime
) -> None:
    """Everybody of the team hears who reads along from now on, but for who set it up."""
    words = {
        "label": endpoint.label,
        "channel": endpoint.channel.value,
        "team": team.name,
        "by": by.name,
        "link": "/account/channels",
    }
    members = [person for person in accounts.members_of(session, team) if person.id != by.id]
    letters = [
        Notice(
            workspace_id=team.workspace_id,
            key=f"{CHANNEL_ADDED}:{endpoint.id}:{person.id}",
            kind=CHANNEL_ADDED,
            recipient_id=person.id,
            address=person.email,
            subject_id=id_of(endpoint),
            words=words,
        )
        for person in members
    ]
    enqueue_many(session, letters, now=now)
