"""One message to a team about the leads of somebody who left that wait in its queue now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import Team, User, id_of
from alignment.accounts.people import queries as accounts
from alignment.notifications.formatting import to_json_values
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.audience import audience_of
from alignment.notifications.outbox.enqueue import enqueue
from alignment.notifications.outbox.notice import Notice
from alignment.offboarding.events import LeadsQueued
from alignment.offboarding.notice_lines import in_order, lead_lines

LEADS_QUEUED = "leads_queued"


def notify_teams(session: Session, events: Sequence[LeadsQueued]) -> None:
    """Who leads the team hears, else everybody of it; whoever did it knows."""
    for event in events:
        teams = [session.get_one(Team, team_id) for team_id in event.team_ids]
        words: dict[str, Any] = {
            "person": session.get_one(User, event.from_id).name,
            "by": session.get_one(User, event.by_id).name,
            "team": " or ".join(team.name for team in teams),
            "lead_ids": event.lead_ids,
            "link": "/leads?owner=none",
        }
        words |= _lines_words(session, event.workspace_id, words)
        for reader in _readers(session, teams, by_id=event.by_id):
            notice = Notice(
                workspace_id=event.workspace_id,
                key=f"{LEADS_QUEUED}:{event.from_id}:{event.at.isoformat()}:{reader.id}",
                kind=LEADS_QUEUED,
                recipient_id=reader.id,
                address=reader.email,
                subject_id=id_of(reader),
                words=words,
            )
            enqueue(session, notice, now=event.at)


def why_no_longer_needed(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why it need not be sent any more; what somebody took meanwhile is struck from it."""
    words = _lines_words(session, delivery.workspace_id, delivery.words)
    if not words["count"]:
        return "Somebody owns all of them by now."
    delivery.words = dict(to_json_values(dict(delivery.words) | words))
    return None


def _readers(session: Session, teams: Sequence[Team], *, by_id: int) -> list[User]:
    """Where whoever did it is the only one who leads the team, the others of it."""
    workspace_id = teams[0].workspace_id if teams else 0
    leads = audience_of(session, workspace_id, people=[], teams=teams)
    members = [person for team in teams for person in accounts.members_of(session, team)]
    others = [person for person in leads if person.id != by_id] or members
    return list({person.id: person for person in others if person.id != by_id}.values())


def _lines_words(session: Session, workspace_id: int, words: Mapping[str, Any]) -> dict[str, Any]:
    return in_order(lead_lines(session, workspace_id, words["lead_ids"], owner_id=None))
