"""What people can do from a message about a clock: act on its lead, or excuse the breach."""

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import OTHER_SIDE, Right
from alignment.errors import Refused
from alignment.leads.actions import LEAD
from alignment.notifications.actions.definitions import (
    Action,
    ActionInput,
    Press,
    Topic,
    TopicItem,
)
from alignment.notifications.actions.related_subjects import perform_through, through
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.breaches.excuses import approval
from alignment.sla.models import Breach
from alignment.sla.timers import queries as timers_queries
from alignment.sla.versions import queries as versions_queries


def lead_id_of(session: Session, reader: User, timer_id: int) -> int:
    return timers_queries.timer_for(session, reader, timer_id).lead_id


def about(session: Session, reader: User, timer_id: int) -> TopicItem:
    return LEAD.find(session, reader, lead_id_of(session, reader, timer_id))


def excuse(session: Session, press: Press) -> str:
    """The other team sets aside what was missed, for the reason that was typed."""
    breach = _standing_breach(session, press.by, press.subject_id)
    if breach is None:
        raise Refused("Nothing is missed here that could be excused.")
    approval.excuse_breach(session, breach, reason=press.input[:500], by=press.by, now=press.now)
    return "It is excused."


def take_back_excuse(session: Session, press: Press) -> str:
    for breach in _breaches(session, press.by, press.subject_id):
        breach_on_board = breaches_queries.breach_for(session, press.by, breach.id)
        if breach.is_excused and breach_on_board.excuse is not None:
            approval.revoke_excuse(session, breach_on_board.excuse, by=press.by, now=press.now)
            return "The excuse is taken back."
    raise Refused("This was taken back already.")


def may_excuse(session: Session, reader: User, timer_id: int) -> bool:
    """Whether this person speaks for the other team alone, and something is there to excuse."""
    breach = _standing_breach(session, reader, timer_id)
    if breach is None:
        return False
    agreement = breaches_queries.agreement_of_breach(session, breach)
    return versions_queries.sides_in(session, agreement, reader.id) == {OTHER_SIDE[breach.owed_by]}


def _standing_breach(session: Session, reader: User, timer_id: int) -> Breach | None:
    return next(
        (
            breach
            for breach in _breaches(session, reader, timer_id)
            if not (breach.withdrawn_at or breach.is_excused or breach.is_shadow)
        ),
        None,
    )


def _breaches(session: Session, reader: User, timer_id: int) -> list[Breach]:
    timer = timers_queries.timer_for(session, reader, timer_id)
    by_timer = breaches_queries.breaches_of_timers(session, reader.workspace_id, [timer.id])
    return list(by_timer.get(timer.id, ()))


EXCUSE = Action(
    name="excuse",
    label="Excuse …",
    right=Right.EXCUSE,
    perform=excuse,
    undo=take_back_excuse,
    is_offered=may_excuse,
    input=ActionInput.WORDS,
)
TIMER = Topic(
    name="clock",
    find=about,
    actions=(*(through(action, lead_id_of) for action in LEAD.actions), EXCUSE),
    comment=perform_through(LEAD.comment, lead_id_of),
)
