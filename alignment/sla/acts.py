"""What can be done about a clock from the message that tells of it: it is done to its lead."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.leads.acts import ON_A_LEAD
from alignment.notifications.acts import Act
from alignment.sla import queries


def _through_its_clock(act: Act) -> Act:
    """The same act for messages whose subject is a timer."""

    def do(session: Session, by: User, timer_id: int, *, choice: str, now: datetime) -> str:
        timer = queries.timer_for(session, by, timer_id)
        said: str = act.do(session, by, timer.lead_id, choice=choice, now=now)
        return said

    return replace(act, do=do)


ON_A_CLOCK = tuple(_through_its_clock(act) for act in ON_A_LEAD)
"""For messages whose subject is a timer."""
