"""A lead as mails are about it: what stands on the page behind their buttons, and the buttons."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User, id_of
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.leads import queries, routing
from alignment.leads.acts import ACCEPT, CALLED, RETURN
from alignment.leads.happenings import Happening
from alignment.leads.history import record, undo
from alignment.leads.models import Lead, LeadEvent, Stage
from alignment.notifications.acts import About, Act, Fits, Topic
from alignment.notifications.acts import Undo as Undoing
from alignment.notifications.putting_off import snooze

WITH_SALES = frozenset({Stage.HANDED_OFF, Stage.ACCEPTED, Stage.QUALIFIED, Stage.OPPORTUNITY})
UNDECIDED = frozenset({Stage.HANDED_OFF, Stage.ACCEPTED})
LONGEST_COMMENT = 2000


def about(session: Session, reader: User, lead_id: int) -> About:
    """The lead as it stands; who owns it and in which round makes its epoch."""
    lead = queries.lead_for(session, reader, lead_id)
    owner = session.get_one(User, lead.owner_id).name if lead.owner_id else "nobody yet"
    line = queries.newest_lines(session, lead.workspace_id, [lead_id]).get(lead_id)
    by = session.get_one(User, line.by_id).name if line and line.by_id else ""
    return About(
        thread=f"lead-{lead_id}",
        title=" · ".join(part for part in (lead.name, lead.company) if part) or f"Lead {lead_id}",
        words=f"{lead.stage.replace('_', ' ').capitalize()}, with {owner}.",
        link=f"/leads/{lead_id}",
        epoch=f"{lead.owner_id}:{lead.handed_off_at}",
        news=_news(line, by) if line else "",
        news_at=line.at if line else None,
    )


def _news(line: LeadEvent, by: str) -> str:
    """Like “Ada van Dyk handed off”, or “Handed off” where no person did."""
    happened = line.kind.replace("_", " ")
    return f"{by} {happened}" if by else happened.capitalize()


def take_over(session: Session, by: User, lead_id: int, *, choice: str, now: datetime) -> str:  # noqa: ARG001
    lead = queries.lead_to_change(session, by, lead_id)
    if lead.owner_id == by.id:
        return f"{lead.name} is yours already."
    if lead.stage not in WITH_SALES:
        raise Refused(f"{lead.name} is {lead.stage.replace('_', ' ')} and not with sales now.")
    routing.assign(session, lead, to=by, by=by, now=now)
    return f"{lead.name} is yours now."


def comment(session: Session, by: User, lead_id: int, words: str, *, now: datetime) -> str:
    """Keep what somebody wrote back, in the lead's history."""
    lead = queries.lead_to_change(session, by, lead_id)
    record(session, lead, Happening.COMMENTED, by=by, now=now, note=words[:LONGEST_COMMENT])
    return f"Your comment on {lead.name} is kept."


def _taking_back(kind: Happening) -> Undoing:
    """Take back one's own newest line of this kind, as the lead's page does."""

    def take_back(session: Session, by: User, lead_id: int, *, before: str, now: datetime) -> str:  # noqa: ARG001
        lead = queries.lead_to_change(session, by, lead_id)
        own = [x for x in queries.history_of(session, lead) if (x.kind, x.by_id) == (kind, by.id)]
        if not own:
            raise Refused("This was taken back already.")
        undo(session, lead, max(own, key=id_of), by=by, now=now)
        return f"Taken back: {lead.name} is as it was before."

    return take_back


def _where(says: Callable[[Lead, User], bool]) -> Fits:
    def fits(session: Session, by: User, lead_id: int) -> bool:
        lead = queries.lead_for(session, by, lead_id)
        return lead.merged_into_id is None and says(lead, by)

    return fits


def _is_theirs(lead: Lead, by: User) -> bool:
    return lead.owner_id in (None, by.id)


SNOOZE = snooze(lambda _session, _by, lead_id: f"lead-{lead_id}")
BY_MAIL: tuple[Act, ...] = (
    replace(
        ACCEPT,
        is_light=True,
        undo=_taking_back(Happening.ACCEPTED),
        fits=_where(lambda lead, by: lead.stage is Stage.HANDED_OFF and _is_theirs(lead, by)),
    ),
    replace(
        CALLED,
        is_light=True,
        undo=_taking_back(Happening.CALLED),
        fits=_where(lambda lead, by: lead.stage in WITH_SALES and _is_theirs(lead, by)),
    ),
    replace(
        RETURN,
        undo=_taking_back(Happening.RETURNED),
        fits=_where(lambda lead, by: lead.stage in UNDECIDED and _is_theirs(lead, by)),
    ),
    Act(
        name="take_over",
        label="Take over",
        right=Right.WORK,
        do=take_over,
        undo=_taking_back(Happening.ASSIGNED),
        fits=_where(lambda lead, by: lead.stage in WITH_SALES and not _is_theirs(lead, by)),
    ),
    SNOOZE,
)
LEAD = Topic(name="lead", about=about, acts=BY_MAIL, comment=comment)
