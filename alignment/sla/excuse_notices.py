"""Tell people about excuses: who has to answer one, and who asked what came of it.

A missed promise that is excused unasked sends nothing, nor does one of a period that is excused
already: the board and the digest show it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts import queries as accounts
from alignment.accounts.models import Team, User
from alignment.accounts.roles import Right, may
from alignment.notifications.models import Delivery
from alignment.notifications.outbox import Letter, enqueue_many
from alignment.sla import queries
from alignment.sla.events import ExcuseAnswered, ExcuseAsked, ExcuseChanged, ExcuseTakenBack
from alignment.sla.excuses import answering_side, is_of_period
from alignment.sla.inspection import promise_names
from alignment.sla.models import Agreement, Breach, Excuse, ExcuseState, Timer

ASKED, ANSWERED = "excuse_asked", "excuse_answered"
OF_EITHER = ("lead", "company", "promise", "due_at", "from_at", "until_at")
"""Words that only a letter about one promise has, or only one about a period."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a message about one excuse speaks of."""

    excuse: Excuse
    agreement: Agreement
    words: dict[str, Any]


def tell_who_answers(session: Session, events: Sequence[ExcuseAsked]) -> None:
    """The team that was asked: those of it who may answer, its leads first of all."""
    for event in events:
        matter = _matter(session, event)
        team_id = matter.agreement.team_ids[answering_side(session, matter.excuse)]
        people = _who_answer(session, session.get_one(Team, team_id), matter.excuse)
        _send(session, ASKED, matter, people, now=event.at)


def tell_who_asked(
    session: Session, events: Sequence[ExcuseAnswered] | Sequence[ExcuseTakenBack]
) -> None:
    """Whoever asked hears the answer, and that it was taken back; never of an act of one's own."""
    for event in events:
        matter = _matter(session, event)
        asker = session.get_one(User, matter.excuse.asked_by_id)
        if asker.is_active and asker.id != event.by_id:
            _send(session, ANSWERED, matter, [asker], now=event.at)


def still_asked(session: Session, delivery: Delivery, *, now: datetime) -> str | None:  # noqa: ARG001
    """Why a question no longer matters, if it does not."""
    state = session.get_one(Excuse, delivery.subject_id).state
    return None if state is ExcuseState.ASKED else f"It is {state.replace('_', ' ')} by now."


def _who_answer(session: Session, team: Team, excuse: Excuse) -> Sequence[User]:
    """A period takes whoever may sign for the team; else its leads, or everybody without any."""
    members = accounts.members_of(session, team)
    if is_of_period(excuse):
        return [x for x in members if may(x.role, frozenset(), Right.PROMISE)] or members
    return accounts.leads_of(session, team) or members


def _matter(session: Session, event: ExcuseChanged) -> Matter:
    excuse = session.get_one(Excuse, event.excuse_id)
    agreement = session.get_one(Agreement, event.agreement_id)
    answerer = session.get(User, excuse.answered_by_id) if excuse.answered_by_id else None
    about = _about(session, event.breach_id) if event.breach_id else _about_period(excuse)
    return Matter(
        excuse=excuse,
        agreement=agreement,
        words=dict.fromkeys(OF_EITHER)
        | about
        | {
            "agreement": agreement.name,
            "owed_by": session.get_one(Team, agreement.team_ids[excuse.owed_by]).name,
            "reason": excuse.reason,
            "asked_by": session.get_one(User, excuse.asked_by_id).name,
            "answered_by": answerer.name if answerer else "",
            "answer": excuse.answer,
            "state": excuse.state.value,
        },
    )


def _about(session: Session, breach_id: int) -> dict[str, Any]:
    breach = session.get_one(Breach, breach_id)
    timer = session.get_one(Timer, breach.timer_id)
    ((_, lead, company, _),) = queries.timers_with_words(session, breach.workspace_id, [timer.id])
    names = promise_names(session, breach.workspace_id)
    return {
        "lead": lead,
        "company": company,
        "promise": names[timer.version_id, timer.target_key],
        "due_at": breach.due_at,
        "link": f"/breaches/{breach.id}",
    }


def _about_period(excuse: Excuse) -> dict[str, Any]:
    return {
        "from_at": excuse.from_at,
        "until_at": excuse.until_at,
        "link": f"/excuses/{excuse.id}",
    }


def _send(
    session: Session, kind: str, matter: Matter, people: Iterable[User], *, now: datetime
) -> None:
    excuse = matter.excuse
    letters = (
        Letter(
            workspace_id=excuse.workspace_id,
            key=f"{kind}:{excuse.id}:{excuse.state}:{user.id}",
            kind=kind,
            recipient_id=user.id,
            address=user.email,
            subject_id=excuse.id,
            words=matter.words,
            thread=f"excuse-{excuse.id}",
        )
        for user in people
    )
    enqueue_many(session, letters, now=now)
