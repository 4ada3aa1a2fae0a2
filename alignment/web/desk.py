"""My desk: what this person owes, what is due first on top."""

from datetime import timedelta
from itertools import chain

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from alignment.accounts import queries as accounts
from alignment.accounts.roles import Right
from alignment.edge import allowed, needs, now, session, user
from alignment.leads import queries
from alignment.leads.happenings import ENDS, TOUCHES, Happening
from alignment.leads.history import UNDO_WITHIN
from alignment.leads.models import Lead
from alignment.plans import queries as plans
from alignment.sla import queries as promises
from alignment.web.lead_cards import cards, desk_counts
from alignment.web.lead_page import Said, in_words, names
from alignment.web.lead_words import REASONS

pages = Blueprint("desk", __name__)

ROWS = 50
"""As many leads stand on a desk; the list of leads has them all."""
LATELY = timedelta(days=7)
NEWS = 10
ACTS = (
    TOUCHES
    | ENDS
    | {Happening.ACCEPTED, Happening.RETURNED, Happening.FIXED, Happening.RECYCLED}
    | {Happening.QUALIFIED, Happening.OPPORTUNITY_OPENED, Happening.UNREACHABLE}
)
"""After these a lead stays on the desk while they can be taken back."""
DECISIONS = frozenset(
    {
        Happening.ACCEPTED,
        Happening.RETURNED,
        Happening.QUALIFIED,
        Happening.OPPORTUNITY_OPENED,
        Happening.UNREACHABLE,
        Happening.WON,
        Happening.LOST,
    }
)
"""What whoever handed a lead off wants to hear."""


@pages.get("/")
@needs(Right.READ)
def show() -> ResponseReturnValue:
    found = my_leads()
    return render_template(
        "desk/show.html",
        cards=cards(found[:ROWS]),
        more=max(len(found) - ROWS, 0),
        counts=desk_counts(),
        is_beside=False,
        reasons=REASONS.items(),
        values={},
        errors={},
        asked="",
        tasks=plans.tasks_of_person(session(), user(), now=now()),
        news=my_news() if allowed(Right.HAND_OFF) else [],
    )


def my_leads() -> list[Lead]:
    """What I did just now, what runs for me, what came back and what waits; each lead once."""
    done = queries.said_by(session(), user(), ACTS, since=now() - UNDO_WITHIN, limit=ROWS)
    owed = promises.desk_of(session(), user())
    waiting = queries.waiting_for(session(), user(), limit=ROWS)
    found = chain((news.lead for news in done), (each.lead for each in owed), came_back(), waiting)
    return list({lead.id: lead for lead in found}.values())


def came_back() -> list[Lead]:
    """Returned leads that I handed off, and those of people who are not here any more."""
    if not allowed(Right.HAND_OFF):
        return []
    workspace_id = user().workspace_id
    returned = queries.returned(session(), workspace_id, limit=ROWS)
    by = queries.handed_off_by(session(), workspace_id, [lead.id for lead in returned])
    others = {person.id for person in accounts.active_people_of(session(), workspace_id)}
    others.discard(user().id)
    return [lead for lead in returned if by.get(lead.id) not in others]


def my_news() -> list[tuple[Lead, Said]]:
    people = names()
    found = queries.news_for(session(), user(), DECISIONS, since=now() - LATELY, limit=NEWS)
    return [(news.lead, in_words(news.line, people)) for news in found]
