"""What the page of one lead shows: timers, escalation steps, history, and the actions available."""

from typing import Any

from alignment.edge import now, session, user
from alignment.leads.event_kinds import backdating_limit_words
from alignment.leads.history import queries as history_queries
from alignment.leads.models import Lead
from alignment.sla.notices.timeline import timelines_of
from alignment.sla.timers.backdating import backdating_limit
from alignment.sla.timers.inspection import inspect_lead
from alignment.web.breach_summary import CAUSES_IN_FULL, summaries_by_timer
from alignment.web.leads.field_texts import further_texts
from alignment.web.leads.history_text import history_line
from alignment.web.leads.labels import OUTCOMES, RETURN_REASONS, TOUCHES
from alignment.web.leads.offered_verbs import offered_verbs
from alignment.web.leads.owners import owner_options, owner_words
from alignment.web.leads.pause_reopen_merge import pause_reopen_merge_context
from alignment.web.name_lookup import people_names, source_names


def page_context(lead: Lead) -> dict[str, Any]:
    """What the partial of the whole lead reads."""
    people, everybody = people_names(), owner_options()
    source = source_names().get(lead.source_id or 0, "")
    clocks = inspect_lead(session(), lead, now=now())
    return {
        "lead": lead,
        "further_texts": further_texts(lead, source=source),
        "owner": owner_words([lead])[lead.id],
        "clocks": [(clock, clock.explanation(user().zone, people=people)) for clock in clocks],
        "ladders": timelines_of(session(), lead.workspace_id, clocks, people=people),
        "missed_by_timer": summaries_by_timer(lead),
        "causes": CAUSES_IN_FULL.items(),
        "story": [
            history_line(line, people, currency=lead.currency)
            for line in history_queries.full_history_of(session(), lead)
        ],
        **pause_reopen_merge_context(lead, clocks, people),
        "verbs": offered_verbs([lead])[lead.id],
        "reasons": RETURN_REASONS.items(),
        "outcomes": OUTCOMES.items(),
        "touches": TOUCHES.items(),
        "days_back": backdating_limit_words(backdating_limit(clocks)),
        "owners": [choice for choice in everybody if choice[0] != lead.owner_id],
        "everybody": everybody,
        "values": {},
        "errors": {},
        "asked": "",
    }
