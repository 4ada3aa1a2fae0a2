"""What people can do from a chat message about a timer: each action is done to the timer's lead."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.leads.actions import LEAD_ACTIONS
from alignment.notifications.actions.definitions import Action
from alignment.sla.timers import queries


def _on_the_lead_of_its_timer(act: Action) -> Action:
    """The same act for messages whose subject is a timer."""

    def do(session: Session, by: User, timer_id: int, *, choice: str, now: datetime) -> str:
        timer = queries.timer_for(session, by, timer_id)
        said: str = act.do(session, by, timer.lead_id, choice=choice, now=now)
        return said

    return replace(act, do=do)


TIMER_CHAT_ACTIONS = tuple(_on_the_lead_of_its_timer(act) for act in LEAD_ACTIONS)
"""For messages whose subject is a timer."""
