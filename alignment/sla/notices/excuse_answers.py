"""Notify who has to answer a requested excuse, and the requester of the answer.

An excuse given unasked sends nothing, nor does a breach within an excused period: the board and
the digest show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alignment.accounts.models import Team, User
from alignment.accounts.people import queries as accounts
from alignment.notifications.models import Delivery
from alignment.notifications.outbox.enqueue import enqueue_many
from alignment.notifications.outbox.notice import Notice
from alignment.sla.breaches.excuses.approval import answering_side, is_for_period
from alignment.sla.events import ExcuseAnswered, ExcuseAsked, ExcuseChanged, ExcuseRevoked
from alignment.sla.models import Agreement, Breach, Excuse, ExcuseState, QuotaPeriod, Timer
from alignment.sla.notices import queries
from alignment.sla.notices.quota_results import quota_subject
from alignment.sla.notices.signatures import signers_of
from alignment.sla.timers.inspection import promise_names

EXCUSE_ASKED, EXCUSE_ANSWERED = "excuse_asked", "excuse_answered"
OPTIONAL_WORDS = ("lead", "company", "promise", "due_at", "from_at", "until_at")
"""Words that only a letter about one promise has, or only one about a period."""


@dataclass(frozen=True, kw_only=True)
class ExcuseSubject:
    """What a message about one excuse speaks of."""

    excuse: Excuse
    agreement: Agreement
    words: dict[str, Any]


def ask_answering_team(session: Session, events: Sequence[ExcuseAsked]) -> None:
    """The team that was asked: those of it who may answer, its leads first of all."""
    for event in events:
        matter = _excuse_subject(session, event)
        team_id = matter.agreement.team_ids[answering_side(session, matter.excuse)]
        people = _answering_people(session, session.get_one(Team, team_id), matter.excuse)
        _send(session, EXCUSE_ASKED, matter, people, now=event.at)


def notify_requester(
    session: Session, events: Sequence[ExcuseAnswered] | Sequence[ExcuseRevoked]
) -> None:
    """Whoever asked hears the answer, and that it was taken back; never of an act of one's own."""
    for event in events:
        matter = _excuse_subject(session, event)
        asker = session.get_one(User, matter.excuse.asked_by_id)
        if asker.is_active and asker.id != event.by_id:
            _send(session, EXCUSE_ANSWERED, matter, [asker], now=event.at)


def why_question_no_longer_matters(
    session: Session,
    delivery: Delivery,
    *,
    now: datetime,  # noqa: ARG001
) -> str | None:
    """Why a question no longer matters, if it does not."""
    state = session.get_one(Excuse, delivery.subject_id).state
    return None if state is ExcuseState.ASKED else f"It is {state.replace('_', ' ')} by now."


def _answering_people(session: Session, team: Team, excuse: Excuse) -> Sequence[User]:
    """A period takes whoever may sign for the team; else its leads, or everybody without any."""
    if is_for_period(excuse):
        return signers_of(session, team)
    return accounts.team_leads_of(session, team) or accounts.members_of(session, team)


def _excuse_subject(session: Session, event: ExcuseChanged) -> ExcuseSubject:
    excuse = session.get_one(Excuse, event.excuse_id)
    agreement = session.get_one(Agreement, event.agreement_id)
    answerer = session.get(User, excuse.answered_by_id) if excuse.answered_by_id else None
    about = _breach_words(session, event.breach_id) if event.breach_id else _period_words(excuse)
    return ExcuseSubject(
        excuse=excuse,
        agreement=agreement,
        words=dict.fromkeys(OPTIONAL_WORDS)
        | about
        | {
            "agreement": agreement.name,
            "owed_by": session.get_one(Team, agreement.team_ids[excuse.owed_by]).name,
            "reason": excuse.reason,
            "asked_by": session.get_one(User, excuse.asked_by_id).name,
            "answered_by": answerer.name if answerer else "",
            "answer": excuse.answer_text,
            "state": excuse.state.value,
        },
    )


def _breach_words(session: Session, breach_id: int) -> dict[str, Any]:
    breach = session.get_one(Breach, breach_id)
    if breach.quota_period_id is not None:
        return _quota_words(session, breach, breach.quota_period_id)
    timer = session.get_one(Timer, breach.timer_id)
    ((_, lead, company, _),) = queries.timers_with_names(session, breach.workspace_id, [timer.id])
    names = promise_names(session, breach.workspace_id)
    return {
        "lead": lead,
        "company": company,
        "promise": names[timer.version_id, timer.target_key],
        "due_at": breach.due_at,
        "link": f"/breaches/{breach.id}",
    }


def _quota_words(session: Session, breach: Breach, period_id: int) -> dict[str, Any]:
    """What is promised over a period is promised for no one lead, but under an agreement."""
    subject = quota_subject(session, session.get_one(QuotaPeriod, period_id))
    return {
        "lead": subject.agreement.name,
        "company": "",
        "promise": f"{subject.quota.name}, {subject.span.words}",
        "due_at": breach.due_at,
        "link": f"/breaches/{breach.id}",
    }


def _period_words(excuse: Excuse) -> dict[str, Any]:
    return {
        "from_at": excuse.from_at,
        "until_at": excuse.until_at,
        "link": f"/excuses/{excuse.id}",
    }


def _send(
    session: Session, kind: str, matter: ExcuseSubject, people: Iterable[User], *, now: datetime
) -> None:
    excuse = matter.excuse
    letters = (
        Notice(
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
