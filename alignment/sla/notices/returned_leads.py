"""Tell marketing of a returned lead before the promise to answer it warns."""

from collections.abc import Sequence
from itertools import groupby

from sqlmodel import Session

from alignment.accounts.roles import Side
from alignment.leads.events import LeadReturned
from alignment.leads.notices import owners_and_returns as lead_notices
from alignment.sla.notices.deadlines import deadline
from alignment.sla.timers.queries import open_timers_of_leads


def notify_marketing(session: Session, events: Sequence[LeadReturned]) -> None:
    """The timers are read before, when the lead changed, so that their due times hold."""
    for (workspace_id, now), some in groupby(
        events, key=lambda event: (event.workspace_id, event.at)
    ):
        of_workspace = list(some)
        lead_ids = {event.lead_id for event in of_workspace}
        deadlines = {
            lead_id: at
            for lead_id, timers in open_timers_of_leads(session, workspace_id, lead_ids).items()
            if (at := deadline((x for x in timers if x.owed_by is Side.MARKETING), now=now))
        }
        lead_notices.notify_marketing_of_return(session, of_workspace, deadlines=deadlines)
