"""In which time zone the reader of a message is told its times."""

from sqlmodel import Session

from alignment.accounts.models import Team, User, Workspace
from alignment.accounts.people.time_zone import team_zone
from alignment.notifications.models import Delivery, Endpoint


def reader_zone(session: Session, delivery: Delivery, recipient: User | None) -> str:
    """The person's own; in a team's channel the team's; of somebody not yet here the company's."""
    if recipient:
        return recipient.zone
    endpoint = session.get(Endpoint, delivery.endpoint_id) if delivery.endpoint_id else None
    if endpoint and endpoint.team_id is not None:
        return team_zone(session, session.get_one(Team, endpoint.team_id))
    return session.get_one(Workspace, delivery.workspace_id).zone
