"""My desk: the leads and tasks that this person owes, the first due on top."""

from datetime import timedelta
from itertools import chain

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from alignment.accounts.people import queries as accounts
from alignment.accounts.roles import Right, Side
from alignment.edge import allowed, needs, now, session, user
from alignment.leads import queries as leads_queries
from alignment.leads.event_kinds import CLOSING_KINDS, TOUCH_KINDS, EventKind
from alignment.leads.history import queries as history_queries
from alignment.leads.history.lead_teams import LeadTeams
from alignment.leads.history.recording import UNDO_WITHIN
from alignment.leads.models import Lead
from alignment.plans import queries as plans
from alignment.sla.timers import queries as promises
from alignment.web.agreements.awaited_signatures import awaited_signatures
from alignment.web.leads.desk_cards import desk_cards, desk_counts
from alignment.web.leads.history_text import HistoryLine, history_line
from alignment.web.leads.labels import RETURN_REASONS
from alignment.web.leads.team_queue import queue_of_reader
from alignment.web.name_lookup import people_names

pages = Blueprint("desk", __name__)

MAX_LEADS = 50
"""As many leads stand on a desk; the list of leads has them all."""
NEWS_SINCE = timedelta(days=7)
MAX_NEWS = 10
UNDOABLE_EVENTS = (
    TOUCH_KINDS
    | CLOSING_KINDS
    | {EventKind.ACCEPTED, EventKind.RETURNED, EventKind.FIXED, EventKind.RECYCLED}
    | {EventKind.QUALIFIED, EventKind.OPPORTUNITY_OPENED, EventKind.UNREACHABLE}
)
"""After these a lead stays on the desk while they can be taken back."""
NEWS_EVENTS = frozenset(
    {
        EventKind.ACCEPTED,
        EventKind.RETURNED,
        EventKind.QUALIFIED,
        EventKind.OPPORTUNITY_OPENED,
        EventKind.UNREACHABLE,
        EventKind.WON,
        EventKind.LOST,
    }
)
"""What whoever handed a lead off wants to hear."""


@pages.get("/")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    leads = my_leads()
    return render_template(
        "desk/show.html",
        signatures=awaited_signatures(),
        queue=queue_of_reader(),
        cards=desk_cards(leads[:MAX_LEADS]),
        more=max(len(leads) - MAX_LEADS, 0),
        counts=desk_counts(),
        is_beside=False,
        reasons=RETURN_REASONS.items(),
        values={},
        errors={},
        asked="",
        tasks=plans.tasks_of_person(session(), user(), now=now()),
        news=my_news() if allowed(Right.HAND_OFF) else [],
    )


def my_leads() -> list[Lead]:
    """What I did just now, what runs for me, what came back and what waits; each lead once."""
    done = history_queries.events_by(
        session(), user(), UNDOABLE_EVENTS, since=now() - UNDO_WITHIN, limit=MAX_LEADS
    )
    owed = promises.open_timers_owed_by(session(), user())
    waiting = leads_queries.leads_awaiting(session(), user(), limit=MAX_LEADS)
    candidates = chain(
        (news.lead for news in done), (clock.lead for clock in owed), returned_leads(), waiting
    )
    return list({lead.id: lead for lead in candidates}.values())


def returned_leads() -> list[Lead]:
    """Returned leads that I handed off, and of my team those of people who are not here any more.

    An owner of the workspace who is in no marketing team sees those of every team.
    """
    if not allowed(Right.HAND_OFF):
        return []
    workspace_id = user().workspace_id
    returned = leads_queries.returned_leads(session(), workspace_id, limit=MAX_LEADS)
    by = history_queries.handed_off_by(session(), workspace_id, [lead.id for lead in returned])
    others = {person.id for person in accounts.active_people_of(session(), workspace_id)}
    others.discard(user().id)
    unanswered = [lead for lead in returned if by.get(lead.id) not in others]
    mine = accounts.team_ids_on_side(session(), user(), Side.MARKETING)
    teams = LeadTeams(session(), workspace_id, unanswered)
    return [
        lead
        for lead in unanswered
        if by.get(lead.id) == user().id
        or not mine
        or teams.team_id(lead, Side.MARKETING) in {None, *mine}
    ]


def my_news() -> list[tuple[Lead, HistoryLine]]:
    people = people_names()
    news_rows = history_queries.events_on_own_handoffs(
        session(), user(), NEWS_EVENTS, since=now() - NEWS_SINCE, limit=MAX_NEWS
    )
    return [(news.lead, history_line(news.event, people)) for news in news_rows]
