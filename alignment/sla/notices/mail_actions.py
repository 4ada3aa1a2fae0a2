"""What people can do from a mail about a timer: act on its lead, or excuse the breach."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.leads import action_page as leads
from alignment.notifications.actions.definitions import Action, ActionInput, Topic, TopicItem
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.breaches.excuses import approval
from alignment.sla.breaches.excuses.approval import OTHER_SIDE
from alignment.sla.models import Breach, Timer
from alignment.sla.timers import queries as timers_queries
from alignment.sla.versions import queries as versions_queries


def about(session: Session, reader: User, timer_id: int) -> TopicItem:
    return leads.about(session, reader, _timer(session, reader, timer_id).lead_id)


def comment(session: Session, by: User, timer_id: int, words: str, *, now: datetime) -> str:
    return leads.comment(session, by, _timer(session, by, timer_id).lead_id, words, now=now)


def excuse(session: Session, by: User, timer_id: int, *, choice: str, now: datetime) -> str:
    """The other team sets aside what was missed; ``choice`` is the reason."""
    breach = _standing_breach(session, by, timer_id)
    if breach is None:
        raise Refused("Nothing is missed here that could be excused.")
    approval.excuse_breach(session, breach, reason=choice[:500], by=by, now=now)
    return "It is excused."


def take_back_excuse(
    session: Session,
    by: User,
    timer_id: int,
    *,
    before: str,  # noqa: ARG001
    now: datetime,
) -> str:
    timer = _timer(session, by, timer_id)
    for breach in breaches_queries.breaches_of_timers(session, by.workspace_id, [timer.id]).get(
        timer.id, ()
    ):
        breach_on_board = breaches_queries.breach_for(session, by, breach.id)
        if breach.is_excused and breach_on_board.excuse is not None:
            approval.revoke_excuse(session, breach_on_board.excuse, by=by, now=now)
            return "The excuse is taken back."
    raise Refused("This was taken back already.")


def may_excuse(session: Session, by: User, timer_id: int) -> bool:
    """Whether this person speaks for the other team alone, and something is there to excuse."""
    breach = _standing_breach(session, by, timer_id)
    if breach is None:
        return False
    agreement = breaches_queries.agreement_of_breach(session, breach)
    return versions_queries.sides_in(session, agreement, by.id) == {OTHER_SIDE[breach.owed_by]}


def _timer(session: Session, by: User, timer_id: int) -> Timer:
    return timers_queries.timer_for(session, by, timer_id)


def _standing_breach(session: Session, by: User, timer_id: int) -> Breach | None:
    timer = _timer(session, by, timer_id)
    breaches = breaches_queries.breaches_of_timers(session, by.workspace_id, [timer.id])
    return next(
        (
            breach
            for breach in breaches.get(timer.id, ())
            if not (breach.withdrawn_at or breach.is_excused or breach.is_shadow)
        ),
        None,
    )


def _on_the_lead_of_its_timer(act: Action) -> Action:
    """The same act, where the message is about a clock of the lead."""

    def do(session: Session, by: User, timer_id: int, *, choice: str, now: datetime) -> str:
        lead_id = _timer(session, by, timer_id).lead_id
        said: str = act.do(session, by, lead_id, choice=choice, now=now)
        return said

    def undo(session: Session, by: User, timer_id: int, *, before: str, now: datetime) -> str:
        lead_id = _timer(session, by, timer_id).lead_id
        if act.undo is None:
            raise Refused("This cannot be taken back.")
        said: str = act.undo(session, by, lead_id, before=before, now=now)
        return said

    def fits(session: Session, by: User, timer_id: int) -> bool:
        return act.is_applicable(session, by, _timer(session, by, timer_id).lead_id)

    return replace(act, do=do, undo=undo, is_applicable=fits)


EXCUSE = Action(
    name="excuse",
    label="Excuse …",
    right=Right.EXCUSE,
    do=excuse,
    input=ActionInput.WORDS,
    undo=take_back_excuse,
    is_applicable=may_excuse,
)
TIMER_TOPIC = Topic(
    name="clock",
    find=about,
    acts=(*(_on_the_lead_of_its_timer(act) for act in leads.LEAD_MAIL_ACTIONS), EXCUSE),
    comment=comment,
)
