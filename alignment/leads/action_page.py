"""The page behind a lead's mail buttons: what it shows, which actions it offers, and how each is
undone.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.leads import queries, routing
from alignment.leads.actions import ACCEPT, CALLED, RETURN
from alignment.leads.event_kinds import EventKind
from alignment.leads.history import queries as history_queries
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event, undo_event
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.notifications.actions.definitions import Action, IsApplicable, Topic, TopicItem
from alignment.notifications.actions.definitions import UndoAction as Undoing
from alignment.notifications.actions.snooze_action import snooze_action

STAGES_WITH_SALES = frozenset(
    {Stage.HANDED_OFF, Stage.ACCEPTED, Stage.QUALIFIED, Stage.OPPORTUNITY}
)
RETURNABLE_STAGES = frozenset({Stage.HANDED_OFF, Stage.ACCEPTED})
LONGEST_COMMENT = 2000


def about(session: Session, reader: User, lead_id: int) -> TopicItem:
    """The lead as it stands; who owns it and in which round makes its epoch."""
    lead = queries.lead_for(session, reader, lead_id)
    owner = session.get_one(User, lead.owner_id).name if lead.owner_id else "nobody yet"
    latest_event = history_queries.newest_events(session, lead.workspace_id, [lead_id]).get(lead_id)
    by = (
        session.get_one(User, latest_event.by_id).name
        if latest_event and latest_event.by_id
        else ""
    )
    return TopicItem(
        thread=f"lead-{lead_id}",
        title=" · ".join(part for part in (lead.name, lead.company) if part) or f"Lead {lead_id}",
        words=f"{lead.stage.replace('_', ' ').capitalize()}, with {owner}.",
        link=f"/leads/{lead_id}",
        ownership_key=f"{lead.owner_id}:{lead.handed_off_at}",
        last_change_by=_latest_event_words(latest_event, by) if latest_event else "",
        last_change_at=latest_event.at if latest_event else None,
    )


def _latest_event_words(line: LeadEvent, by: str) -> str:
    """Like “Ada van Dyk handed off”, or “Handed off” where no person did."""
    happened = line.kind.replace("_", " ")
    return f"{by} {happened}" if by else happened.capitalize()


def take_over(session: Session, by: User, lead_id: int, *, choice: str, now: datetime) -> str:  # noqa: ARG001
    lead = queries.lead_to_change(session, by, lead_id)
    if lead.owner_id == by.id:
        return f"{lead.name} is yours already."
    if lead.stage not in STAGES_WITH_SALES:
        raise Refused(f"{lead.name} is {lead.stage.replace('_', ' ')} and not with sales now.")
    routing.assign(session, lead, owner=by, by=by, now=now)
    return f"{lead.name} is yours now."


def comment(session: Session, by: User, lead_id: int, words: str, *, now: datetime) -> str:
    """Keep what somebody wrote back, in the lead's history."""
    lead = queries.lead_to_change(session, by, lead_id)
    event = NewLeadEvent(
        kind=EventKind.COMMENTED, at=now, by_id=by.id, note=words[:LONGEST_COMMENT]
    )
    record_event(session, lead, event, now=now)
    return f"Your comment on {lead.name} is kept."


def _undo_of(kind: EventKind) -> Undoing:
    """Take back one's own newest line of this kind, as the lead's page does."""

    def take_back(session: Session, by: User, lead_id: int, *, before: str, now: datetime) -> str:  # noqa: ARG001
        lead = queries.lead_to_change(session, by, lead_id)
        own = [
            x
            for x in history_queries.history_of(session, lead)
            if (x.kind, x.by_id) == (kind, by.id)
        ]
        if not own:
            raise Refused("This was taken back already.")
        undo_event(session, lead, max(own, key=id_of), by=by, now=now)
        return f"Taken back: {lead.name} is as it was before."

    return take_back


def _available_where(says: Callable[[Lead, User], bool]) -> IsApplicable:
    def fits(session: Session, by: User, lead_id: int) -> bool:
        lead = queries.lead_for(session, by, lead_id)
        return lead.merged_into_id is None and says(lead, by)

    return fits


def _is_own_or_unowned(lead: Lead, by: User) -> bool:
    return lead.owner_id in (None, by.id)


SNOOZE = snooze_action(lambda _session, _by, lead_id: f"lead-{lead_id}")
LEAD_MAIL_ACTIONS: tuple[Action, ...] = (
    replace(
        ACCEPT,
        is_light=True,
        undo=_undo_of(EventKind.ACCEPTED),
        is_applicable=_available_where(
            lambda lead, by: lead.stage is Stage.HANDED_OFF and _is_own_or_unowned(lead, by)
        ),
    ),
    replace(
        CALLED,
        is_light=True,
        undo=_undo_of(EventKind.CALLED),
        is_applicable=_available_where(
            lambda lead, by: lead.stage in STAGES_WITH_SALES and _is_own_or_unowned(lead, by)
        ),
    ),
    replace(
        RETURN,
        undo=_undo_of(EventKind.RETURNED),
        is_applicable=_available_where(
            lambda lead, by: lead.stage in RETURNABLE_STAGES and _is_own_or_unowned(lead, by)
        ),
    ),
    Action(
        name="take_over",
        label="Take over",
        right=Right.WORK,
        do=take_over,
        undo=_undo_of(EventKind.ASSIGNED),
        is_applicable=_available_where(
            lambda lead, by: lead.stage in STAGES_WITH_SALES and not _is_own_or_unowned(lead, by)
        ),
    ),
    SNOOZE,
)
LEAD = Topic(name="lead", find=about, acts=LEAD_MAIL_ACTIONS, comment=comment)
