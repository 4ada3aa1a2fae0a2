"""A clock as mails are about it: its lead, and what the other team can excuse."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alignment.accounts.models import User
from alignment.accounts.roles import Right
from alignment.errors import Refused
from alignment.leads import topic as leads
from alignment.notifications.acts import About, Act, Asks, Topic
from alignment.sla import excuses, queries
from alignment.sla.excuses import OTHER
from alignment.sla.models import Breach, Timer


def about(session: Session, reader: User, timer_id: int) -> About:
    return leads.about(session, reader, _timer(session, reader, timer_id).lead_id)


def comment(session: Session, by: User, timer_id: int, words: str, *, now: datetime) -> str:
    return leads.comment(session, by, _timer(session, by, timer_id).lead_id, words, now=now)


def excuse(session: Session, by: User, timer_id: int, *, choice: str, now: datetime) -> str:
    """The other team sets aside what was missed; ``choice`` is the reason."""
    breach = _standing_breach(session, by, timer_id)
    if breach is None:
        raise Refused("Nothing is missed here that could be excused.")
    excuses.excuse(session, breach, reason=choice[:500], by=by, now=now)
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
    for breach in queries.breaches_of_timers(session, by.workspace_id, [timer.id]).get(
        timer.id, ()
    ):
        found = queries.breach_for(session, by, breach.id)
        if breach.is_excused and found.excuse is not None:
            excuses.take_back(session, found.excuse, by=by, now=now)
            return "The excuse is taken back."
    raise Refused("This was taken back already.")


def may_excuse(session: Session, by: User, timer_id: int) -> bool:
    """Whether this person speaks for the other team alone, and something is there to excuse."""
    breach = _standing_breach(session, by, timer_id)
    if breach is None:
        return False
    agreement = queries.agreement_of_breach(session, breach)
    return queries.sides_in(session, agreement, by.id) == {OTHER[breach.owed_by]}


def _timer(session: Session, by: User, timer_id: int) -> Timer:
    return queries.timer_for(session, by, timer_id)


def _standing_breach(session: Session, by: User, timer_id: int) -> Breach | None:
    timer = _timer(session, by, timer_id)
    breaches = queries.breaches_of_timers(session, by.workspace_id, [timer.id])
    return next(
        (
            one
            for one in breaches.get(timer.id, ())
            if not (one.withdrawn_at or one.is_excused or one.is_shadow)
        ),
        None,
    )


def _through_its_clock(act: Act) -> Act:
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
        return act.fits(session, by, _timer(session, by, timer_id).lead_id)

    return replace(act, do=do, undo=undo, fits=fits)


EXCUSE = Act(
    name="excuse",
    label="Excuse …",
    right=Right.EXCUSE,
    do=excuse,
    asks=Asks.WORDS,
    undo=take_back_excuse,
    fits=may_excuse,
)
CLOCK = Topic(
    name="clock",
    about=about,
    acts=(*(_through_its_clock(act) for act in leads.BY_MAIL), EXCUSE),
    comment=comment,
)
