"""Excuse one missed promise: one team asks, the other grants or refuses, either may revoke.

The breach stays a fact. ``Breach.is_excused`` says whether an excuse of its own or of a period
applies now; reports give both numbers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from alignment.accounts.models import User
from alignment.accounts.roles import OTHER_SIDE, Right, Side, may
from alignment.errors import Refused
from alignment.events import publish
from alignment.sla.breaches import queries as breaches_queries
from alignment.sla.breaches.excuses import queries
from alignment.sla.events import BreachExcused, ExcuseAnswered, ExcuseAsked, ExcuseRevoked
from alignment.sla.models import Agreement, Breach, Excuse, ExcuseState
from alignment.sla.versions import queries as versions_queries


def excuse_breach(
    session: Session, breach: Breach, *, reason: str, by: User, now: datetime
) -> Excuse:
    """Somebody of the other team alone sets a missed promise aside, at once."""
    agreement = _lock_excusable_breach(session, breach)
    other = OTHER_SIDE[breach.owed_by]
    if versions_queries.sides_in(session, agreement, by.id) != {other}:
        raise Refused(f"Only {other} can excuse what {breach.owed_by} owes.")

    granted = _new_excuse(session, agreement, breach, reason=reason, by=by, now=now)
    granted.state, granted.answered_by_id, granted.answered_at = ExcuseState.GRANTED, by.id, now
    update_breaches_of(session, granted)
    publish(session, BreachExcused(**_event_fields(session, granted, by, now)))
    return granted


def ask_for_excuse(
    session: Session, breach: Breach, *, reason: str, by: User, now: datetime
) -> Excuse:
    """Somebody of the team that owes it asks; a person of the other team has to answer."""
    agreement = _lock_excusable_breach(session, breach)
    if breach.owed_by not in versions_queries.sides_in(session, agreement, by.id):
        raise Refused(f"Only {breach.owed_by} can ask, since {breach.owed_by} owes this.")

    asked = _new_excuse(session, agreement, breach, reason=reason, by=by, now=now)
    publish(session, ExcuseAsked(**_event_fields(session, asked, by, now)))
    return asked


def answer_excuse(
    session: Session, asked: Excuse, *, is_granted: bool, by: User, now: datetime, words: str = ""
) -> None:
    """Somebody of the team that was asked grants it, or refuses and says why."""
    _lock_and_refresh(session, asked)
    if asked.state is not ExcuseState.ASKED:
        raise Refused("This was answered or taken back already.")
    if not may_answer(session, asked, by):
        raise Refused(f"{answering_side(session, asked).capitalize()} has to answer this.")
    if not (is_granted or words):
        raise Refused("Say in a few words why not.")

    asked.state = ExcuseState.GRANTED if is_granted else ExcuseState.REFUSED
    asked.answered_by_id, asked.answered_at, asked.answer_text = by.id, now, words
    update_breaches_of(session, asked)
    publish(
        session, ExcuseAnswered(**_event_fields(session, asked, by, now), is_granted=is_granted)
    )


def revoke_excuse(session: Session, given: Excuse, *, by: User, now: datetime) -> None:
    """Either team undoes what was granted; what is only asked, the team that asks."""
    _lock_and_refresh(session, given)
    if given.state not in (ExcuseState.ASKED, ExcuseState.GRANTED):
        raise Refused("There is nothing to take back: this does not hold.")
    if not may_revoke(session, given, by):
        raise Refused("Only members of the two teams can take this back.")

    given.state = ExcuseState.TAKEN_BACK
    update_breaches_of(session, given)
    publish(session, ExcuseRevoked(**_event_fields(session, given, by, now)))


def may_answer(session: Session, asked: Excuse, user: User) -> bool:
    """Whether this person speaks for the team that was asked; nobody answers his own question."""
    sides = _sides(session, asked, user.id)
    is_asked = answering_side(session, asked) in sides and user.id != asked.asked_by_id
    return is_asked and _has_the_right(asked, user)


def may_revoke(session: Session, given: Excuse, user: User) -> bool:
    sides = _sides(session, given, user.id)
    if given.state is ExcuseState.ASKED:
        sides -= {answering_side(session, given)}
    return bool(sides) and _has_the_right(given, user)


def answering_side(session: Session, asked: Excuse) -> Side:
    """The team that did not ask. Both may propose a period; a single one only who owes it."""
    asking = _sides(session, asked, asked.asked_by_id)
    if is_for_period(asked) and len(asking) == 1:
        return OTHER_SIDE[asking.pop()]
    return OTHER_SIDE[asked.owed_by]


def is_for_period(given: Excuse) -> bool:
    return given.from_at is not None


def update_breaches_of(session: Session, changed: Excuse) -> None:
    """Let every breach that this excuse is about say whether it is excused now."""
    session.add(changed)
    session.flush()
    session.execute(
        update(Breach)
        .where(col(Breach.workspace_id) == changed.workspace_id, *_breaches_of_excuse(changed))
        .values(is_excused=queries.is_excused_now())
        .execution_options(synchronize_session="fetch")
    )


def _breaches_of_excuse(changed: Excuse) -> list[ColumnElement[bool]]:
    if not is_for_period(changed):
        return [col(Breach.excuse_id) == changed.id]
    return [
        ~col(Breach.is_shadow),
        col(Breach.owed_by) == changed.owed_by,
        col(Breach.due_at) >= changed.from_at,
        col(Breach.due_at) < changed.until_at,
    ]


def _lock_excusable_breach(session: Session, breach: Breach) -> Agreement:
    """The agreement of a breach that can be excused; nobody else asks until we are done."""
    session.refresh(breach, with_for_update={"key_share": True})
    if breach.withdrawn_at is not None:
        raise Refused("This no longer counts as missed. There is nothing to excuse.")
    if breach.is_shadow:
        raise Refused("Nobody has signed this promise yet. There is nothing to excuse.")
    if breach.is_excused:
        raise Refused("This is excused already.")
    before = session.get(Excuse, breach.excuse_id) if breach.excuse_id else None
    if before is not None and before.state is ExcuseState.ASKED:
        raise Refused("This was asked already and waits for an answer.")
    return breaches_queries.agreement_of_breach(session, breach)


def _new_excuse(
    session: Session, agreement: Agreement, breach: Breach, *, reason: str, by: User, now: datetime
) -> Excuse:
    asked = Excuse(
        workspace_id=agreement.workspace_id,
        agreement_id=agreement.id,
        owed_by=breach.owed_by,
        reason=reason,
        asked_by_id=by.id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    breach.excuse_id = asked.id
    session.add(breach)
    return asked


def _lock_and_refresh(session: Session, given: Excuse) -> None:
    """Of two who answer at once the later sees the earlier; a sweep waits, or is waited for."""
    session.refresh(given, with_for_update={"key_share": True})
    if is_for_period(given):
        queries.lock_agreement(session, given)


def _sides(session: Session, given: Excuse, user_id: int) -> set[Side]:
    return versions_queries.sides_in(
        session, session.get_one(Agreement, given.agreement_id), user_id
    )


def _has_the_right(given: Excuse, user: User) -> bool:
    """Single ones are everybody's daily work; a period takes whoever may sign promises."""
    right = Right.PROMISE if is_for_period(given) else Right.EXCUSE
    return may(user.role, frozenset(), right)


def _event_fields(session: Session, given: Excuse, by: User, now: datetime) -> dict[str, Any]:
    breach = queries.breach_of_excuse(session, given)
    return {
        "workspace_id": given.workspace_id,
        "at": now,
        "excuse_id": given.id,
        "agreement_id": given.agreement_id,
        "breach_id": breach.id if breach else None,
        "by_id": by.id,
    }
