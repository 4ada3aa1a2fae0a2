"""The actions on a lead from mail, chat and reply: the same verbs as on its page. And what the page
behind a mail's buttons shows of the lead.
"""

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.errors import Refused
from alignment.leads import handoff, permissions, queries, routing, touches
from alignment.leads.event_kinds import EventKind
from alignment.leads.handoff import ReturnReason
from alignment.leads.history import queries as history_queries
from alignment.leads.history.new_event import NewLeadEvent
from alignment.leads.history.recording import record_event, undo_event
from alignment.leads.models import Lead, LeadEvent
from alignment.leads.rules import RULES, Verb
from alignment.notifications.actions.definitions import (
    Action,
    IsOffered,
    Perform,
    Press,
    Topic,
    TopicItem,
)
from alignment.notifications.actions.snooze_action import snooze_action

LONGEST_COMMENT = 2000
REASONS = tuple((reason.value, reason.replace("_", " ").capitalize()) for reason in ReturnReason)


def accept(session: Session, press: Press) -> str:
    lead = _lead_to_change(session, press)
    handoff.accept(session, lead, by=press.by, now=press.now)
    return f"You accepted {lead.name}."


def record_call(session: Session, press: Press) -> str:
    lead = _lead_to_change(session, press)
    line = touches.record_touch(session, lead, EventKind.CALLED, by=press.by, now=press.now)
    return touches.call_sentence(session, lead, line, by=press.by)


def return_lead(session: Session, press: Press) -> str:
    lead = _lead_to_change(session, press)
    if press.input not in list(ReturnReason):
        raise Refused("Choose why the lead goes back.")
    reason = ReturnReason(press.input)
    handoff.return_to_marketing(session, lead, reason=reason, by=press.by, now=press.now)
    return f"{lead.name} is back with marketing."


def take_over(session: Session, press: Press) -> str:
    lead = _lead_to_change(session, press)
    if lead.owner_id == press.by.id:
        return f"{lead.name} is yours already."
    routing.give(session, lead, owner=press.by, by=press.by, now=press.now)
    return f"{lead.name} is yours now."


def comment(session: Session, press: Press) -> str:
    """Keep what somebody wrote back, in the lead's history."""
    lead, note = _lead_to_change(session, press), press.input[:LONGEST_COMMENT]
    event = NewLeadEvent(kind=EventKind.COMMENTED, at=press.now, by_id=press.by.id, note=note)
    record_event(session, lead, event, now=press.now)
    return f"Your comment on {lead.name} is kept."


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


def _lead_to_change(session: Session, press: Press) -> Lead:
    return queries.lead_to_change(session, press.by, press.subject_id)


def _latest_event_words(line: LeadEvent, by: str) -> str:
    """Like “Ada van Dyk handed off”, or “Handed off” where no person did."""
    happened = line.kind.replace("_", " ")
    return f"{by} {happened}" if by else happened.capitalize()


def _undo_of(kind: EventKind) -> Perform:
    """Take back one's own newest line of this kind, as the lead's page does."""

    def take_back(session: Session, press: Press) -> str:
        lead = _lead_to_change(session, press)
        history = history_queries.history_of(session, lead)
        own = [line for line in history if (line.kind, line.by_id) == (kind, press.by.id)]
        if not own:
            raise Refused("This was taken back already.")
        newest = max(own, key=lambda line: line.id)
        undo_event(session, lead, newest, by=press.by, now=press.now)
        return f"Taken back: {lead.name} is as it was before."

    return take_back


def _offered_as(verb: Verb) -> IsOffered:
    def is_offered(session: Session, reader: User, lead_id: int) -> bool:
        lead = queries.lead_for(session, reader, lead_id)
        return verb in permissions.inviting_verbs(session, reader, [lead])[lead_id]

    return is_offered


ACCEPT = Action(
    name="accept",
    label="Accept",
    right=RULES[Verb.ACCEPT].right,
    perform=accept,
    undo=_undo_of(EventKind.ACCEPTED),
    is_offered=_offered_as(Verb.ACCEPT),
    is_light=True,
    reply_commands={"accept": "", "accepted": ""},
)
CALLED = Action(
    name="called",
    label="I called",
    right=RULES[Verb.CALL].right,
    perform=record_call,
    undo=_undo_of(EventKind.CALLED),
    is_offered=_offered_as(Verb.CALL),
    is_light=True,
    reply_commands={"called": "", "i called": ""},
)
RETURN = Action(
    name="return",
    label="Return …",
    right=RULES[Verb.RETURN].right,
    perform=return_lead,
    undo=_undo_of(EventKind.RETURNED),
    is_offered=_offered_as(Verb.RETURN),
    choices=REASONS,
)
TAKE_OVER = Action(
    name="take_over",
    label="Take over",
    right=RULES[Verb.TAKE_OVER].right,
    perform=take_over,
    undo=_undo_of(EventKind.ASSIGNED),
    is_offered=_offered_as(Verb.TAKE_OVER),
    is_light=True,
    reply_commands={"take over": "", "i take over": ""},
)
LEAD = Topic(
    name="lead",
    find=about,
    actions=(ACCEPT, CALLED, RETURN, TAKE_OVER, snooze_action("lead")),
    comment=comment,
)
